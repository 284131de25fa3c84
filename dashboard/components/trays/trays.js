// A - B + C: three trays and the pictures to fill them with. A click adds to the chosen tray or takes out of one, pictures
// can be dragged, and on one of them the keys A, B and C put it into that tray.

const NAMES = ["A", "B", "C"];
const SIGNS = ["", "−", "+"];

function mount(parentElement) {
  const root = parentElement.querySelector(".trays");
  root.innerHTML = `<div class="sum">${NAMES.map(
    (name, at) => `<span class="sign" aria-hidden="true">${SIGNS[at]}</span>
      <section class="tray" data-at="${at}" aria-label="${name}, ${["to begin with", "taken away", "added to"][at]}">
        <button type="button" class="name" aria-pressed="false" title="A click below adds to ${name}">${name}</button>
        <div class="slots"></div><div class="empty">Choose a picture below</div>
      </section>`,
  ).join("")}</div><div class="offered" role="group" aria-label="Pictures to put into a tray"></div>`;
  const state = {
    root, component: null, image: null, sheet: null, uri: null, run: 0, turn: 0, trays: [[], [], []], active: 2, view: "",
    all: [...root.querySelectorAll(".tray")], offered: root.querySelector(".offered"),
  };
  root.addEventListener("click", (event) => click(state, event));
  root.addEventListener("keydown", (event) => press(state, event));
  root.addEventListener("dragstart", (event) => lift(state, event));
  root.addEventListener("dragover", (event) => over(state, event));
  root.addEventListener("dragleave", () => mark(state, null));
  root.addEventListener("dragend", () => mark(state, null));
  root.addEventListener("drop", (event) => drop(state, event));
  return state;
}

async function update(state) {
  const run = ++state.run;
  const { data } = state.component;
  const image = await loadSheet(data.sheet, state);
  if (run !== state.run) return; // a later run came in while the sheet was fetched
  Object.assign(state, { image, sheet: data.sheet, uri: data.sheet.uri });
  // What was done here since is ahead of what Python knows.
  if (data.turn >= state.turn || data.view !== state.view) state.trays = data.trays.map((tray) => [...tray]);
  state.turn = Math.max(state.turn, data.turn);
  state.view = data.view;
  render(state);
}

function render(state) {
  const { root, component, sheet } = state;
  const { data } = component;
  showMissing(root, state);
  root.classList.toggle("hard", isHard(sheet));
  setIssueColours(root, data.tints);
  const scale = zoom(sheet, data.size);
  root.style.setProperty("--picture-width", `${sheet.width * scale}px`);
  root.style.setProperty("--picture-height", `${sheet.height * scale}px`);
  state.all.forEach((tray, at) => {
    fill(state, tray.querySelector(".slots"), state.trays[at], `Take out of ${NAMES[at]}`);
    tray.querySelector(".empty").hidden = state.trays[at].length > 0;
    setAttribute(tray.querySelector(".name"), "aria-pressed", at === state.active);
  });
  fill(state, state.offered, data.offered, "Add");
}

/** Makes the tiles of `place` show `entries`, as many as there are pictures of. */
function fill(state, place, entries, does) {
  const { pictures } = state.component.data;
  const known = entries.filter((entry) => pictures[entry]);
  while (place.children.length > known.length) place.lastElementChild.remove();
  known.forEach((entry, i) => {
    const tile = place.children[i] ?? makeTile(place);
    const { title, generated, issue, at } = pictures[entry];
    tile.dataset.entry = entry;
    setAttribute(tile, "title", `${title}. ${does}: click`);
    setAttribute(tile, "aria-label", `${does}: ${title}`);
    tile.firstElementChild.dataset.mark = generated ? "generated" : "";
    showIssue(tile.firstElementChild, issue);
    drawPicture(tile.querySelector("canvas"), state.image, state.sheet, at);
  });
}

function makeTile(place) {
  const tile = element("button", "tile", place);
  tile.type = "button";
  tile.draggable = true;
  const frame = element("span", "frame", tile);
  element("canvas", "", frame);
  element("span", "badge", frame);
  return tile;
}

/** Which tray an element lies in, -1 for the pictures on offer. */
function trayOf(node) {
  return Number(node.closest?.(".tray")?.dataset.at ?? -1);
}

function click(state, event) {
  const at = trayOf(event.target);
  const tile = event.target.closest(".tile");
  if (tile) return at < 0 ? put(state, tile.dataset.entry, state.active) : takeOut(state, tile.dataset.entry, at);
  if (at >= 0) choose(state, at);
}

function press(state, event) {
  const tile = event.target.closest(".tile");
  const at = NAMES.indexOf(event.key.toUpperCase());
  if (!tile || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  put(state, tile.dataset.entry, at);
  event.preventDefault();
}

function choose(state, at) {
  state.active = at;
  render(state);
}

function lift(state, event) {
  const tile = event.target.closest(".tile");
  if (!tile) return;
  state.lifted = { entry: tile.dataset.entry, from: trayOf(tile) };
  event.dataTransfer.effectAllowed = "copyMove";
  event.dataTransfer.setData("text/plain", tile.dataset.entry);
}

function over(state, event) {
  const tray = event.target.closest?.(".tray");
  mark(state, tray);
  if (tray && state.lifted) event.preventDefault();
}

function mark(state, tray) {
  for (const other of state.all) other.classList.toggle("over", other === tray);
}

function drop(state, event) {
  const at = trayOf(event.target);
  mark(state, null);
  const { entry, from } = state.lifted ?? {};
  state.lifted = null;
  if (at < 0 || !entry || at === from) return;
  event.preventDefault();
  if (from >= 0) state.trays[from] = state.trays[from].filter((other) => other !== entry);
  put(state, entry, at);
}

function put(state, entry, at) {
  const others = state.trays[at].filter((other) => other !== entry);
  state.trays[at] = [...others, entry].slice(-state.component.data.most);
  state.active = at;
  tellOf(state);
}

function takeOut(state, entry, at) {
  state.trays[at] = state.trays[at].filter((other) => other !== entry);
  state.active = at;
  tellOf(state);
}

function tellOf(state) {
  state.turn++;
  render(state);
  const { trays, turn, view } = state;
  state.component.setTriggerValue("changed", { trays, turn, map: view });
}

export { mount, update };
