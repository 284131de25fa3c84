// Shared by the components that show pictures from one sheet (see sprites.py). Put before their own code.

const HARD_PIXELS_UP_TO = 32; // px; sources this small are shown pixel by pixel
const PAUSES = [0, 300, 1000, 3000]; // ms before each try to fetch a sheet
const ASK_AGAIN_AFTER = 30_000; // ms; one request for a run in that time brings back what the server has lost
const asked = new Map();

const ICONS = {
  right: '<path d="M3.5 8.5 6.7 11.5 12.5 4.5"/>',
  wrong: '<path d="M4.2 4.2 11.8 11.8M11.8 4.2 4.2 11.8"/>',
  keep: '<path d="M3.5 8.5 6.7 11.5 12.5 4.5"/>',
  drop: '<path d="M4.2 4.2 11.8 11.8M11.8 4.2 4.2 11.8"/>',
  relabel: '<path d="M3.5 12.5 4.2 9.6 10.8 3 13 5.2 6.4 11.8ZM9 4.8 11.2 7"/>',
  fine: '<path d="M3 8.5 5.4 11 9.6 5M8 10.6 8.6 11 13 5"/>',
  issue: '<path d="M8 3.2V9M8 12V12.6"/>',
  reviewed: '<path d="M3 8.5 5.4 11 9.6 5M8 10.6 8.6 11 13 5"/>',
  play: '<path class="solid" d="M4.5 2.8V13.2L13 8Z"/>',
  loop: '<path d="M3 9.5V7.5A3 3 0 0 1 6 4.5H13M10.8 2.2 13.1 4.5 10.8 6.8M13 6.5V8.5A3 3 0 0 1 10 11.5H3M5.2 9.2 2.9 11.5 5.2 13.8"/>',
  pause: '<path class="solid" d="M3.5 2.8H6.6V13.2H3.5ZM9.4 2.8H12.5V13.2H9.4Z"/>',
};

