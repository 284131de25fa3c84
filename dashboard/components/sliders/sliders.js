// Pictures that stay, one that is edited, and the sliders that edit it. Moving happens here alone, from frames that
// Python decoded around one combination of values; it hears of a new one when the hand has let go.

const REST_AFTER = 120; // ms without a move until the values are reported
const STEP = 0.05;
const RESET = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.2 5.2A5.4 5.4 0 1 1 2.6 8.6M3 2.2V5.4H6.2"/></svg>';

function mount(parentElement) {
  const root = parentElement.querySelector(".sliders");
  root.innerHTML = `
    <div class="pictures"></div>
    <div class="first"></div>
    <details class="more"><summary>More</summary><div class="rest"></div></details>`;
  const part = (name) => root.querySelector(name);
  const state = {
    root, pictures: part(".pictures"), first: part(".first"), more: part(".more"), rest: part(".rest"),
    stills: { component: null, image: null, uri: null }, sheet: null, image: null, uri: null,
    component: null, turn: 0, order: null, values: null, held: false, waiting: null, rows: new Map(), frames: null,
  };
  state.more.addEventListener("toggle", () => {
    const { data } = state.component;
    if (state.more.open !== data.more) state.component.setStateValue("more", state.more.open);
  });
  return state;
}

function unmount(state) {
  clearTimeout(state.waiting);
}

async function update(state) {
  const turn = ++state.turn;
  const { component, stills } = state;
  const { data } = component;
  stills.component = component;
  const [still, image] = await Promise.all([loadSheet(data.stills.sheet, stills), loadSheet(data.frames, state)]);
  if (turn !== state.turn) return; // a later run came in while the sheets were fetched
  Object.assign(stills, { image: still, uri: data.stills.sheet.uri });
  if (image && (image !== state.image || !state.frames)) state.cut = cut(image, data.frames);
  Object.assign(state, { image, sheet: data.frames, uri: data.frames.uri });
  if (state.order !== data.order && !state.held) {
    clearTimeout(state.waiting);
    Object.assign(state, { order: data.order, values: {}, waiting: null });
  }
  state.frames = image ? arrange(state.cut, data.controls) : null;
  for (const { name, value } of data.controls) state.values[name] ??= value;
  render(state);
}

/** The pictures of a sheet, as bytes. */
function cut(image, { count, columns, width, height }) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const at = (index) => [(index % columns) * width, Math.floor(index / columns) * height];
  return Array.from({ length: count }, (_, index) => context.getImageData(...at(index), width, height).data);
}

/** The picture that the frames were decoded around, and each slider with its own frames. */
function arrange([base, ...pictures], controls) {
  let from = 0;
  const own = new Map();
  for (const { frames, ...control } of controls) {
    own.set(control.name, { ...control, pictures: pictures.slice(from, from + frames) });
    from += frames;
  }
  return { base, own };
}

function render(state) {
  const { root, frames, component } = state;
  const { data } = component;
  setAttribute(root, "role", "group");
  setAttribute(root, "aria-label", data.label);
  showMissing(root, state);
  renderPictures(state);
  const names = new Set(data.controls.map(({ name }) => name));
  for (const [name, row] of state.rows) {
    if (names.has(name)) continue;
    row.root.remove();
    state.rows.delete(name);
  }
  for (const control of data.controls) renderRow(state, control);
  state.more.hidden = !data.controls.some(({ more }) => more);
  state.more.open = data.more;
  setAttribute(root, "data-ready", Boolean(frames));
  for (const { name } of data.controls) showValue(state, name);
  paint(state);
}

function renderPictures({ pictures, stills, sheet, component }) {
  const { captions, generated, sheet: still } = component.data.stills;
  while (pictures.children.length > captions.length + 1) pictures.firstElementChild.remove();
  while (pictures.children.length < captions.length + 1) {
    const figure = element("figure", "", pictures);
    figure.innerHTML = `<span class="frame"><canvas role="img"></canvas><span class="badge"></span></span>
      <figcaption></figcaption>`;
  }
  pictures.style.setProperty("--count", captions.length + 1);
  [...pictures.children].forEach((figure, index) => {
    const edited = index === captions.length;
    const mark = edited || generated[index] ? "generated" : "";
    const canvas = figure.querySelector("canvas");
    figure.classList.toggle("edited", edited);
    figure.querySelector(".frame").dataset.mark = mark;
    setAttribute(figure.querySelector(".badge"), "title", mark ? "Made by the model" : null);
    setText(figure.querySelector("figcaption"), edited ? component.data.caption : captions[index]);
    const spoken = (edited ? component.data.caption : captions[index]).split("\n")[0];
    setAttribute(canvas, "aria-label", [spoken, mark ? "made by the model" : ""].filter(Boolean).join(", "));
    if (!edited) drawPicture(canvas, stills.image, still, index);
    else if (canvas.width !== sheet.width) Object.assign(canvas, { width: sheet.width, height: sheet.height });
  });
}

