// A map of many points. All that follows the pointer is answered here; Python hears of what was picked or enclosed.

const blocks = new Map(); // points by address, as promises
const MOST_BLOCKS = 4;
const HEARD_WITHIN = 30_000; // ms; an outline that Python has not heard of by then was lost on the way
const LINK = "morphospace:map"; // what maps of one page tell each other

function mount(parentElement) {
  const root = parentElement.querySelector(".map");
  root.innerHTML = SKELETON;
  const part = (name) => root.querySelector(name);
  const cardOf = (name) => ({
    root: part(name), thumb: part(`${name} .thumb`), name: part(`${name} .name`), facts: part(`${name} .facts`),
  });
  const state = {
    root, stage: part(".stage"), ground: part(".ground"), names: part(".names"), lasso: part(".lasso"),
    colours: part(".colours"), legend: part(".legend"), tools: part(".tools"), status: part(".status"),
    card: cardOf(".card"), current: cardOf(".pinned"),
    gallery: { root: part(".selection"), line: part(".selection .line"), tiles: part(".selection .tiles"), items: "" },
    lens: { root: part(".lens"), canvas: part(".decoded"), near: part(".near"), cue: part(".cue") },
    marks: { current: part(".current"), star: part(".star"), hover: part(".hovered") },
    renderer: makeRenderer(part(".points")), component: null, data: null, points: null, source: null,
    view: null, width: 0, height: 0, colour: null, drawn: 0, hidden: new Set(), tints: null, theme: null, spots: [],
    hover: -1, mark: -1, selected: null, chosen: null, tool: "pan", pointers: new Map(), drag: null,
    atlas: null, atlasOf: null, pictures: null, asPictures: true, frames: 0, waiting: 0, stale: true, base: appRoot(),
  };
  state.card.thumb.addEventListener("load", () => state.card.thumb.classList.remove("waiting"));
  state.tools.addEventListener("click", (event) => useTool(state, event.target.closest("button")));
  listen(state);
  listenToGallery(state);
  state.told = (event) => hear(state, event.detail);
  window.addEventListener(LINK, state.told);
  state.observer = new ResizeObserver(() => resize(state));
  state.observer.observe(state.stage);
  state.scheme = matchMedia("(prefers-color-scheme: dark)");
  state.repaint = () => state.points && setTimeout(() => recolour(state), 200);
  state.scheme.addEventListener("change", state.repaint);
  root.project = (id) => {
    const row = state.points ? rowOf(state.points, id) : -1;
    if (row < 0) return null;
    const box = state.stage.getBoundingClientRect();
    const [left, top] = toScreen(state, state.points.x[row], state.points.y[row]);
    return [box.left + left, box.top + top];
  };
  return state;
}

function unmount(state) {
  state.observer.disconnect();
  window.removeEventListener(LINK, state.told);
  state.scheme.removeEventListener("change", state.repaint);
  cancelAnimationFrame(state.waiting);
  clearTimeout(state.settling);
  clearTimeout(state.resting);
}

/** The folder that the app is served from: pages are one name below it. */
function appRoot() {
  return window.location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "").replace(/\/$/, "");
}

async function update(state) {
  const { data } = state.component;
  state.data = data;
  if (!state.renderer) return state.component.setStateValue("plain", true);
  setAttribute(state.stage, "aria-label", data.label);
  state.root.style.setProperty("--map-height", `${data.height}px`);
  state.root.classList.toggle("ground-only", data.ground);
  if (data.ground) state.legend.before(state.lens.root);
  if (state.source !== data.points) await load(state);
  if (state.source !== data.points || !state.points) return;
  setCurrent(state);
  loadAtlas(state);
  // What was drawn here is shown already; pictures of it come before Python's word on it.
  const later = window.requestIdleCallback ?? setTimeout; // not every browser knows of idleness
  later(() => adoptSelection(state));
}

async function load(state) {
  const { data } = state;
  state.source = data.points;
  setAttribute(state.root, "data-state", "loading");
  try {
    const points = await fetchPoints(state.base + data.points);
    if (state.source !== data.points) return; // another map was asked for meanwhile
    Object.assign(state, { points, atlas: null, atlasOf: null, pictures: null, hover: -1, selected: null, chosen: null });
  } catch (error) {
    state.source = null;
    state.status.textContent = `The map could not be fetched. ${error.message ?? ""}`;
    return setAttribute(state.root, "data-state", "failed");
  }
  state.card.root.hidden = true;
  state.hidden.clear();
  const query = new URLSearchParams(window.location.search);
  const asked = data.colours.some(({ key }) => key === query.get(`${data.name}_colour`));
  measure(state);
  state.view = viewFrom(state, query.get(`${data.name}_at`)) ?? fitted(state);
  setColour(state, asked ? query.get(`${data.name}_colour`) : data.colours[0].key, { told: true });
  setAttribute(state.root, "data-points", state.points.n);
  picturesSoon(state);
}

/** The points at an address; two maps of the same ones share them. */
function fetchPoints(url) {
  if (!blocks.has(url)) {
    const block = fetch(url).then(async (answer) => {
      if (!answer.ok) throw new Error(await answer.text());
      return readBlock(await answer.arrayBuffer());
    });
    block.catch(() => blocks.delete(url));
    blocks.set(url, block);
    if (blocks.size > MOST_BLOCKS) blocks.delete(blocks.keys().next().value);
  }
  return blocks.get(url);
}

function measure(state) {
  state.width = Math.max(1, state.stage.clientWidth);
  state.height = Math.max(1, state.stage.clientHeight);
}

