// Where the map is looked at from: the place in the middle, and CSS px a unit of the map takes.

const CLOSEST = 400; // times the whole map

function fitted(state) {
  const { points, width, height } = state;
  const { limit, box } = points;
  const square = { left: -limit, right: limit, bottom: -limit, top: limit };
  const { left, right, bottom, top } = limit ? square : box;
  const room = limit ? 1 : 0.94;
  const k = room * Math.min(width / (right - left || 1), height / (top - bottom || 1));
  return { x: (left + right) / 2, y: (bottom + top) / 2, k };
}

function toScreen({ view, width, height }, x, y) {
  return [(x - view.x) * view.k + width / 2, height / 2 - (y - view.y) * view.k];
}

function toMap({ view, width, height }, left, top) {
  return [view.x + (left - width / 2) / view.k, view.y - (top - height / 2) / view.k];
}

function limitView(state, { x, y, k }) {
  const whole = fitted(state);
  const { box } = state.points;
  return {
    x: Math.min(Math.max(x, box.left), box.right),
    y: Math.min(Math.max(y, box.bottom), box.top),
    k: Math.min(Math.max(k, whole.k / 2), whole.k * CLOSEST),
  };
}

/** Zooms by `factor` such that the place under (left, top) stays there. */
function zoomAt(state, left, top, factor) {
  const [x, y] = toMap(state, left, top);
  const { k } = limitView(state, { ...state.view, k: state.view.k * factor });
  const ratio = state.view.k / k;
  return limitView(state, { x: x + (state.view.x - x) * ratio, y: y + (state.view.y - y) * ratio, k });
}

function panBy(state, dx, dy) {
  const { x, y, k } = state.view;
  return limitView(state, { x: x - dx / k, y: y + dy / k, k });
}

/** As it stands in the link: the middle, and units across; null for the whole map. */
function viewText(state) {
  const { view, width } = state;
  const whole = fitted(state);
  if (view.x === whole.x && view.y === whole.y && view.k === whole.k) return null;
  return [view.x, view.y, width / view.k].map((value) => Number(value.toPrecision(4))).join(",");
}

function viewFrom(state, text) {
  const [x, y, across, ...rest] = (text ?? "").split(",").map(Number);
  if (rest.length || ![x, y, across].every(Number.isFinite) || across <= 0) return null;
  return limitView(state, { x, y, k: state.width / across });
}

/** Size of a point in CSS px: what many points leave room for, and more as one comes closer. */
function pointSize(state) {
  const closer = state.view.k / fitted(state).k;
  const whole = Math.min(5, Math.max(2.4, 420 / Math.sqrt(state.points.n)));
  return Math.min(11, whole * Math.max(1, closer) ** 0.45);
}
