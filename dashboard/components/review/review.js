// The pictures of one case, and the keys of its verdicts. A key counts where no field has the focus, once the
// pictures are there, and only the first one until the next case comes.

const HARD_UP_TO = 32; // px; originals this small are shown pixel by pixel
const FORGET_AFTER = 5000; // ms; if no answer came by then, it is as if the key was not pressed
const fetched = new Map(); // pictures fetched beforehand, held so that the browser keeps them
const MOST_FETCHED = 60;

function mount(parentElement) {
  const root = parentElement.querySelector(".review");
  const state = { root, component: null, shown: null, number: 0, waiting: false, seen: false };
  state.press = (event) => press(state, event);
  window.addEventListener("keydown", state.press, true); // before Streamlit, which has keys of its own
  return state;
}

function unmount(state) {
  window.removeEventListener("keydown", state.press, true);
}

function update(state) {
  const { figures, token, height, ahead, answered } = state.component.data;
  state.root.style.setProperty("--height", `${height}px`);
  if (answered === state.number) state.waiting = false;
  if (state.waiting && state.shown !== token) return; // the next case is shown already; Python has not got there yet
  draw(state, figures, token).then((drawn) => {
    if (!drawn) return;
    if (!state.waiting) state.root.dataset.ready = token;
    ahead.forEach(fetchAhead);
  });
}

/** Shows a case; gives whether it was still wanted when all its pictures were there. */
async function draw(state, figures, token) {
  const { root } = state;
  if (token !== state.shown) Object.assign(state, { shown: token, seen: false });
  while (root.children.length > figures.length) root.lastElementChild.remove();
  while (root.children.length < figures.length) root.append(makeFigure());
  await Promise.allSettled(figures.map((figure, i) => show(root.children[i], figure)));
  if (state.shown !== token) return false;
  state.seen = true;
  root.dataset.shown = token;
  return true;
}

function makeFigure() {
  const figure = document.createElement("figure");
  const image = document.createElement("img");
  image.decoding = "sync";
  image.addEventListener("load", () => {
    image.classList.toggle("hard", Math.max(image.naturalWidth, image.naturalHeight) <= HARD_UP_TO);
    image.style.setProperty("--ratio", image.naturalWidth / Math.max(1, image.naturalHeight));
    figure.classList.remove("missing");
  });
  image.addEventListener("error", () => figure.classList.add("missing"));
  figure.append(image, document.createElement("figcaption"));
  return figure;
}

/** Puts a picture into its place; the promise is over once it is there, or cannot be had. */
function show(figure, { src, caption, alt, mark }) {
  const [image, line] = figure.children;
  const url = new URL(`.${src}`, document.baseURI).href;
  image.alt = alt;
  line.textContent = caption;
  figure.dataset.mark = mark;
  if (image.src === url) return image.complete ? Promise.resolve() : image.decode();
  image.src = url;
  return image.decode();
}

function fetchAhead(src) {
  const url = new URL(`.${src}`, document.baseURI).href;
  if (fetched.has(url)) return;
  const image = new Image();
  image.src = url;
  fetched.set(url, image);
  if (fetched.size > MOST_FETCHED) fetched.delete(fetched.keys().next().value);
}

/** Whether keys belong to what has the focus: a field, or for arrows anything that moves by them. */
function isTaken(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.isContentEditable || target.closest("textarea, select, [role=combobox], [role=dialog]")) return true;
  if (target.matches("input:not([type=range], [type=checkbox], [type=radio])")) return true;
  if (/^(Enter| )$/.test(event.key) && target.closest("button, a, summary")) return true;
  const moves = /^(Arrow|Enter| |Home|End)/.test(event.key); // a plain button is left by arrows, as after a click on it
  return moves && target.closest("input, [role=slider], [role=option], [role=application], [role=radio]") !== null;
}

function press(state, event) {
  if (!state.root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const { keys } = state.component?.data ?? { keys: {} };
  const does = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (does === undefined || isTaken(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (state.waiting || !state.seen || state.shown !== state.component.data.token) return;
  const number = (state.number = Date.now()); // another one after a reload too
  const { token, next, judging } = state.component.data;
  state.waiting = true;
  delete state.root.dataset.ready;
  setTimeout(() => forget(state, number), FORGET_AFTER);
  state.component.setTriggerValue("press", { does, token, number });
  // What comes next is known, so it is shown before Python has answered; no key counts until it has.
  if (next && judging.some((verdict) => does.startsWith(verdict))) draw(state, next.figures, next.token);
}

/** Stops waiting for the answer to a key that may never come, as of a server that was ended: shows what Python last said. */
function forget(state, number) {
  if (!state.waiting || state.number !== number) return;
  state.waiting = false;
  update(state);
}

export { mount, update, unmount };
