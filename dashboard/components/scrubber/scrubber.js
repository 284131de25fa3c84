// One large frame, a slider with a play button, and a strip of all frames. Moving happens here alone; Python hears of
// it when the frame has come to rest, and its answer never moves what the reader holds.

const REST_AFTER = 150; // ms without a move until the frame is reported
const STEP = 110; // ms a frame is shown while playing
const CALM_STEP = 600; // the same for those who asked their system for less motion
const STRIP_SIZE = 56; // CSS px

const states = new WeakMap();

export default function scrubber(component) {
  const { parentElement } = component;
  const state = states.get(parentElement) ?? mount(parentElement);
  state.component = component;
  update(state);
  // Streamlit also calls this for a run that a newer one overtook, and then the scrubber is still in use.
  return () => {
    if (!state.root.isConnected) unmount(state);
  };
}

function mount(parentElement) {
  const root = parentElement.querySelector(".scrubber");
  root.innerHTML = `
    <div class="stage"><span class="frame"><canvas role="img"></canvas><span class="badge"></span></span></div>
    <div class="line"></div>
    <div class="controls">
      <button type="button" class="play"></button>
      <input type="range" min="0" step="1">
      <span class="counter" aria-hidden="true"></span>
    </div>
    <div class="strip" aria-hidden="true"></div>`;
  const part = (name) => root.querySelector(name);
  const state = {
    root, frame: part(".frame"), large: part("canvas"), badge: part(".badge"), line: part(".line"),
    play: part(".play"), range: part("input"), counter: part(".counter"), strip: part(".strip"),
    component: null, image: null, sheet: null, uri: null, turn: 0,
    at: null, start: null, held: false, waiting: null, playing: null,
  };
  state.play.addEventListener("click", () => (state.playing ? stop(state) : play(state)));
  state.range.addEventListener("pointerdown", () => hold(state));
  state.range.addEventListener("pointerup", () => (state.held = false));
  state.range.addEventListener("pointercancel", () => (state.held = false));
  state.range.addEventListener("input", () => moveTo(state, Number(state.range.value)));
  state.strip.addEventListener("click", (event) => {
    const index = [...state.strip.children].indexOf(event.target.closest("canvas"));
    if (index >= 0) moveTo(state, index);
  });
  state.observer = new ResizeObserver(() => layOut(state));
  state.observer.observe(root);
  states.set(parentElement, state);
  return state;
}

function unmount(state) {
  state.observer.disconnect();
  clearInterval(state.playing);
  clearTimeout(state.waiting);
}

async function update(state) {
  const turn = ++state.turn;
  const { data } = state.component;
  const image = data.sheet.uri === state.uri ? state.image : await loadSheet(data.sheet);
  if (turn !== state.turn) return; // a later run came in while the sheet was decoded
  const redraw = data.sheet.uri !== state.uri;
  const follow = state.sheet?.count !== data.sheet.count || state.start !== data.start;
  Object.assign(state, { image, sheet: data.sheet, uri: data.sheet.uri, start: data.start });
  const busy = state.held || state.waiting || state.playing;
  if (state.at === null || (follow && !busy)) state.at = data.frame;
  render(state, redraw);
}

function render(state, redraw) {
  const { component, sheet, strip, range } = state;
  const { data } = component;
  const last = sheet.count - 1;
  setAttribute(state.root, "role", "group");
  setAttribute(state.root, "aria-label", data.label);
  state.root.classList.toggle("hard", isHard(sheet));
  state.line.classList.toggle("empty", !data.captions.some(Boolean));
  setAttribute(range, "aria-label", data.label);
  setAttribute(range, "max", last);
  range.disabled = state.play.disabled = last === 0;
  const mark = data.generated ? "generated" : "";
  if (state.frame.dataset.mark !== mark) {
    state.frame.dataset.mark = mark;
    state.badge.innerHTML = icon(mark);
    setAttribute(state.badge, "title", mark ? "Made by the model" : null);
  }
  while (strip.children.length > sheet.count) strip.lastElementChild.remove();
  for (let index = 0; index < sheet.count; index++) {
    const isNew = index >= strip.children.length;
    const canvas = isNew ? element("canvas", "", strip) : strip.children[index];
    if (isNew || redraw) drawPicture(canvas, state.image, sheet, index);
  }
  layOut(state);
  showPlaying(state);
  show(state, Math.min(state.at, last));
}

function layOut(state) {
  const { root, sheet, strip, component } = state;
  if (!sheet || !root.clientWidth) return;
  const large = zoom(sheet, component.data.size, root.clientWidth - 12);
  root.style.setProperty("--picture-width", `${sheet.width * large}px`);
  root.style.setProperty("--picture-height", `${sheet.height * large}px`);
  const gap = parseFloat(getComputedStyle(strip).columnGap) || 0;
  const small = zoom(sheet, STRIP_SIZE, (root.clientWidth - 12 - gap * (sheet.count - 1)) / sheet.count);
  const least = isHard(sheet) ? 1 : 28 / Math.max(sheet.width, sheet.height); // then the strip scrolls
  root.style.setProperty("--small-width", `${sheet.width * Math.max(small, least)}px`);
  root.style.setProperty("--small-height", `${sheet.height * Math.max(small, least)}px`);
}

function show(state, at) {
  const { data } = state.component;
  const { sheet, strip, range } = state;
  state.at = at;
  drawPicture(state.large, state.image, sheet, at);
  const where = `${at + 1} of ${sheet.count}`;
  const spoken = [`Frame ${where}`, data.captions[at], data.generated ? "made by the model" : ""];
  setAttribute(state.large, "aria-label", spoken.filter(Boolean).join(", "));
  setAttribute(range, "aria-valuetext", spoken.slice(0, 2).filter(Boolean).join(", "));
  range.value = at;
  range.style.setProperty("--share", sheet.count > 1 ? at / (sheet.count - 1) : 0);
  setText(state.line, data.captions[at]);
  setText(state.counter, where);
  const before = strip.querySelector(".now");
  const now = strip.children[at];
  if (before === now) return;
  before?.classList.remove("now");
  now.classList.add("now");
  // Not scrollIntoView: that would move the page as well.
  const over = now.offsetLeft + now.offsetWidth / 2 - strip.clientWidth / 2;
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = over;
}

function moveTo(state, at) {
  if (state.playing) halt(state);
  show(state, at);
  reportSoon(state);
}

function hold(state) {
  state.held = true;
  if (state.playing) halt(state);
}

function reportSoon(state) {
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => {
    state.waiting = null;
    if (state.held) return reportSoon(state);
    const { at, sheet, start, component } = state;
    component.setStateValue("frame", { at, count: sheet.count, start });
  }, REST_AFTER);
}

function play(state) {
  const last = state.sheet.count - 1;
  if (state.at >= last) show(state, 0);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  state.playing = setInterval(() => {
    if (state.at < state.sheet.count - 1) show(state, state.at + 1);
    if (state.at >= state.sheet.count - 1) stop(state);
  }, calm ? CALM_STEP : STEP);
  showPlaying(state);
}

function halt(state) {
  clearInterval(state.playing);
  state.playing = null;
  showPlaying(state);
}

function stop(state) {
  halt(state);
  reportSoon(state);
}

function showPlaying(state) {
  const name = state.playing ? "Pause" : "Play";
  if (state.play.title === name) return;
  state.play.title = name;
  state.play.setAttribute("aria-label", name);
  state.play.innerHTML = icon(name.toLowerCase());
}
