// Pictures on the map: what the model draws at each place (the ground), and the points' own pictures when few are in view.

const TILE = 30; // px from one decoded picture of the ground to the next, at least
const STRIDES = [1, 2, 3, 4, 6, 8, 12, 16]; // cells from one picture of the ground to the next
const FEW = 300; // points in view that become pictures
const SETTLE = 120; // ms after a move until pictures are fetched

function clearGround({ ground, width, height }) {
  const ratio = window.devicePixelRatio || 1;
  const across = Math.round(width * ratio);
  const down = Math.round(height * ratio);
  if (ground.width !== across || ground.height !== down) Object.assign(ground, { width: across, height: down });
  const context = ground.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  return context;
}

/** Lays decoded pictures over the plane, as many as are readable; grey where no real item is near. */
function drawGround(state) {
  const { points, view, atlas } = state;
  const context = clearGround(state);
  if (state.data.ground && atlas) {
    const { limit, cells, density } = points;
    const cell = ((2 * limit) / cells) * view.k;
    const stride = STRIDES.find((each) => each * cell >= TILE) ?? cells;
    const size = stride * cell;
    const side = atlas.width / cells;
    const [left, top] = toScreen(state, -limit, limit);
    for (let row = 0; row < cells; row += stride) {
      const y = top + row * cell;
      if (y + size < 0 || y > state.height) continue;
      for (let column = 0; column < cells; column += stride) {
        const x = left + column * cell;
        if (x + size < 0 || x > state.width) continue;
        const [i, j] = [row, column].map((from) => Math.min(from + (stride >> 1), cells - 1)); // the cell in the middle
        const near = (density[i * cells + j] / 255) ** 2;
        context.globalAlpha = 0.25 + 0.75 * Math.min(1, near / 0.05);
        context.drawImage(atlas, j * side, i * side, side, side, x, y, size, size);
      }
    }
    context.globalAlpha = 1;
  }
  drawPictures(state, context);
}

/** The points' own pictures, where they were fetched for what is in view. */
function drawPictures(state, context) {
  const { pictures, points } = state;
  state.root.toggleAttribute("data-pictures", Boolean(pictures));
  if (!pictures) return;
  const size = Math.min(56, Math.max(20, 0.8 * Math.sqrt((state.width * state.height) / (pictures.rows.length + 1))));
  pictures.rows.forEach((row, i) => {
    if (!isShown(state, row)) return;
    const [x, y] = toScreen(state, points.x[row], points.y[row]);
    const { side, columns, image } = pictures;
    context.drawImage(image, (i % columns) * side, Math.floor(i / columns) * side, side, side, x - size / 2, y - size / 2, size, size);
    context.lineWidth = state.selected?.[row] ? 3 : 1.5;
    context.strokeStyle = css(state.selected && !state.selected[row] ? state.theme.grey : colourOf(state, row));
    context.strokeRect(x - size / 2, y - size / 2, size, size);
  });
}

function colourOf({ theme, colour, tints }, row) {
  return (colour.names ? theme.groups : theme.ramp)[tints[row]] ?? theme.grey;
}

function rowsInView(state) {
  const [left, top] = toMap(state, 0, 0);
  const [right, bottom] = toMap(state, state.width, state.height);
  const rows = [];
  eachWithin(state.points, left, right, bottom, top, (row) => {
    const { x, y } = state.points;
    if (x[row] < left || x[row] > right || y[row] < bottom || y[row] > top) return;
    if (rows.length <= FEW && isShown(state, row)) rows.push(row);
  });
  return rows;
}

/** Turns points into pictures a moment after the map came to rest, where few enough are in view. */
function picturesSoon(state) {
  clearTimeout(state.settling);
  state.settling = setTimeout(() => fetchPictures(state), SETTLE);
}

async function fetchPictures(state) {
  const rows = state.asPictures ? rowsInView(state) : [];
  if (!rows.length || rows.length > FEW) {
    if (!state.pictures) return;
    state.pictures = null;
    return requestFrame(state);
  }
  rows.sort((a, b) => a - b);
  const items = rows.map((row) => state.points.id[row]).join(",");
  if (state.pictures?.items === items) return;
  const image = new Image();
  image.src = `${state.base}${state.data.pictures}items=${items}`;
  const turn = (state.fetching = {});
  try {
    await image.decode();
  } catch {
    return;
  }
  if (turn !== state.fetching) return;
  const columns = Math.ceil(Math.sqrt(rows.length));
  state.pictures = { items, rows, image: await createImageBitmap(image), columns, side: image.width / columns };
  requestFrame(state);
}
