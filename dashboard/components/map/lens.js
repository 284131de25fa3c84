// What the model draws at the place under the pointer: from a sheet of the whole plane at once, exactly when it rests.

const REST = 120; // ms without a move until the model is asked
const CUES = [[0.3, "many real items near"], [0.05, "some real items near"], [0.005, "few real items near"], [0, "no training data here"]];

async function loadAtlas(state) {
  if (!state.data.atlas || state.atlasOf === state.data.atlas) return;
  state.atlasOf = state.data.atlas;
  const image = new Image();
  image.src = state.base + state.data.atlas;
  try {
    await image.decode();
    if (state.atlasOf !== state.data.atlas) return;
    state.atlas = await createImageBitmap(image);
    setAttribute(state.root, "data-atlas", "here");
    requestFrame(state);
  } catch {
    state.atlasOf = null; // the next run asks again
  }
}

/** Shows what is at a place [x, y] of the map, or nothing for null. */
function lookAt(state, place) {
  const { lens, data } = state;
  clearTimeout(state.resting);
  if (!place || !data.lens || !(data.atlas ? state.atlas : state.hover < 0)) {
    lens.root.hidden = true;
    return;
  }
  const [x, y] = place;
  if (data.atlas) showCell(state, x, y);
  else lens.root.hidden = true; // elsewhere only when the pointer rests: there is no sheet to look it up on
  state.resting = setTimeout(() => ask(state, x, y), REST);
}

function showCell(state, x, y) {
  const { lens, atlas, points } = state;
  const { limit, cells } = points;
  const column = Math.floor(((x + limit) / (2 * limit)) * cells);
  const row = Math.floor(((limit - y) / (2 * limit)) * cells);
  const within = column >= 0 && row >= 0 && column < cells && row < cells;
  lens.root.hidden = !within;
  if (!within) return;
  const side = atlas.width / cells;
  paint(lens.canvas, atlas, column * side, row * side, side);
  setAttribute(lens.canvas, "data-place", `${x.toFixed(2)},${y.toFixed(2)}`);
  setAttribute(lens.canvas, "aria-label", `decoded near ${x.toFixed(2)}, ${y.toFixed(2)}`);
  const density = (points.density[row * cells + column] / 255) ** 2; // stored as its root
  setText(lens.cue, CUES.find(([least]) => density >= least)[1]);
  lens.root.classList.toggle("empty", density < 0.005);
  showNearest(state, x, y);
}

function paint(canvas, image, left, top, side) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.getContext("2d").drawImage(image, left, top, side, side, 0, 0, side, side);
}

function showNearest(state, x, y) {
  const { lens, points } = state;
  const row = nearestOfAll(points, x, y, (i) => isShown(state, i));
  lens.near.hidden = row < 0;
  if (row < 0) return;
  showThumb(lens.near, picture(state, points.id[row]), points.id[row]);
  setAttribute(lens.near, "alt", `nearest real item: ${state.data.dataset}/${points.id[row]}`);
}

async function ask(state, x, y) {
  const { lens, data } = state;
  const image = new Image();
  image.src = `${state.base}${data.decode}x=${x.toFixed(3)}&y=${y.toFixed(3)}`;
  const asked = (state.asked = image);
  try {
    await image.decode();
  } catch {
    return;
  }
  if (state.asked !== asked || (data.atlas && lens.root.hidden) || (!data.atlas && state.hover >= 0)) return;
  paint(lens.canvas, image, 0, 0, image.width);
  setAttribute(lens.canvas, "data-place", `${x.toFixed(3)},${y.toFixed(3)}`);
  setAttribute(lens.canvas, "aria-label", `decoded at ${x.toFixed(3)}, ${y.toFixed(3)}`);
  setText(lens.cue, data.atlas ? lens.cue.textContent : data.decodeNote);
  if (!data.atlas) showNearest(state, x, y);
  lens.root.hidden = false;
}
