// A pad to draw on. The strokes are kept here; Python gets a PNG after each one and never redraws the pad.

const BRUSH = 2.6 / 28; // of the pad's side: as thick as pens were for MNIST
const UNDO = '<path d="M6 3 2.5 6.5 6 10M2.5 6.5H9.5a4 4 0 0 1 0 8H6"/>';
const CLEAR = '<path d="M3 4.5H13M6.3 4.5V2.5H9.7V4.5M4.3 4.5 5 13.5H11L11.7 4.5"/>';

function mount(parentElement, { drawing }) {
  const root = parentElement.querySelector(".sketch");
  const button = (name, path) =>
    `<button type="button" class="${name.toLowerCase()}">` +
    `<svg viewBox="0 0 16 16" aria-hidden="true">${path}</svg>${name}</button>`;
  root.innerHTML = `
    <div class="pad"><canvas role="img" tabindex="0"></canvas><span class="guide"></span><span class="hint"></span></div>
    <div class="tools">${button("Undo", UNDO)}${button("Clear", CLEAR)}</div>`;
  const canvas = root.querySelector("canvas");
  const state = {
    root, canvas,
    context: canvas.getContext("2d", { alpha: false, willReadFrequently: true }),
    hint: root.querySelector(".hint"), undo: root.querySelector(".undo"), clear: root.querySelector(".clear"),
    component: null, strokes: [], base: null, pointer: null,
  };
  canvas.addEventListener("pointerdown", (event) => begin(state, event));
  canvas.addEventListener("pointermove", (event) => extend(state, event));
  canvas.addEventListener("pointerup", (event) => finish(state, event));
  canvas.addEventListener("pointercancel", (event) => finish(state, event));
  state.undo.addEventListener("click", () => undo(state));
  state.clear.addEventListener("click", () => clear(state));
  root.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo(state);
  });
  restore(state, drawing);
  return state;
}

/** Draws under the strokes what Python holds from before this pad was put up. */
async function restore(state, drawing) {
  if (!drawing) return;
  const image = new Image();
  image.src = drawing;
  await image.decode();
  state.base = image;
  repaint(state);
}

function render(state) {
  const { size, hint } = state.component.data;
  state.root.style.setProperty("--size", `${size}px`);
  if (state.canvas.width !== size) {
    state.canvas.width = state.canvas.height = size;
    repaint(state);
  }
  if (state.hint.textContent !== hint) state.hint.textContent = hint;
  describe(state);
}

function isEmpty(state) {
  return !state.base && state.strokes.length === 0;
}

function describe(state) {
  const empty = isEmpty(state);
  const { hint } = state.component.data;
  state.root.classList.toggle("drawn", !empty);
  state.canvas.setAttribute("aria-label", `Drawing pad. ${hint}. ${empty ? "Empty" : "Drawn on"}.`);
  // Not `disabled`: that would throw the keyboard's focus back to the top of the page.
  for (const button of [state.undo, state.clear]) button.setAttribute("aria-disabled", empty);
}

function repaint(state) {
  const { context, canvas } = state;
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (state.base) context.drawImage(state.base, 0, 0, canvas.width, canvas.height);
  for (const stroke of state.strokes) stroke.forEach((_, index) => paint(state, stroke, index));
  if (state.component) describe(state);
}

/** Paints the piece of a stroke that ends at point `index`; a point alone gives a dot. */
function paint(state, stroke, index) {
  const { context, canvas } = state;
  const [x, y] = stroke[index];
  const [fromX, fromY] = stroke[Math.max(index - 1, 0)];
  const side = canvas.width;
  context.strokeStyle = "#fff";
  context.lineWidth = side * BRUSH;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(fromX * side, fromY * side);
  context.lineTo(x * side, y * side);
  context.stroke();
}

/** Where the pointer is, as shares of the pad's sides: the pad may be shown smaller on a phone. */
function place(state, event) {
  const box = state.canvas.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

function begin(state, event) {
  if (state.pointer !== null || event.button !== 0) return;
  state.pointer = event.pointerId;
  state.canvas.setPointerCapture(event.pointerId);
  state.strokes.push([place(state, event)]);
  paint(state, state.strokes.at(-1), 0);
  describe(state);
}

function extend(state, event) {
  if (event.pointerId !== state.pointer) return;
  const stroke = state.strokes.at(-1);
  const events = event.getCoalescedEvents?.() ?? [];
  for (const each of events.length ? events : [event]) {
    stroke.push(place(state, each));
    paint(state, stroke, stroke.length - 1);
  }
}

function finish(state, event) {
  if (event.pointerId !== state.pointer) return;
  state.pointer = null;
  report(state);
}

function undo(state) {
  if (isEmpty(state) || state.pointer !== null) return;
  if (state.strokes.length) state.strokes.pop();
  else state.base = null;
  repaint(state);
  report(state);
}

function clear(state) {
  if (isEmpty(state) || state.pointer !== null) return;
  state.strokes = [];
  state.base = null;
  repaint(state);
  report(state);
}

function report(state) {
  state.component.setStateValue("drawing", isEmpty(state) ? null : state.canvas.toDataURL("image/png"));
}

export { mount, render as update };
