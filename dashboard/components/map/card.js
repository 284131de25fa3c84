// The picture card above a point, the ring around it, and the card of the current item.

const REACH = 14; // px from the pointer to a point that it still means
const GAP = 14;

function picture(state, id) {
  return state.base + state.data.picture.replace("{}", id);
}

/** Shows a point's card, or none for -1. Nothing is done while the point stays the same. */
function setHover(state, row, { told = false } = {}) {
  if (row === state.hover) return;
  state.hover = row;
  const { card } = state;
  const shown = row >= 0 && !state.data.ground; // there the lens shows it
  if (shown) fillCard(state, card, row); // first of all, as its picture has to be fetched
  if (!told) tell(state, { hover: row < 0 ? null : state.points.id[row] });
  state.stage.classList.toggle("pointing", row >= 0);
  card.root.hidden = !shown;
  placeCard(state);
  requestFrame(state, { above: true });
}

function fillCard(state, card, row) {
  const id = state.points.id[row];
  if (card.thumb.dataset.id !== String(id)) {
    card.thumb.classList.add("waiting");
    card.thumb.dataset.id = id;
    card.thumb.src = picture(state, id);
  }
  const name = `${state.data.dataset}/${id}`;
  setAttribute(card.thumb, "alt", `${name}${state.data.rebuilt ? ", rebuilt" : ""}`);
  setText(card.name, name);
  setText(card.facts, describe(state, row));
}

/** Straight above its point, or below where there is no room; never over an edge. */
function placeCard(state) {
  const { root } = state.card;
  if (root.hidden) return;
  const { points, hover, width } = state;
  const [left, top] = toScreen(state, points.x[hover], points.y[hover]);
  const over = Math.min(Math.max(left - root.offsetWidth / 2, 4), width - root.offsetWidth - 4);
  const above = top - root.offsetHeight - GAP;
  root.style.transform = `translate(${Math.round(over)}px, ${Math.round(above < 4 ? top + GAP : above)}px)`;
}

/** Shows the current item in the corner, and marks it on the map: a ring for a point, a star for what was placed. */
function setCurrent(state) {
  const { data, points, current } = state;
  state.mark = rowOf(points, data.item.id);
  current.root.hidden = !data.item.name;
  setText(current.name, data.item.name);
  setText(current.facts, data.item.facts);
  const source = data.item.picture ? state.base + data.item.picture : "";
  showThumb(current.thumb, state.mark >= 0 ? picture(state, points.id[state.mark]) : source, data.item.id);
  requestFrame(state, { above: true });
}

function showThumb(thumb, source, id) {
  thumb.hidden = !source;
  if (!source || thumb.getAttribute("src") === source) return;
  thumb.dataset.id = id;
  thumb.src = source;
}

/** A click: its picture is here at once, and Python makes it the current item of all pages. */
function pick(state, row) {
  const id = state.points.id[row];
  state.data = { ...state.data, item: { id, name: `${state.data.dataset}/${id}`, facts: "", picture: "" } };
  setCurrent(state);
  send(state, "picked", { id });
}

/** Moves the rings and the star to where their points are. */
function drawMarks(state) {
  const { points, marks, hover, mark, data } = state;
  const put = (node, x, y) => {
    node.style.display = "";
    const [left, top] = toScreen(state, x, y);
    node.setAttribute("transform", `translate(${left.toFixed(1)} ${top.toFixed(1)})`);
  };
  for (const node of Object.values(marks)) node.style.display = "none";
  if (mark >= 0) put(marks.current, points.x[mark], points.y[mark]);
  else if (data.item.place) put(marks.star, ...data.item.place);
  if (hover >= 0) put(marks.hover, points.x[hover], points.y[hover]);
}

function drawOutline(state, corners) {
  state.lasso.setAttribute("points", corners.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(" "));
}
