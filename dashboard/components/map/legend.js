// What the colours mean: a click on a group hides it, a double click leaves it alone; a ramp shows its ends.

const WRITTEN = 30; // names on the map, as more would cover it

function drawColours(state) {
  const { colours, data, colour } = state;
  colours.hidden = data.colours.length < 2;
  colours.replaceChildren();
  const listed = data.colours.filter((one) => one.listed);
  for (const { key, title } of data.colours.filter((one) => !one.listed)) {
    const button = element("button", "", colours);
    button.type = "button";
    button.dataset.colour = key;
    button.textContent = title.split(",")[0];
    setAttribute(button, "aria-pressed", key === colour.key);
    button.addEventListener("click", () => setColour(state, key));
  }
  if (listed.length) drawList(state, listed);
}

/** Colours that are too many for a button each. */
function drawList(state, listed) {
  const { colours, colour } = state;
  const select = element("select", "", colours);
  setAttribute(select, "aria-label", "Colour by an issue");
  const names = [["", "Issue …"], ...listed.map(({ key, title }) => [key, title.split(",")[0]])];
  for (const [key, name] of names) {
    const option = element("option", "", select);
    option.value = key;
    option.textContent = name;
    option.disabled = !key;
  }
  select.value = listed.some(({ key }) => key === colour.key) ? colour.key : "";
  setAttribute(select, "data-chosen", Boolean(select.value));
  select.addEventListener("change", () => setColour(state, select.value));
}

function drawLegend(state) {
  const { legend, colour } = state;
  legend.replaceChildren();
  if (colour.names) drawGroups(state);
  else drawRamp(state);
}

function drawGroups(state) {
  const { legend, colour, points, theme, hidden } = state;
  const counts = countsOf(points[colour.key], colour.names.length);
  colour.names.forEach((name, group) => {
    if (!counts[group]) return;
    const button = element("button", "", legend);
    button.type = "button";
    button.title = `${counts[group].toLocaleString("en")} here. Click hides or shows it, a double click shows it alone.`;
    setAttribute(button, "aria-pressed", !hidden.has(group));
    const dot = element("span", "dot", button);
    dot.style.background = css(theme.groups[colour.tints[group] ?? OTHER]);
    element("span", "", button).textContent = name;
    button.addEventListener("click", (event) => filter(state, group, event.detail > 1));
  });
}

function filter(state, group, alone) {
  const { hidden, colour } = state;
  const all = colour.names.map((_, other) => other);
  if (alone) {
    // The two clicks of a double click have hidden and shown it again.
    const already = all.every((other) => (other === group) !== hidden.has(other));
    hidden.clear();
    if (!already || state.wasAlone !== group) all.forEach((other) => other !== group && hidden.add(other));
    state.wasAlone = hidden.size ? group : null;
  } else if (!hidden.delete(group)) hidden.add(group);
  if (state.hover >= 0 && !isShown(state, state.hover)) setHover(state, -1);
  refreshLooks(state);
  [...state.legend.children].forEach((button) => {
    const own = colour.names.indexOf(button.lastElementChild.textContent);
    setAttribute(button, "aria-pressed", !hidden.has(own));
  });
}

function drawRamp(state) {
  const { legend, colour, theme } = state;
  const [low, high] = colour.range;
  const bar = element("div", "ramp", legend);
  element("span", "", bar).textContent = low.toPrecision(2);
  const stops = [0, 64, 128, 192, UNKNOWN - 1].map((at) => css(theme.ramp[at])).join(", ");
  element("span", "band", bar).style.background = `linear-gradient(to right, ${stops})`;
  element("span", "", bar).textContent = high.toPrecision(2);
  element("span", "quiet", bar).textContent = colour.title;
}

function countsOf(column, groups) {
  const counts = new Uint32Array(groups);
  for (const value of column) counts[value]++;
  return counts;
}

/** Names of the groups, of the largest where there are many, written where each is densest. */
function makeNames(state) {
  const { names, points, colour } = state;
  names.replaceChildren();
  state.spots = [];
  if (!colour.names || !colour.written || !state.data.written) return;
  const counts = countsOf(points[colour.key], colour.names.length);
  const large = new Set([...counts.keys()].sort((a, b) => counts[b] - counts[a]).slice(0, WRITTEN));
  crowdedSpots(points, points[colour.key], colour.names.length).forEach((spot, group) => {
    if (!spot || !large.has(group)) return;
    const node = element("span", "", names);
    node.textContent = colour.names[group];
    state.spots.push({ ...spot, group, node });
  });
}

function placeNames(state) {
  for (const { x, y, group, node } of state.spots) {
    const [left, top] = toScreen(state, x, y);
    const off = left < 0 || top < 0 || left > state.width || top > state.height || state.hidden.has(group);
    node.style.display = off ? "none" : "";
    if (!off) node.style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px) translate(-50%, -50%)`;
  }
}