function icon(name) {
  return `<svg viewBox="0 0 16 16" aria-hidden="true">${ICONS[name] ?? ""}</svg>`;
}

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent?.append(made);
  return made;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setAttribute(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** The sheet as an ImageBitmap, decoded once; what `holder` has where that is still right; null where it is gone. */
async function loadSheet(sheet, holder) {
  if (!sheet.uri) return null;
  if (sheet.uri === holder.uri && holder.image) return holder.image;
  // Every page lies directly below the root of the app, whatever path that is served under.
  const url = new URL(`.${sheet.uri}`, document.baseURI);
  for (const pause of PAUSES) {
    if (pause) await new Promise((done) => setTimeout(done, pause));
    try {
      const answer = await fetch(url);
      if (answer.ok) return await createImageBitmap(await answer.blob());
    } catch (error) {
      console.info(`No pictures at ${url}: ${error.message}`); // the server is away, or it was no picture
    }
    askAgain(sheet, holder.component);
  }
  return null;
}

/** Asks for a run, in which Python keeps the sheet anew. */
function askAgain(sheet, component) {
  const now = performance.now();
  if (now - (asked.get(sheet.uri) ?? -Infinity) < ASK_AGAIN_AFTER) return;
  asked.set(sheet.uri, now);
  component.setTriggerValue("missing", sheet.token);
}

function showMissing(root, { image, sheet }) {
  root.classList.toggle("missing", !image && sheet.count > 0);
}

/** Draws picture `index` at its own size; CSS enlarges it. */
function drawPicture(canvas, image, sheet, index) {
  if (canvas.width !== sheet.width || canvas.height !== sheet.height) {
    canvas.width = sheet.width;
    canvas.height = sheet.height;
  }
  const context = canvas.getContext("2d");
  if (!image) return context.clearRect(0, 0, canvas.width, canvas.height);
  const left = (index % sheet.columns) * sheet.width;
  const top = Math.floor(index / sheet.columns) * sheet.height;
  context.drawImage(image, left, top, sheet.width, sheet.height, 0, 0, sheet.width, sheet.height);
}

/** Sets the colours of marks of issues: `tints` are their places on the palette, as on the map. */
function setIssueColours(root, tints) {
  const found = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(",");
  for (const [mark, place] of Object.entries(tints)) root.style.setProperty(`--issue-${mark}`, found[place]?.trim() ?? "");
}

/** Marks a picture's frame with what an audit found of it, or takes that mark away. */
function showIssue(frame, issue) {
  const found = frame.querySelector(".issue");
  if (!issue) return found?.remove();
  const badge = found ?? element("span", "issue", frame);
  if (badge.dataset.issue === issue) return;
  badge.dataset.issue = issue;
  badge.innerHTML = icon(issue);
}

const STAGE = `
  <div class="stage">
    <div class="shown">
      <span class="frame"><canvas role="img" tabindex="-1"></canvas><span class="badge"></span></span>
      <div class="line"></div>
    </div>
    <div class="beside" hidden><span class="frame"><canvas role="img"></canvas></span><div class="line"></div></div>
  </div>`;

/** The parts of a large picture and of the one beside it, in a root that holds STAGE. */
function makeStage(root) {
  const part = (name) => root.querySelector(name);
  return {
    root: part(".stage"), frame: part(".shown .frame"), canvas: part(".shown canvas"), badge: part(".shown .badge"),
    line: part(".shown .line"), besideCanvas: part(".beside canvas"), besideLine: part(".beside .line"),
    beside: { component: null, image: null, sheet: null, uri: null, data: null },
  };
}

/** Fetches what stands beside the large picture, if anything does. */
async function loadBeside(stage, component) {
  stage.beside.component = component;
  const { beside } = component.data;
  return beside ? loadSheet(beside.sheet, stage.beside) : null;
}

/** Adopts the data of a run: `image` is what `loadBeside` gave. */
function renderStage(stage, data, image) {
  const { beside } = data;
  Object.assign(stage.beside, { image, sheet: beside?.sheet ?? null, uri: beside?.sheet.uri ?? null, data: beside });
  stage.besideCanvas.closest(".beside").hidden = !beside;
  stage.root.classList.toggle("alone", !beside);
  stage.line.classList.toggle("empty", !data.captions.some(Boolean));
  const mark = data.generated ? "generated" : "";
  if (stage.frame.dataset.mark === mark) return;
  stage.frame.dataset.mark = mark;
  stage.badge.innerHTML = icon(mark);
  setAttribute(stage.badge, "title", mark ? "Made by the model" : null);
}

/** Sizes the large pictures for `available` CSS px; gives their width with what is between them. */
function layOutStage(stage, sheet, size, available) {
  const gap = 16;
  const two = Boolean(stage.beside.sheet);
  const scale = zoom(sheet, size, two ? (available - gap) / 2 : available);
  stage.root.style.setProperty("--picture-width", `${sheet.width * scale}px`);
  stage.root.style.setProperty("--picture-height", `${sheet.height * scale}px`);
  return sheet.width * scale * (two ? 2 : 1) + (two ? gap : 0);
}

function showOnStage(stage, image, sheet, at, { spoken, caption }) {
  drawPicture(stage.canvas, image, sheet, at);
  setAttribute(stage.canvas, "aria-label", spoken);
  setText(stage.line, caption);
  const { beside } = stage;
  if (!beside.sheet) return;
  drawPicture(stage.besideCanvas, beside.image, beside.sheet, at);
  setAttribute(stage.besideCanvas, "aria-label", beside.data.alt[at]);
  setText(stage.besideLine, beside.data.captions[at]);
}

function isHard(sheet) {
  return Math.max(sheet.width, sheet.height) <= HARD_PIXELS_UP_TO;
}

/** How often to enlarge for `size` CSS px: a whole number for hard pixels, and no wider than `available`. */
function zoom(sheet, size, available = Infinity) {
  const wanted = size / Math.max(sheet.width, sheet.height);
  const possible = available / sheet.width;
  if (!isHard(sheet)) return Math.max(0.1, Math.min(wanted, possible));
  return Math.max(1, Math.min(Math.round(wanted), Math.floor(possible)));
}
