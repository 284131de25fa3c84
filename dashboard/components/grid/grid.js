// Pictures in rows and columns on one canvas, and large the one under the pointer, else the one that is held. Moving
// happens here alone; Python hears of the held one when it has come to rest.

const REST_AFTER = 150; // ms without a move until the cell is reported
const GAP = 2; // CSS px between pictures
const LEAST_HEAD = 34; // CSS px that a column's head takes; narrower columns show it for the current one only
const NAMES = 112; // CSS px for the rows' names
const NARROW_NAMES = 76; // the same on a phone
const NAMES_GAP = 8; // CSS px, as in the style sheet, like the next
const SPACE = 20; // between the small pictures and the large one
const SMALL_CELL = 40; // CSS px; narrower pictures would rather have the whole width

function mount(parentElement) {
  const root = parentElement.querySelector(".grid");
  root.innerHTML = `${STAGE}
    <div class="table">
      <div class="heads" aria-hidden="true"></div>
      <div class="rows" aria-hidden="true"></div>
      <div class="cells" role="application" aria-roledescription="grid of pictures" tabindex="0">
        <canvas></canvas><div class="cursor held"></div><div class="cursor preview" hidden></div>
      </div>
    </div>
    <span class="spoken" aria-live="polite"></span>`;
  const part = (name) => root.querySelector(name);
  const state = {
    root, stage: makeStage(root), cells: part(".cells"), canvas: part(".cells canvas"), held: part(".held"),
    preview: part(".preview"), rows: part(".rows"), heads: part(".heads"), spoken: part(".spoken"),
    component: null, image: null, sheet: null, uri: null, turn: 0, layout: null,
    at: null, over: null, order: null, shape: null, dragging: false, waiting: null,
  };
  const { cells } = state;
  cells.addEventListener("pointerdown", (event) => grab(state, event));
  cells.addEventListener("pointermove", (event) => hover(state, event));
  cells.addEventListener("pointerleave", () => !state.dragging && look(state, null));
  for (const end of ["pointerup", "pointercancel"]) cells.addEventListener(end, (event) => release(state, event));
  cells.addEventListener("keydown", (event) => press(state, event));
  state.observer = new ResizeObserver(() => layOut(state));
  state.observer.observe(root);
  return state;
}

function unmount(state) {
  state.observer.disconnect();
  clearTimeout(state.waiting);
}

async function update(state) {
  const turn = ++state.turn;
  const { component, stage } = state;
  const { data } = component;
  const [image, beside] = await Promise.all([loadSheet(data.sheet, state), loadBeside(stage, component)]);
  if (turn !== state.turn) return; // a later run came in while the sheet was fetched
  const shape = `${data.rows.length}/${data.heads.length}`;
  const order = `${data.start}/${data.order}`;
  const moved = state.order !== order || state.shape !== shape;
  if (state.at === null || (moved && !state.dragging)) {
    clearTimeout(state.waiting);
    Object.assign(state, { at: data.cell, over: null, waiting: null });
  }
  Object.assign(state, { image, sheet: data.sheet, uri: data.sheet.uri, order, shape });
  renderStage(stage, data, beside);
  render(state);
}

function render(state) {
  const { root, sheet, cells } = state;
  const { data } = state.component;
  setAttribute(root, "role", "group");
  setAttribute(root, "aria-label", data.label);
  setAttribute(cells, "aria-label", data.label);
  showMissing(root, state);
  root.classList.toggle("hard", isHard(sheet));
  name(state.rows, data.rows);
  name(state.heads, data.heads);
  layOut(state);
  state.at = Math.min(state.at, sheet.count - 1);
  show(state);
}

/** Puts names into their places along a side of the grid. */
function name(side, names) {
  side.classList.toggle("none", !names.some(Boolean));
  while (side.children.length > names.length) side.lastElementChild.remove();
  names.forEach((text, place) => {
    const label = side.children[place] ?? element("span", "", side);
    setText(label, text);
    setAttribute(label, "title", text || null);
    label.style.setProperty("--place", place);
  });
}

function layOut(state) {
  const { root, stage, sheet, cells } = state;
  if (!sheet || !root.clientWidth) return;
  const { data } = state.component;
  const inner = root.clientWidth - 12;
  const columns = data.heads.length;
  const rows = data.rows.length;
  const named = data.rows.some(Boolean);
  const scaleFor = (available) => zoom(sheet, data.size, (available - GAP * (columns - 1)) / columns);
  // The large picture stands beside the small ones, or above them where that would make them too small.
  const aside = data.large + SPACE;
  const text = Math.max(...[...state.rows.children].map((name) => name.scrollWidth + 1));
  const room = (names) => (named ? Math.min(text, names) + NAMES_GAP : 0);
  let scale = scaleFor(inner - room(NAMES) - aside);
  const wide = columns * (sheet.width * scale + GAP);
  const narrow = wide + room(NAMES) + aside > inner || sheet.width * scale < SMALL_CELL;
  if (narrow) scale = scaleFor(inner - room(NARROW_NAMES));
  const left = inner - columns * (sheet.width * scale + GAP) - NAMES_GAP;
  layOutCells(state, scale, Math.min(text, narrow ? Math.max(left, 0) : NAMES));
  root.classList.toggle("narrow", narrow);
  root.classList.toggle("named", named);
  layOutStage(stage, sheet, data.large, narrow ? inner : 2 * data.large + 16);
  cells.classList.toggle("small", rows * state.layout.y < 0.6 * window.innerHeight);
  drawCells(state);
  if (state.at !== null) show(state);
}

