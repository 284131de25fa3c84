// Draws points into the pixels of a canvas. Many machines have WebGL in software only, and there a frame of 70,000 points
// took WebGL so long (52 to 68 ms) that a pan could not keep up.

const STATES = { hidden: 0, shown: 1, selected: 2, faded: 3 };
const MARGIN = 12; // CSS px that the canvas is wider on every side, so that no point vanishes at the edge
const SQUARE = 3; // px; points this small are squares

/** A renderer on `canvas`, or null where there is none to be had. */
function makeRenderer(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return context && { canvas, context, image: null, pixels: null, discs: new Map(), colours: new Uint32Array(256), looks: null };
}

/** Gives what each point looks like: (n, 2) bytes, its place on the palette and its state. */
function setLooks(renderer, looks) {
  renderer.looks = looks;
  renderer.layers = [];
  const there = [false, false, false, false];
  for (let i = 1; i < looks.length; i += 2) there[looks[i]] = true;
  for (const layer of [STATES.faded, STATES.shown, STATES.selected]) if (there[layer]) renderer.layers.push(layer);
}

/** Gives the palette: up to 256 colours [red, green, blue], and the one of faded points. */
function setPalette(renderer, colours, grey) {
  const pack = ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red;
  colours.forEach((colour, i) => (renderer.colours[i] = pack(colour)));
  renderer.grey = pack(grey);
}

/** Makes the pixels fit `width` x `height` CSS px and their margin. */
function fit(renderer, width, height, ratio) {
  const { canvas } = renderer;
  const across = Math.round((width + 2 * MARGIN) * ratio);
  const down = Math.round((height + 2 * MARGIN) * ratio);
  if (canvas.width === across && canvas.height === down && renderer.image) return;
  Object.assign(canvas, { width: across, height: down });
  renderer.image = new ImageData(across, down);
  renderer.pixels = new Uint32Array(renderer.image.data.buffer);
  renderer.discs.clear(); // they count pixels by row
}

/** Pixels of a disc from its top left corner: whole ones, and those on its edge with their share of 255. */
function discOf(renderer, size) {
  if (renderer.discs.has(size)) return renderer.discs.get(size);
  const inner = [];
  const edge = [];
  const shares = [];
  const middle = (size - 1) / 2;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const share = Math.min(1, Math.max(0, size / 2 - Math.hypot(x - middle, y - middle) + 0.5));
      const at = y * renderer.image.width + x;
      if (share > 0.95 || size <= SQUARE) inner.push(at);
      else if (share > 0.1) {
        edge.push(at);
        shares.push(Math.round(255 * share));
      }
    }
  }
  const disc = { inner: Int32Array.from(inner), edge: Int32Array.from(edge), shares: Uint8Array.from(shares) };
  renderer.discs.set(size, disc);
  return disc;
}

/** Draws all points for a view: the place in the middle and how many CSS px a unit of the map takes. */
function drawPoints(renderer, points, view, { width, height, size }) {
  const ratio = window.devicePixelRatio || 1;
  fit(renderer, width, height, ratio);
  renderer.pixels.fill(0);
  const reachX = (width / 2 + MARGIN) / view.k;
  const reachY = (height / 2 + MARGIN) / view.k;
  const side = Math.max(2, Math.round(size * ratio));
  for (const layer of renderer.layers) {
    const wide = layer === STATES.selected ? side + 1 : side;
    drawLayer(renderer, points, layer, { view, ratio, wide, reachX, reachY });
  }
  renderer.context.putImageData(renderer.image, 0, 0);
}

function drawLayer(renderer, { grid, box }, layer, { view, ratio, wide, reachX, reachY }) {
  const { pixels, image, looks, colours, grey } = renderer;
  const { inner, edge, shares } = discOf(renderer, wide);
  const { cells, perX, perY, start, order, x, y } = grid;
  const clamp = (value) => Math.min(cells - 1, Math.max(0, Math.floor(value)));
  const first = clamp((view.x - reachX - box.left) * perX);
  const last = clamp((view.x + reachX - box.left) * perX);
  const top = clamp((view.y + reachY - box.bottom) * perY);
  const k = view.k * ratio;
  const left = image.width / 2 - wide / 2 - view.x * k;
  const up = image.height / 2 - wide / 2 + view.y * k;
  const right = image.width - wide;
  const bottom = image.height - wide;
  for (let row = clamp((view.y - reachY - box.bottom) * perY); row <= top; row++) {
    const stop = start[row * cells + last + 1];
    for (let i = start[row * cells + first]; i < stop; i++) {
      const look = 2 * order[i];
      if (looks[look + 1] !== layer) continue;
      const across = Math.round(left + x[i] * k);
      const down = Math.round(up - y[i] * k);
      if (across < 0 || down < 0 || across > right || down > bottom) continue;
      const at = down * image.width + across;
      const colour = layer === STATES.faded ? grey : colours[looks[look]];
      for (let p = 0; p < inner.length; p++) pixels[at + inner[p]] = colour;
      for (let p = 0; p < edge.length; p++) pixels[at + edge[p]] = blend(pixels[at + edge[p]], colour, shares[p]);
    }
  }
}

/** `colour` laid over what is `below`, with a share of 255. */
function blend(below, colour, share) {
  const there = below >>> 24;
  if (!there) return (colour & 0xffffff) | (share << 24);
  const rest = 255 - share;
  const red = ((colour & 255) * share + (below & 255) * rest) >> 8;
  const green = (((colour >> 8) & 255) * share + ((below >> 8) & 255) * rest) >> 8;
  const blue = (((colour >> 16) & 255) * share + ((below >> 16) & 255) * rest) >> 8;
  return (Math.max(there, share) << 24) | (blue << 16) | (green << 8) | red;
}
