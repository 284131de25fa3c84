// The points of a map: read from one block of bytes (core/geometry.py), found by place, tested against outlines.

const PER_CELL = 4; // points in a cell of the grid, on average

function readBlock(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const types = { float32: Float32Array, uint32: Uint32Array, uint8: Uint8Array };
  const points = { ...header, n: 0 };
  for (const { name, type, offset, length: n } of header.columns) {
    points[name] = new types[type](buffer, 4 + length + offset, n);
  }
  points.n = points.x.length;
  points.box = bounds(points);
  points.grid = makeGrid(points);
  return points;
}

function bounds({ x, y, n }) {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < n; i++) {
    if (x[i] < box.left) box.left = x[i];
    if (x[i] > box.right) box.right = x[i];
    if (y[i] < box.bottom) box.bottom = y[i];
    if (y[i] > box.top) box.top = y[i];
  }
  return n ? box : { left: -1, right: 1, bottom: -1, top: 1 };
}

/** Rows sorted by cell (a counting sort): those of cell c are order[start[c]] to order[start[c + 1] - 1].
 *  Cells beside each other follow each other; x and y are in that order too. */
function makeGrid({ x, y, n, box }) {
  const side = Math.max(1, Math.ceil(Math.sqrt(n / PER_CELL)));
  const perX = side / Math.max(box.right - box.left, 1e-9);
  const perY = side / Math.max(box.top - box.bottom, 1e-9);
  const start = new Uint32Array(side * side + 1);
  const cell = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const column = Math.min(side - 1, ((x[i] - box.left) * perX) | 0);
    cell[i] = Math.min(side - 1, ((y[i] - box.bottom) * perY) | 0) * side + column;
    start[cell[i] + 1]++;
  }
  for (let c = 0; c < side * side; c++) start[c + 1] += start[c];
  const order = new Uint32Array(n);
  const next = start.slice();
  for (let i = 0; i < n; i++) order[next[cell[i]]++] = i;
  return { cells: side, perX, perY, start, order, x: x.map((_, i) => x[order[i]]), y: y.map((_, i) => y[order[i]]) };
}

/** Calls `visit(row)` for every point in the cells that a rectangle touches. */
function eachWithin({ box, grid }, left, right, bottom, top, visit) {
  const { cells, perX, perY, start, order } = grid;
  const clamp = (value) => Math.min(cells - 1, Math.max(0, Math.floor(value)));
  const first = clamp((left - box.left) * perX);
  const last = clamp((right - box.left) * perX);
  for (let row = clamp((bottom - box.bottom) * perY); row <= clamp((top - box.bottom) * perY); row++) {
    for (let i = start[row * cells + first]; i < start[row * cells + last + 1]; i++) visit(order[i]);
  }
}

/** Row of the shown point nearest to (x, y) within `radius`, or -1. */
function nearest(points, x, y, radius, shown) {
  let best = -1;
  let least = radius * radius;
  eachWithin(points, x - radius, x + radius, y - radius, y + radius, (row) => {
    const away = (points.x[row] - x) ** 2 + (points.y[row] - y) ** 2;
    if (away <= least && shown(row)) {
      best = row;
      least = away;
    }
  });
  return best;
}

/** Row of the shown point nearest to (x, y), however far. */
function nearestOfAll(points, x, y, shown) {
  const { box, n } = points;
  const width = Math.max(box.right - box.left, box.top - box.bottom);
  const far = width + Math.abs(x) + Math.abs(y) + Math.abs(box.left) + Math.abs(box.bottom);
  for (let radius = width / Math.sqrt(n + 1); radius < 4 * far; radius *= 2) {
    const found = nearest(points, x, y, radius, shown);
    if (found >= 0) return found;
  }
  return -1;
}

/** Row of the nearest shown point from `row` on in the direction (dx, dy), at most 45 degrees off; -1 for none. */
function neighbour(points, row, dx, dy, shown) {
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < points.n; i++) {
    const x = points.x[i] - points.x[row];
    const y = points.y[i] - points.y[row];
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy - y * dx);
    if (along <= 0 || across > along || !shown(i)) continue;
    const away = along + 2 * across;
    if (away < least) {
      best = i;
      least = away;
    }
  }
  return best;
}

/** The even-odd rule, number for number as in core/selection.py. */
function inside(corners, x, y) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[j];
    const [bx, by] = corners[i];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** Row of the item with this id, or -1; ids ascend. */
function rowOf({ id, n }, wanted) {
  if (id[wanted] === wanted) return wanted;
  let low = 0;
  let high = n - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (id[middle] === wanted) return middle;
    if (id[middle] < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Where each group is densest: the mean of its points in the fullest cell of a coarse grid. */
function crowdedSpots({ x, y, n, box }, column, count, side = 24) {
  const cells = new Uint32Array(count * side * side);
  const cellOf = (i) => {
    const across = Math.min(side - 1, (((x[i] - box.left) / (box.right - box.left || 1)) * side) | 0);
    const up = Math.min(side - 1, (((y[i] - box.bottom) / (box.top - box.bottom || 1)) * side) | 0);
    return (column[i] * side + up) * side + across;
  };
  for (let i = 0; i < n; i++) if (column[i] < count) cells[cellOf(i)]++;
  const fullest = Array.from({ length: count }, (_, group) => {
    let best = group * side * side;
    for (let c = best; c < (group + 1) * side * side; c++) if (cells[c] > cells[best]) best = c;
    return best;
  });
  const spots = fullest.map(() => ({ x: 0, y: 0, n: 0 }));
  for (let i = 0; i < n; i++) {
    const spot = spots[column[i]];
    if (!spot || cellOf(i) !== fullest[column[i]]) continue;
    spot.x += x[i];
    spot.y += y[i];
    spot.n++;
  }
  return spots.map((spot) => (spot.n ? { x: spot.x / spot.n, y: spot.y / spot.n } : null));
}

/** The values below which 1 % and 99 % of a column lie, so that an outlier does not flatten a ramp. */
function middleRange(column) {
  const sorted = Float32Array.from(column).filter((value) => !Number.isNaN(value)).sort();
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), Math.max(at(0.99), at(0.01) + 1e-9)];
}