function resize(state) {
  const before = state.width;
  measure(state);
  if (!state.view || !state.points) return;
  state.view = limitView(state, { ...state.view, k: (state.view.k * state.width) / before });
  requestFrame(state);
}

function setColour(state, key, { told = false } = {}) {
  const found = state.data.colours.find((colour) => colour.key === key) ?? state.data.colours[0];
  const range = found.names ? null : middleRange(state.points[found.key]);
  if (state.colour?.key !== found.key) state.hidden.clear();
  state.colour = { ...found, range };
  recolour(state);
  setAttribute(state.root, "data-colour", found.key);
  if (!told) remember(state, "colour", found.key === state.data.colours[0].key ? null : found.key);
}

function recolour(state) {
  state.theme = readTheme(state.root);
  state.tints = tintsOf(state.points, state.colour);
  setPalette(state.renderer, state.colour.names ? state.theme.groups : state.theme.ramp, state.theme.grey);
  drawColours(state);
  drawLegend(state);
  makeNames(state);
  refreshLooks(state);
}

function refreshLooks(state) {
  setLooks(state.renderer, looksOf(state));
  picturesSoon(state);
  requestFrame(state);
}

/** Shows that `count` points are selected, of `total` items that are. */
function setSelected(state, selected, count, total = count) {
  state.selected = selected;
  setAttribute(state.root, "data-selected", count);
  showSelection(state, count, total);
  refreshLooks(state);
}

/** Takes over what Python says is selected, a bit for each item; not while it has yet to hear of the last outline. */
async function adoptSelection(state) {
  const { chosen, heard } = state.data;
  const unheard = heard < state.drawn && Date.now() < state.drawn + HEARD_WITHIN;
  if (state.chosen === chosen || unheard) return;
  state.chosen = chosen;
  if (!chosen) return setSelected(state, null, 0);
  const answer = await fetch(state.base + chosen).catch(() => null);
  if (!answer?.ok || state.chosen !== chosen) return;
  const bits = new Uint8Array(await answer.arrayBuffer());
  const { id, n } = state.points;
  const selected = new Uint8Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) count += selected[row] = (bits[id[row] >> 3] >> (id[row] & 7)) & 1;
  setSelected(state, count ? selected : null, count, state.data.count);
}

function move(state, view, { told = false } = {}) {
  state.view = view;
  setHover(state, -1);
  requestFrame(state);
  picturesSoon(state);
  clearTimeout(state.remembering);
  state.remembering = setTimeout(() => remember(state, "at", viewText(state)), 400);
  if (!told) tell(state, { view });
}

function bringIntoView(state, row) {
  const [left, top] = toScreen(state, state.points.x[row], state.points.y[row]);
  const off = left < 20 || top < 20 || left > state.width - 20 || top > state.height - 20;
  if (off) move(state, { ...state.view, x: state.points.x[row], y: state.points.y[row] });
}

function useTool(state, button) {
  if (!button) return;
  const { tool } = button.dataset;
  if (tool === "all") return move(state, fitted(state));
  if (tool === "pictures") {
    state.asPictures = !state.asPictures;
    setAttribute(button, "aria-pressed", state.asPictures);
    return fetchPictures(state);
  }
  state.tool = tool;
  setAttribute(state.stage, "data-tool", tool);
  for (const other of state.tools.querySelectorAll("[data-kind=drag]")) setAttribute(other, "aria-pressed", other === button);
}

function send(state, name, value) {
  state.component.setTriggerValue(name, { ...value, map: state.data.map, kind: state.data.kind });
}

/** Lets the page's address say it, without a step of the browser's history or a run of the script. */
function remember(state, name, value) {
  const detail = { [`${state.data.name}_${name}`]: value };
  window.dispatchEvent(new CustomEvent("morphospace:address", { detail }));
}

function tell(state, news) {
  const { dataset, map: model, kind } = state.data;
  window.dispatchEvent(new CustomEvent(LINK, { detail: { from: state, dataset, space: `${model} ${kind}`, ...news } }));
}

/** Follows another map: the same item is ringed, and the same plane is looked at from the same place. */
function hear(state, { from, dataset, space, hover, view, place }) {
  if (from === state || !state.points || dataset !== state.data.dataset) return;
  if (place !== undefined && space === `${state.data.map} ${state.data.kind}`) lookAt(state, place);
  if (hover !== undefined) setHover(state, hover === null ? -1 : rowOf(state.points, hover), { told: true });
  if (view && space === `${state.data.map} ${state.data.kind}`) {
    move(state, { ...view, k: (view.k * state.width) / from.width }, { told: true });
  }
}

/** Draws anew with the next frame of the display: all of it, or only the marks and cards above the points. */
function requestFrame(state, { above = false } = {}) {
  state.stale ||= !above;
  if (!state.waiting) state.waiting = requestAnimationFrame(() => drawFrame(state));
}

function drawFrame(state) {
  state.waiting = 0;
  if (!state.points || !state.view || !state.tints) return;
  drawMarks(state);
  placeCard(state);
  if (!state.stale) return;
  state.stale = false;
  if (state.data.dots) {
    const { width, height } = state;
    drawPoints(state.renderer, state.points, state.view, { width, height, size: pointSize(state) });
  }
  drawGround(state);
  placeNames(state);
  state.frames++;
  setAttribute(state.root, "data-frames", state.frames);
  setAttribute(state.root, "data-span", (state.width / state.view.k).toPrecision(4));
  setAttribute(state.root, "data-state", "drawn");
}

export { mount, update, unmount };
