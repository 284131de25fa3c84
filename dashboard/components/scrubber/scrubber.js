// One large frame, a slider with a play button, and a strip of all frames. Moving happens here alone; Python hears of
// it when the frame has come to rest, and its answer never moves what the reader holds.

const REST_AFTER = 150; // ms without a move until the frame is reported
const STEP = 110; // ms a frame is shown while playing
const WAY = 4000; // ms that the whole way takes at most
const CALM = 5; // times as slow for those who asked their system for less motion
const STRIP_SIZE = 56; // CSS px
const STRIP_GAP = 4; // CSS px, as in the style sheet
const SPEEDS = [0.5, 1, 2];
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

function mount(parentElement) {
  const root = parentElement.querySelector(".scrubber");
  const speeds = SPEEDS.map((speed) => `<option value="${speed}">${speed}×</option>`).join("");
  root.innerHTML = `${STAGE}
    <div class="controls">
      <button type="button" class="play"></button>
      <input type="range" min="0" step="1">
      <span class="counter" aria-hidden="true"></span>
      <button type="button" class="loop" title="Loop" aria-label="Loop" aria-pressed="false">${icon("loop")}</button>
      <select class="speed" title="Speed" aria-label="Speed">${speeds}</select>
    </div>
    <div class="strip" aria-hidden="true"></div>`;
  const part = (name) => root.querySelector(name);
  const state = {
    root, stage: makeStage(root), play: part(".play"), range: part("input"), counter: part(".counter"),
    loop: part(".loop"), speed: part(".speed"), strip: part(".strip"),
    component: null, image: null, sheet: null, uri: null, turn: 0, layout: null,
    at: null, order: null, held: null, waiting: null, playing: null,
  };
  state.speed.value = 1;
  listen(state);
  state.observer = new ResizeObserver(() => layOut(state));
  state.observer.observe(root);
  return state;
}

function listen(state) {
  const { range, stage, strip, loop, speed } = state;
  state.play.addEventListener("click", () => (state.playing ? stop(state) : play(state)));
  loop.addEventListener("click", () => setAttribute(loop, "aria-pressed", !loops(state)));
  speed.addEventListener("change", () => rebase(state));
  range.addEventListener("pointerdown", () => hold(state, { from: null }));
  range.addEventListener("input", () => moveTo(state, Number(range.value)));
  range.addEventListener("keydown", (event) => event.key === " " && press(state, event));
  stage.canvas.addEventListener("pointerdown", (event) => grab(state, event));
  stage.canvas.addEventListener("pointermove", (event) => drag(state, event));
  stage.canvas.addEventListener("keydown", (event) => press(state, event));
  for (const held of [range, stage.canvas]) {
    for (const end of ["pointerup", "pointercancel"]) held.addEventListener(end, () => (state.held = null));
  }
  strip.addEventListener("click", (event) => {
    const index = [...strip.children].indexOf(event.target.closest("canvas"));
    if (index >= 0) moveTo(state, index);
  });
}

function unmount(state) {
  state.observer.disconnect();
  cancelAnimationFrame(state.playing?.request);
  clearTimeout(state.waiting);
}

async function update(state) {
  const turn = ++state.turn;
  const { component, stage } = state;
  const { data } = component;
  const [image, beside] = await Promise.all([loadSheet(data.sheet, state), loadBeside(stage, component)]);
  if (turn !== state.turn) return; // a later run came in while the sheet was fetched
  const redraw = image !== state.image;
  const counted = state.sheet?.count !== data.sheet.count;
  const order = `${data.start}/${data.order}`;
  const ordered = state.order !== order;
  Object.assign(state, { image, sheet: data.sheet, uri: data.sheet.uri, order });
  renderStage(stage, data, beside);
  if (ordered && !state.held && state.at !== null) halt(state);
  const busy = state.held || state.waiting || state.playing;
  if (state.at === null || ((counted || ordered) && !busy)) state.at = data.frame;
  render(state, redraw);
  if (counted) rebase(state);
}

