// What is selected, as pictures below the map: some of them, evenly spaced, as soon as an outline is closed.

const SAMPLE = 24;
const EDGE = 56; // CSS px of a picture

/**
 * Says how many are selected, `count` of `total` on this map, and fetches pictures of some; those of an older selection
 * stay until then.
 */
async function showSelection(state, count, total) {
  const { gallery, data, points, selected } = state;
  gallery.root.hidden = !selected || !data.gallery;
  if (gallery.root.hidden) return (gallery.items = "");
  const rows = sampled(selected, count);
  const kind = data.rebuilt ? "rebuilt" : "originals";
  const says = [`${total.toLocaleString("en")} selected.`];
  if (count < total) says.push(`${count.toLocaleString("en")} of them on this map.`);
  says.push(rows.length < count ? `Here are ${rows.length}, evenly spaced (${kind}); click one.` : `Click one (${kind}).`);
  setText(gallery.line, says.join(" "));
  const items = rows.map((row) => points.id[row]).join(",");
  if (gallery.items === items) return;
  gallery.items = items;
  const image = new Image();
  image.src = `${state.base}${data.pictures}items=${items}`;
  try {
    await image.decode();
  } catch {
    if (gallery.items === items) gallery.items = ""; // the next selection asks again
    return;
  }
  if (gallery.items === items) fillGallery(state, rows, image);
}

/** At most 24 of the selected rows, in the order of their items. */
function sampled(selected, count) {
  const rows = [];
  selected.forEach((yes, row) => yes && rows.push(row));
  if (count <= SAMPLE) return rows;
  return Array.from({ length: SAMPLE }, (_, i) => rows[Math.round((i * (count - 1)) / (SAMPLE - 1))]);
}

function fillGallery(state, rows, image) {
  const { gallery, points, data } = state;
  const columns = Math.ceil(Math.sqrt(rows.length));
  const sheet = { columns, width: image.naturalWidth / columns, height: image.naturalWidth / columns };
  const edge = sheet.width * zoom(sheet, EDGE);
  gallery.tiles.classList.toggle("hard", isHard(sheet));
  const [marks, spoken, tints] = data.issues;
  setIssueColours(gallery.tiles, tints);
  while (gallery.tiles.children.length > rows.length) gallery.tiles.lastElementChild.remove();
  rows.forEach((row, i) => {
    const tile = gallery.tiles.children[i] ?? makeTile(gallery.tiles);
    const found = points.review?.[row] ?? 0; // by an audit
    const name = [`${data.dataset}/${points.id[row]}`, spoken[found]].filter(Boolean).join(", ");
    tile.dataset.row = row;
    tile.tabIndex = i ? -1 : 0;
    tile.style.width = tile.style.height = `${edge}px`;
    setAttribute(tile, "title", name);
    setAttribute(tile, "aria-label", name);
    showIssue(tile, marks[found]);
    drawPicture(tile.firstElementChild, image, sheet, i);
  });
}

function makeTile(tiles) {
  const tile = element("button", "tile", tiles);
  tile.type = "button";
  tile.setAttribute("role", "option");
  element("canvas", "", tile);
  return tile;
}

function listenToGallery(state) {
  const { tiles } = state.gallery;
  tiles.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (tile) pick(state, Number(tile.dataset.row));
  });
  tiles.addEventListener("keydown", (event) => {
    const all = [...tiles.children];
    const from = all.indexOf(event.target.closest(".tile"));
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const to = all[from + step];
    if (!to) return;
    event.preventDefault();
    all[from].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
}
