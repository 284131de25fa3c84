// The map in a file of its own, without a server: points and pictures are inside. What would ask the server is replaced
// here; later declarations of a name take the place of earlier ones.

const FILE = JSON.parse(document.getElementById("morphospace-map").textContent);
const thumbs = new Map(); // pictures by item, as addresses, cut when they are first wanted
let sprite = null;

function appRoot() {
  return "";
}

function fetchPoints() {
  const text = atob(FILE.points);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return Promise.resolve(readBlock(bytes.buffer));
}

/** Where an item's picture is on the sheet: [left, top, width, height]; null where it has none. */
function cellOf(id) {
  const at = FILE.places[id];
  const [width, height] = FILE.size;
  return at === undefined ? null : [(at % FILE.columns) * width, Math.floor(at / FILE.columns) * height, width, height];
}

function picture(state, id) {
  if (!thumbs.has(id)) {
    const cell = sprite && cellOf(id);
    if (!cell) return "";
    const canvas = Object.assign(document.createElement("canvas"), { width: cell[2], height: cell[3] });
    canvas.getContext("2d").drawImage(sprite, ...cell, 0, 0, cell[2], cell[3]);
    thumbs.set(id, canvas.toDataURL());
  }
  return thumbs.get(id);
}

function fillCard(state, card, row) {
  const id = state.points.id[row];
  const source = picture(state, id);
  card.thumb.hidden = !source;
  if (source && card.thumb.dataset.id !== String(id)) card.thumb.src = source;
  card.thumb.classList.remove("waiting");
  card.thumb.dataset.id = source ? id : "";
  const name = `${state.data.dataset}/${id}`;
  setAttribute(card.thumb, "alt", `${name}${state.data.rebuilt ? ", rebuilt" : ""}`);
  setText(card.name, name);
  setText(card.facts, describe(state, row));
}

/** Draws the pictures of points in view that have one, where those are few. */
async function fetchPictures(state) {
  const rows = state.asPictures && sprite ? rowsInView(state) : [];
  const some = rows.length <= FEW ? rows.filter((row) => cellOf(state.points.id[row])) : [];
  const items = some.join(",");
  if ((state.pictures?.items ?? "") === items) return;
  state.pictures = null;
  if (some.length) {
    const side = Math.max(...FILE.size);
    const canvas = Object.assign(document.createElement("canvas"), { width: side * some.length, height: side });
    const context = canvas.getContext("2d");
    some.forEach((row, i) => context.drawImage(sprite, ...cellOf(state.points.id[row]), i * side, 0, side, side));
    state.pictures = { items, rows: some, image: canvas, columns: some.length, side };
  }
  requestFrame(state);
}

function ask() {} // there is no model here: what the sheet of the plane shows is all there is
function send() {}
function remember() {}
function tell() {}
function adoptSelection() {}

async function begin() {
  const parentElement = document.getElementById("stage");
  const state = mount(parentElement);
  state.component = { data: FILE.data, setStateValue() {} };
  const image = new Image();
  image.src = FILE.sheet;
  await image.decode().then(() => (sprite = image), () => {});
  const fit = () => {
    const room = window.innerHeight - parentElement.getBoundingClientRect().top - window.scrollY - 120;
    state.component.data = { ...state.component.data, height: Math.max(320, room) };
    return update(state);
  };
  await fit();
  window.addEventListener("resize", fit);
}

begin();