function layOutCells(state, scale, names) {
  const { root, sheet, heads, rows } = state;
  const [x, y] = [sheet.width * scale + GAP, sheet.height * scale + GAP];
  state.layout = { x, y, columns: heads.children.length, rows: rows.children.length };
  const sizes = {
    names, "pitch-x": x, "pitch-y": y, "cell-width": x - GAP, "cell-height": y - GAP,
    width: state.layout.columns * x - GAP, height: state.layout.rows * y - GAP,
  };
  for (const [name, value] of Object.entries(sizes)) root.style.setProperty(`--${name}`, `${value}px`);
  for (const head of heads.children) head.classList.toggle("thin", x < LEAST_HEAD);
}

/** Draws all pictures once, each at its size on the screen, so that the gaps between them are no pixels of theirs. */
function drawCells({ canvas, image, sheet, layout }) {
  const dense = isHard(sheet) ? 1 : window.devicePixelRatio || 1; // hard pixels stay hard when the browser enlarges
  canvas.width = Math.round((layout.columns * layout.x - GAP) * dense);
  canvas.height = Math.round((layout.rows * layout.y - GAP) * dense);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = !isHard(sheet);
  if (!image) return;
  const { width, height, columns } = sheet;
  for (let index = 0; index < sheet.count; index++) {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const to = [column * layout.x, row * layout.y, layout.x - GAP, layout.y - GAP].map((side) => side * dense);
    context.drawImage(image, column * width, row * height, width, height, ...to);
  }
}

/** Everything that a cell changes; reads nothing of the layout, so that a move costs no more than its drawing. */
function show(state) {
  const { sheet, layout, stage, image, root } = state;
  const { data } = state.component;
  const at = state.over ?? state.at;
  const caption = data.captions[at];
  const spoken = [caption, data.generated ? "made by the model" : ""].filter(Boolean).join(", ");
  showOnStage(stage, image, sheet, at, { spoken, caption });
  if (!layout) return;
  put(state.held, state.at, layout);
  state.preview.hidden = at === state.at;
  put(state.preview, at, layout);
  mark(state.rows, Math.floor(at / layout.columns));
  mark(state.heads, at % layout.columns);
  setAttribute(root, "data-at", at);
  setAttribute(root, "data-held", state.at);
}

function put(cursor, at, { x, y, columns }) {
  cursor.style.transform = `translate(${(at % columns) * x}px, ${Math.floor(at / columns) * y}px)`;
}

function mark(side, place) {
  const now = side.children[place];
  const before = side.querySelector(".now");
  if (before === now) return;
  before?.classList.remove("now");
  now?.classList.add("now");
}

/** The cell at a pointer; one outside counts as the nearest. */
function cellAt({ layout }, { offsetX, offsetY }) {
  const within = (place, count) => Math.min(Math.max(place, 0), count - 1);
  const column = within(Math.floor(offsetX / layout.x), layout.columns);
  return within(Math.floor(offsetY / layout.y), layout.rows) * layout.columns + column;
}

function look(state, over) {
  if (state.over === over) return;
  state.over = over;
  show(state);
}

function hover(state, event) {
  if (!state.layout) return;
  const at = cellAt(state, event);
  if (state.dragging) moveTo(state, at);
  else if (event.pointerType !== "touch") look(state, at);
}

function grab(state, event) {
  if (event.button !== 0 || !state.layout) return;
  state.cells.setPointerCapture(event.pointerId);
  state.dragging = true;
  moveTo(state, cellAt(state, event));
}

function release(state) {
  state.dragging = false;
}

function moveTo(state, at) {
  if (at === state.at && state.over === null) return;
  const moved = at !== state.at;
  Object.assign(state, { at, over: null });
  show(state);
  if (moved) reportSoon(state);
}

function press(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !state.layout) return;
  const { columns, rows } = state.layout;
  const [row, column] = [Math.floor(state.at / columns), state.at % columns];
  const to = {
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column], Home: [row, 0], End: [row, columns - 1],
    PageUp: [0, column], PageDown: [rows - 1, column],
  }[event.key];
  if (!to) return;
  event.preventDefault();
  if (to[0] < 0 || to[0] >= rows || to[1] < 0 || to[1] >= columns) return;
  moveTo(state, to[0] * columns + to[1]);
  setText(state.spoken, state.component.data.captions[state.at]);
}

function reportSoon(state) {
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => {
    state.waiting = null;
    if (state.dragging) return reportSoon(state);
    const { at, layout, component } = state;
    const { start, order } = component.data;
    component.setStateValue("cell", { at, rows: layout.rows, columns: layout.columns, start, order });
  }, REST_AFTER);
}

export { mount, update, unmount };
