// Hands and keys: drag to pan, wheel or two fingers to zoom, Shift-drag for a rectangle, a tool for a lasso.

const STILL = 4; // px a pointer may move in a click
const MOST_CORNERS = 40; // in 1 KB
const WHEEL = 0.0016;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function listen(state) {
  const { stage } = state;
  const on = (name, act, options) => stage.addEventListener(name, (event) => state.points && act(state, event), options);
  on("pointerdown", press);
  on("pointermove", drag);
  on("pointerup", release);
  on("pointercancel", cancel);
  on("pointerleave", (_, event) => !state.pointers.has(event.pointerId) && leave(state));
  on("wheel", wheel, { passive: false });
  on("keydown", key);
  on("blur", () => setHover(state, -1));
}

function local(state, event) {
  const box = state.stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function toolOf({ tool }, event) {
  if (event.pointerType === "touch" || !event.shiftKey) return tool;
  return event.metaKey || event.ctrlKey ? "lasso" : "rectangle";
}

function modeOf(event) {
  if (event.altKey) return "subtract";
  return !event.shiftKey && (event.metaKey || event.ctrlKey) ? "add" : "replace";
}

function press(state, event) {
  if (event.button !== 0) return;
  const at = local(state, event);
  state.stage.setPointerCapture(event.pointerId);
  state.pointers.set(event.pointerId, at);
  state.drag = { from: at, last: at, tool: toolOf(state, event), moved: false, corners: [at], mode: modeOf(event) };
  if (state.pointers.size > 1) Object.assign(state.drag, { tool: "pinch", moved: true });
}

function drag(state, event) {
  const at = local(state, event);
  const before = state.pointers.get(event.pointerId);
  if (!before) return point(state, at);
  const { drag } = state;
  if (!drag) return;
  drag.moved ||= Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > STILL;
  state.pointers.set(event.pointerId, at);
  if (!drag.moved) return;
  if (drag.tool === "pinch") pinch(state, event.pointerId, before, at);
  else if (drag.tool === "pan") move(state, panBy(state, at[0] - before[0], at[1] - before[1]));
  else outline(state, at);
}

function pinch(state, id, before, at) {
  const other = [...state.pointers].find(([key]) => key !== id)?.[1];
  if (!other) return;
  const apart = (one) => Math.max(8, Math.hypot(one[0] - other[0], one[1] - other[1]));
  state.view = panBy(state, (at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
  move(state, zoomAt(state, (at[0] + other[0]) / 2, (at[1] + other[1]) / 2, apart(at) / apart(before)));
}

function outline(state, at) {
  const { drag } = state;
  const [left, top] = drag.from;
  if (drag.tool === "rectangle") drag.corners = [drag.from, [at[0], top], at, [left, at[1]]];
  else drag.corners.push(at);
  drawOutline(state, drag.corners);
}

function release(state, event) {
  const { drag } = state;
  state.pointers.delete(event.pointerId);
  if (!drag) return;
  if (!drag.moved) click(state, local(state, event));
  else if (drag.tool === "rectangle" || drag.tool === "lasso") enclose(state, drag);
  if (!state.pointers.size) state.drag = null;
}

function cancel(state, event) {
  state.pointers.delete(event.pointerId);
  state.drag = null;
  drawOutline(state, []);
}

function leave(state) {
  setHover(state, -1);
  lookAt(state, null);
  tell(state, { place: null });
}

function point(state, at) {
  const [x, y] = toMap(state, ...at);
  setHover(state, nearest(state.points, x, y, REACH / state.view.k, (row) => isShown(state, row)));
  lookAt(state, [x, y]);
  if (state.data.kind === "plane") tell(state, { place: [x, y] });
}

function click(state, at) {
  const [x, y] = toMap(state, ...at);
  const row = nearest(state.points, x, y, REACH / state.view.k, (i) => isShown(state, i));
  if (row >= 0) pick(state, row);
  if (state.data.atlas) send(state, "place", { x, y });
}

function wheel(state, event) {
  event.preventDefault();
  const pixels = event.deltaMode === 1 ? 16 * event.deltaY : event.deltaY;
  move(state, zoomAt(state, ...local(state, event), Math.exp(-pixels * WHEEL)));
}

/** Arrows go from point to point, Enter picks, + and - zoom, 0 shows all, Escape takes a selection back. */
function key(state, event) {
  if (event.altKey || event.metaKey || event.ctrlKey) return;
  const middle = [state.width / 2, state.height / 2];
  if (KEYS[event.key]) {
    const shown = (row) => isShown(state, row);
    const [x, y] = toMap(state, ...middle);
    const from = state.hover >= 0 ? state.hover : state.mark >= 0 ? state.mark : -1;
    const to = from < 0 ? nearestOfAll(state.points, x, y, shown) : neighbour(state.points, from, ...KEYS[event.key], shown);
    if (to >= 0) bringIntoView(state, to);
    if (to >= 0) setHover(state, to);
  } else if (event.key === "Enter" && state.hover >= 0) pick(state, state.hover);
  else if (event.key === "+" || event.key === "=") move(state, zoomAt(state, ...middle, 1.4));
  else if (event.key === "-") move(state, zoomAt(state, ...middle, 1 / 1.4));
  else if (event.key === "0") move(state, fitted(state));
  else if (event.key === "Escape" && (state.drag || state.selected)) escape(state);
  else return;
  event.preventDefault();
}

function escape(state) {
  if (state.drag) {
    state.drag = null;
    drawOutline(state, []);
  } else enclose(state, { corners: [], mode: "clear" });
}

/** Selects what the outline holds, here at once; Python tests the same corners by the same rule. */
function enclose(state, { corners, mode }) {
  drawOutline(state, []);
  const places = thinned(corners).map(([left, top]) => toMap(state, left, top).map((v) => Number(v.toPrecision(5))));
  if (mode !== "clear" && places.length < 3) return;
  const { points, colour, hidden } = state;
  const before = mode === "add" || mode === "subtract" ? state.selected : null;
  const selected = new Uint8Array(points.n);
  let count = 0;
  for (let row = 0; row < points.n; row++) {
    const hit = mode !== "clear" && isShown(state, row) && inside(places, points.x[row], points.y[row]);
    selected[row] = mode === "subtract" ? Boolean(before?.[row]) && !hit : hit || Boolean(before?.[row]);
    count += selected[row];
  }
  Object.assign(state, { drawn: Date.now(), chosen: null });
  setSelected(state, count ? selected : null, count);
  const filtered = colour.names && hidden.size ? { column: colour.key, hidden: [...hidden] } : { column: "", hidden: [] };
  send(state, "region", { mode, corners: places, drawn: state.drawn, ...filtered });
}

/** At most 40 corners, evenly along the line. */
function thinned(corners) {
  if (corners.length <= MOST_CORNERS) return corners;
  return Array.from({ length: MOST_CORNERS }, (_, i) => corners[Math.round((i * (corners.length - 1)) / (MOST_CORNERS - 1))]);
}