function render(state, redraw) {
  const { sheet, strip, range, root } = state;
  const { data } = state.component;
  const last = sheet.count - 1;
  setAttribute(root, "role", "group");
  setAttribute(root, "aria-label", data.label);
  showMissing(root, state);
  root.classList.toggle("hard", isHard(sheet));
  setAttribute(range, "aria-label", data.label);
  setAttribute(range, "max", last);
  range.disabled = state.play.disabled = state.loop.disabled = state.speed.disabled = last === 0;
  const shown = data.strip ? sheet.count : 0;
  while (strip.children.length > shown) strip.lastElementChild.remove();
  for (let index = 0; index < shown; index++) {
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
  const inner = root.clientWidth - 12;
  layOutStage(state.stage, sheet, component.data.size, inner);
  const fits = zoom(sheet, STRIP_SIZE, (inner - STRIP_GAP * (sheet.count - 1)) / sheet.count);
  const least = isHard(sheet) ? 1 : 28 / Math.max(sheet.width, sheet.height); // then the strip scrolls
  const small = Math.max(fits, least);
  root.style.setProperty("--small-width", `${sheet.width * small}px`);
  root.style.setProperty("--small-height", `${sheet.height * small}px`);
  const pitch = sheet.width * small + STRIP_GAP;
  state.layout = { pitch, width: strip.clientWidth, scrolls: strip.scrollWidth > strip.clientWidth };
}

/** Everything that a frame changes; reads nothing of the layout, so that a move costs no more than its drawing. */
function show(state, at) {
  const { sheet, strip, range, layout } = state;
  const { data } = state.component;
  state.at = at;
  const where = `${at + 1} of ${sheet.count}`;
  const caption = data.captions[at];
  const made = data.generated ? "made by the model" : "";
  const spoken = [data.alt[at] || `Frame ${where}`, data.alt[at] ? "" : caption, made].filter(Boolean).join(", ");
  showOnStage(state.stage, state.image, sheet, at, { spoken, caption });
  setAttribute(range, "aria-valuetext", [`Frame ${where}`, caption].filter(Boolean).join(", "));
  range.value = at;
  range.style.setProperty("--share", sheet.count > 1 ? at / (sheet.count - 1) : 0);
  setText(state.counter, where);
  setAttribute(state.root, "data-at", at);
  const before = strip.querySelector(".now");
  const now = strip.children[at];
  if (before !== now) {
    before?.classList.remove("now");
    now?.classList.add("now");
    // Not scrollIntoView: that would move the page as well.
    if (now && layout?.scrolls) strip.scrollLeft = (at + 0.5) * layout.pitch - layout.width / 2;
  }
}

function moveTo(state, at) {
  if (state.playing) halt(state);
  show(state, Math.min(Math.max(at, 0), state.sheet.count - 1));
  reportSoon(state);
}

function hold(state, how) {
  state.held = how;
  if (state.playing) stop(state);
}

/** Takes hold of the large picture: the way is as long as the picture is wide, from where the pointer went down. */
function grab(state, event) {
  if (event.button !== 0 || state.sheet.count < 2) return;
  const { canvas } = state.stage;
  canvas.setPointerCapture(event.pointerId);
  canvas.focus({ preventScroll: true });
  hold(state, { from: event.clientX, at: state.at, width: canvas.clientWidth });
}

function drag(state, event) {
  const { held, sheet } = state;
  if (!held || held.from === null) return;
  const share = (event.clientX - held.from) / held.width;
  const at = Math.min(Math.max(held.at + Math.round(share * (sheet.count - 1)), 0), sheet.count - 1);
  if (at !== state.at) moveTo(state, at);
}

function press(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || state.sheet.count < 2) return;
  const last = state.sheet.count - 1;
  const ends = { Home: 0, End: last };
  if (event.key === " ") state.play.click();
  else if (event.key in ends) moveTo(state, ends[event.key]);
  else if (event.key in KEYS) moveTo(state, state.at + KEYS[event.key]);
  else return;
  event.preventDefault();
}

function reportSoon(state) {
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => {
    state.waiting = null;
    if (state.held) return reportSoon(state);
    const { at, sheet, component } = state;
    const { start, order } = component.data;
    component.setStateValue("frame", { at, count: sheet.count, start, order });
  }, REST_AFTER);
}

function play(state) {
  if (state.at >= state.sheet.count - 1) show(state, 0);
  state.playing = { from: state.at, since: performance.now(), request: null };
  state.playing.request = requestAnimationFrame((now) => tick(state, now));
  showPlaying(state);
}

function tick(state, now) {
  const { playing, sheet } = state;
  if (!playing) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM : 1;
  const each = (Math.min(STEP, WAY / sheet.count) * calm) / Number(state.speed.value);
  const reached = playing.from + Math.max(0, Math.floor((now - playing.since) / each));
  const at = loops(state) ? reached % sheet.count : Math.min(reached, sheet.count - 1);
  if (at !== state.at) show(state, at);
  if (!loops(state) && at === sheet.count - 1) return stop(state);
  playing.request = requestAnimationFrame((later) => tick(state, later));
}

function loops(state) {
  return state.loop.getAttribute("aria-pressed") === "true";
}

/** Goes on playing from here: at another speed, or among another number of frames. */
function rebase(state) {
  if (state.playing) Object.assign(state.playing, { from: state.at, since: performance.now() });
}

/** Stops where it is, and forgets what it was about to report. */
function halt(state) {
  cancelAnimationFrame(state.playing?.request);
  clearTimeout(state.waiting);
  state.playing = state.waiting = null;
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

export { mount, update, unmount };
