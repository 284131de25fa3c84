// Shared by the components that show pictures from one sheet (see sprites.py). Put before their own code.

const HARD_PIXELS_UP_TO = 32; // px; sources this small are shown pixel by pixel

const ICONS = {
  right: '<path d="M3.5 8.5 6.7 11.5 12.5 4.5"/>',
  wrong: '<path d="M4.2 4.2 11.8 11.8M11.8 4.2 4.2 11.8"/>',
  play: '<path class="solid" d="M4.5 2.8V13.2L13 8Z"/>',
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

async function loadSheet(sheet) {
  if (!sheet.uri) return null;
  const image = new Image();
  image.src = sheet.uri;
  await image.decode();
  return image;
}

/** Draws picture `index` at its own size; CSS enlarges it. */
function drawPicture(canvas, image, sheet, index) {
  canvas.width = sheet.width;
  canvas.height = sheet.height;
  const left = (index % sheet.columns) * sheet.width;
  const top = Math.floor(index / sheet.columns) * sheet.height;
  canvas
    .getContext("2d")
    .drawImage(image, left, top, sheet.width, sheet.height, 0, 0, sheet.width, sheet.height);
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