function renderRow(state, control) {
  const row = state.rows.get(control.name) ?? makeRow(state, control);
  const { title, low, high, rest, more, stops } = control;
  row.control = control;
  const place = more ? state.rest : state.first;
  if (row.root.parentElement !== place) place.append(row.root); // to move it would take the focus away
  setText(row.title, title);
  const share = (value) => `${(100 * (value - low)) / (high - low)}%`;
  for (const [name, value] of Object.entries({ min: low, max: high, step: STEP, "aria-label": title })) {
    setAttribute(row.range, name, value);
  }
  row.range.disabled = !state.frames?.own.get(control.name).pictures.length;
  setAttribute(row.reset, "aria-label", `Reset ${title}`);
  setAttribute(row.reset, "title", `Back to ${rest}`);
  row.root.style.setProperty("--rest", (rest - low) / (high - low));
  row.stops.replaceChildren();
  for (const [at, word] of stops) {
    const stop = element("span", "stop", row.stops);
    stop.style.setProperty("--at", share(at).slice(0, -1));
    setText(stop, word);
  }
}

function makeRow(state, { name }) {
  const root = element("div", "row", null);
  root.dataset.name = name;
  root.innerHTML = `
    <span class="title"></span><output></output>
    <button type="button" class="reset">${RESET}</button>
    <input type="range"><div class="stops" aria-hidden="true"></div>`;
  const part = (selector) => root.querySelector(selector);
  const row = {
    root, title: part(".title"), shown: part("output"), reset: part(".reset"), range: part("input"),
    stops: part(".stops"), control: null,
  };
  row.range.addEventListener("pointerdown", () => (state.held = true));
  for (const end of ["pointerup", "pointercancel"]) row.range.addEventListener(end, () => (state.held = false));
  row.range.addEventListener("input", () => moveTo(state, name, Number(row.range.value)));
  row.reset.addEventListener("click", () => {
    moveTo(state, name, row.control.rest);
    row.range.focus();
  });
  state.rows.set(name, row);
  return row;
}

function moveTo(state, name, value) {
  state.values[name] = value;
  showValue(state, name);
  paint(state);
  reportSoon(state);
}

function showValue(state, name) {
  const { root, range, shown, reset, control } = state.rows.get(name);
  const value = state.values[name];
  const text = signed(value, control.rest);
  if (Number(range.value) !== value) range.value = value;
  const near = control.stops.find(([at]) => Math.abs(at - value) < STEP / 2);
  setAttribute(range, "aria-valuetext", [text, near?.[1]].filter(Boolean).join(", "));
  root.style.setProperty("--share", (value - control.low) / (control.high - control.low));
  setText(shown, text);
  const moved = Math.abs(value - control.rest) > STEP / 2;
  root.classList.toggle("moved", moved);
  reset.disabled = !moved;
}

function signed(value, rest) {
  const text = Math.abs(value).toFixed(2);
  if (rest !== 0 || Number(text) === 0) return text;
  return (value < 0 ? "−" : "+") + text;
}

/** Draws the edited picture; reads nothing of the layout, so that a move costs no more than its drawing. */
function paint(state) {
  const { frames, values, sheet, pictures } = state;
  const canvas = pictures.querySelector(".edited canvas");
  if (!frames) return canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  const picture = new ImageData(sheet.width, sheet.height);
  picture.data.set(compose(frames, values));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

/** The picture with every slider at its value in `values`: what each changes, added to the one decoded around. */
function compose({ base, own }, values) {
  const sum = Float32Array.from(base);
  for (const control of own.values()) {
    const now = values[control.name];
    if (now === control.value || !control.pictures.length) continue;
    add(sum, control, now, 1);
    add(sum, control, control.value, -1);
  }
  return sum;
}

/** Adds to `sum`, so many `times`, the picture of a slider at `value`: a blend of the frames around. */
function add(sum, { pictures, low, high }, value, times) {
  const place = Math.min(Math.max((value - low) / (high - low), 0), 1) * (pictures.length - 1);
  const before = Math.floor(place);
  const after = Math.min(before + 1, pictures.length - 1);
  const [a, b] = [pictures[before], pictures[after]];
  const [late, early] = [(place - before) * times, (1 - place + before) * times];
  for (let byte = 0; byte < sum.length; byte++) sum[byte] += early * a[byte] + late * b[byte];
}

function reportSoon(state) {
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => {
    state.waiting = null;
    if (state.held) return reportSoon(state);
    state.component.setStateValue("moved", { values: { ...state.values }, order: state.order });
  }, REST_AFTER);
}

export { mount, update, unmount };
