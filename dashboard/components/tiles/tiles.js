// A grid of pictures. Python sends everything on each run; what has not changed is left alone, so that focus and
// scroll position stay where they are.

function mount(parentElement) {
  const root = parentElement.querySelector(".tiles");
  const state = { root, component: null, image: null, sheet: null, uri: null, turn: 0, kind: null };
  root.addEventListener("click", (event) => pick(state, event));
  root.addEventListener("keydown", (event) => move(state, event));
  root.addEventListener("focusin", (event) => setTabStop(state, event.target.closest(".tile")));
  state.observer = new ResizeObserver(() => layOut(state));
  state.observer.observe(root);
  return state;
}

function unmount(state) {
  state.observer.disconnect();
}

async function update(state) {
  const turn = ++state.turn;
  const { sheet } = state.component.data;
  const image = await loadSheet(sheet, state);
  if (turn !== state.turn) return; // a later run came in while the sheet was fetched
  const redraw = image !== state.image;
  Object.assign(state, { image, sheet, uri: sheet.uri });
  render(state, redraw);
}

function render(state, redraw) {
  const { root, component } = state;
  const { data } = component;
  const kind = data.clickable ? "button" : "div";
  if (state.kind !== kind) root.replaceChildren();
  state.kind = kind;
  setAttribute(root, "role", data.clickable ? "listbox" : "list");
  setAttribute(root, "aria-label", data.label);
  setAttribute(root, "aria-orientation", data.clickable ? "horizontal" : null);
  showMissing(root, state);
  root.classList.toggle("hard", isHard(state.sheet));
  root.classList.toggle("fixed", Boolean(data.columns));
  root.classList.toggle("captioned", data.captions.some(Boolean));
  setIssueColours(root, data.tints);
  while (root.children.length > state.sheet.count) root.lastElementChild.remove();
  for (let row = 0; row < state.sheet.count; row++) {
    const isNew = row >= root.children.length;
    const tile = isNew ? makeTile(state) : root.children[row];
    renderTile(state, tile, row);
    if (isNew || redraw) drawPicture(tile.querySelector("canvas"), state.image, state.sheet, row);
  }
  layOut(state);
  const stop = root.querySelector('.tile[tabindex="0"]') ?? root.children[data.selected ?? 0];
  setTabStop(state, stop ?? null);
}

function makeTile(state) {
  const tile = element(state.kind, "tile", state.root);
  if (state.kind === "button") {
    tile.type = "button";
    tile.tabIndex = -1;
    tile.setAttribute("role", "option");
  } else {
    tile.setAttribute("role", "listitem");
  }
  const frame = element("span", "frame", tile);
  element("canvas", "", frame);
  element("span", "badge", frame);
  element("span", "caption", tile).setAttribute("aria-hidden", "true");
  return tile;
}

function renderTile(state, tile, row) {
  const { data } = state.component;
  const [frame, caption] = tile.children;
  const [canvas, badge] = frame.children;
  const mark = data.marks[row];
  if (frame.dataset.mark !== mark) {
    frame.dataset.mark = mark;
    badge.innerHTML = icon(mark);
  }
  showIssue(frame, data.issues[row]);
  setText(caption, data.captions[row]);
  setAttribute(tile, "title", data.spoken[row]);
  if (data.clickable) {
    setAttribute(tile, "aria-label", data.spoken[row]);
    setAttribute(tile, "aria-selected", row === data.selected);
  } else {
    setAttribute(canvas, "role", "img");
    setAttribute(canvas, "aria-label", data.spoken[row]);
  }
  tile.classList.toggle("selected", row === data.selected);
}

function layOut(state) {
  if (!state.sheet) return;
  const { root, sheet, component } = state;
  const { size, columns } = component.data;
  const style = getComputedStyle(root);
  const gap = parseFloat(style.columnGap) || 0;
  const inner = root.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const room = columns ? (inner - gap * (columns - 1)) / columns : inner;
  const scale = zoom(sheet, size, room > 0 ? room : Infinity);
  root.style.setProperty("--picture-width", `${sheet.width * scale}px`);
  root.style.setProperty("--picture-height", `${sheet.height * scale}px`);
  root.style.setProperty("--columns", columns ?? "auto-fill");
}

function setTabStop(state, tile) {
  if (!tile || state.kind !== "button") return;
  for (const other of state.root.querySelectorAll('.tile[tabindex="0"]')) other.tabIndex = -1;
  tile.tabIndex = 0;
}

function pick(state, event) {
  const tile = event.target.closest(".tile");
  if (!tile || state.kind !== "button") return;
  const row = [...state.root.children].indexOf(tile);
  state.component.setTriggerValue("picked", { row, token: state.sheet.token });
}

function move(state, event) {
  const list = [...state.root.children];
  const from = list.indexOf(event.target.closest(".tile"));
  if (from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const perRow = list.filter((tile) => tile.offsetTop === list[0].offsetTop).length;
  const last = list.length - 1;
  const to = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from - perRow,
    ArrowDown: from + perRow,
    Home: 0,
    End: last,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (to >= 0 && to <= last) list[to].focus();
}

export { mount, update, unmount };
