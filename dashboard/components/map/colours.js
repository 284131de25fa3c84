// What the points are coloured by, and the theme's colours for it.

const OTHER = 10; // place of grey on the palette, for what has no colour of its own
const UNKNOWN = 255; // place of grey on a ramp, for what has no number
const FALLBACK = ["#116d8a", "#d18209", "#4d997a", "#b782b1", "#095634", "#5606db", "#746d08", "#70385a", "#e8405f", "#6584fe"];

function themeColours(root, name) {
  const found = getComputedStyle(root).getPropertyValue(`--st-chart-${name}-colors`).split(",").map((c) => c.trim());
  return found.length > 1 ? found : FALLBACK;
}

/** [red, green, blue] of a colour, 0 to 255. */
function rgb(colour) {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour);
  if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16));
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  return numbers.length >= 3 ? numbers.slice(0, 3) : [128, 128, 128];
}

function css([red, green, blue]) {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The theme's colours: ten and grey for groups, a ramp of 256 for numbers. */
function readTheme(root) {
  const groups = themeColours(root, "categorical").slice(0, OTHER).map(rgb);
  while (groups.length < OTHER) groups.push(rgb(FALLBACK[groups.length]));
  const page = rgb(getComputedStyle(root).getPropertyValue("--st-background-color").trim());
  const grey = [128, 128, 128].map((value, i) => Math.round(0.45 * value + 0.55 * page[i])); // steps back
  const steps = themeColours(root, "sequential").slice(2).map(rgb); // the first two vanish on the page
  const ramp = Array.from({ length: UNKNOWN }, (_, i) => {
    const at = (i / (UNKNOWN - 1)) * (steps.length - 1);
    const low = Math.min(Math.floor(at), steps.length - 2);
    return steps[low].map((value, c) => Math.round(value + (at - low) * (steps[low + 1][c] - value)));
  });
  ramp[UNKNOWN] = grey;
  return { groups: [...groups, grey], ramp, grey };
}

/** Place on the palette of every point. */
function tintsOf(points, colour) {
  const column = points[colour.key];
  const tints = new Uint8Array(points.n);
  if (colour.names) {
    for (let i = 0; i < points.n; i++) tints[i] = colour.tints[column[i]] ?? OTHER;
    return tints;
  }
  const [low, high] = colour.range;
  for (let i = 0; i < points.n; i++) {
    const value = column[i];
    tints[i] = value === value ? Math.max(0, Math.min(UNKNOWN - 1, Math.round(((UNKNOWN - 1) * (value - low)) / (high - low)))) : UNKNOWN;
  }
  return tints;
}

/** Two bytes for every point: place on the palette and state. */
function looksOf(state) {
  const { points, tints, selected } = state;
  const looks = new Uint8Array(2 * points.n);
  for (let i = 0; i < points.n; i++) {
    looks[2 * i] = tints[i];
    if (!isShown(state, i)) looks[2 * i + 1] = STATES.hidden;
    else if (!selected) looks[2 * i + 1] = STATES.shown;
    else looks[2 * i + 1] = selected[i] ? STATES.selected : STATES.faded;
  }
  return looks;
}

/** Whether a point is left by the legend's filter. */
function isShown({ points, hidden, colour }, row) {
  return !hidden.size || !colour.names || !hidden.has(points[colour.key][row]);
}

function describe({ points, data }, row) {
  const lines = [];
  for (const { key, title, names } of data.colours) {
    const value = points[key]?.[row];
    if (value === undefined || Number.isNaN(value)) continue;
    if (names) lines.push(`${title.toLowerCase()} ${names[value] ?? value}`);
    else lines.push(`${title.split(",")[0].toLowerCase()} ${value.toPrecision(2)}`);
  }
  return lines.join(" · ");
}
