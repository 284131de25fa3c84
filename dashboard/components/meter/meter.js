// A table with a bar in each row, from the middle to the right where an attribute rose and to the left where it fell.

function mount(parentElement) {
  const root = parentElement.querySelector(".meter");
  root.innerHTML = `
    <table>
      <thead><tr>
        <th scope="col">Attribute</th><th scope="col" class="way"><i>less</i><i>more</i></th>
        <th scope="col" class="number">change</th>
        <th scope="col" class="number word">probe's word</th>
        <th scope="col" class="number labels"></th>
      </tr></thead>
      <tbody></tbody>
    </table>
    <button type="button" class="all" aria-expanded="false"></button>`;
  const part = (name) => root.querySelector(name);
  const state = { root, body: part("tbody"), labels: part(".labels"), all: part(".all"), open: false, component: null };
  state.all.addEventListener("click", () => {
    state.open = !state.open;
    render(state);
  });
  return state;
}

function update(state) {
  const { data } = state.component;
  state.root.querySelector("table").setAttribute("aria-label", data.label);
  state.labels.textContent = data.against ? `labels' r with ${data.against}` : "";
  state.labels.title = "Correlation of the annotators' labels in the training set with the edited attribute, -1 to 1";
  state.body.replaceChildren(...data.bars.map(row));
  render(state);
}

function render({ body, all, open, component }) {
  const { bars, first } = component.data;
  [...body.children].forEach((line, index) => (line.hidden = !open && index >= first));
  all.hidden = bars.length <= first;
  all.textContent = open ? "Only those that moved most" : `All ${bars.length} attributes`;
  all.setAttribute("aria-expanded", open);
}

function row(bar) {
  const line = document.createElement("tr");
  line.classList.toggle("edited", bar.edited);
  const change = bar.after - bar.before;
  const title = cell(line, "th", bar.title);
  title.scope = "row";
  if (bar.edited) title.append(Object.assign(document.createElement("span"), { className: "mark", textContent: "edited" }));
  const way = cell(line, "td", "", "way");
  const track = Object.assign(document.createElement("div"), { className: "track" });
  const fill = Object.assign(document.createElement("div"), { className: "bar" });
  place(fill, Math.min(change, 0), Math.max(change, 0));
  track.append(fill);
  if (bar.low !== null) {
    const line = Object.assign(document.createElement("div"), { className: "interval" });
    place(line, bar.low, bar.high);
    track.append(line);
    track.title = `Other faces: mean ${signed(bar.mean)}, 90 % interval ${signed(bar.low)} to ${signed(bar.high)}`;
  }
  way.append(track);
  cell(line, "td", signed(change), "number");
  cell(line, "td", `${bar.before.toFixed(2)} → ${bar.after.toFixed(2)}`, "number word");
  cell(line, "td", bar.correlation === null ? "–" : signed(bar.correlation), "number labels");
  return line;
}

function cell(line, tag, text, className = "") {
  const made = Object.assign(document.createElement(tag), { className, textContent: text });
  line.append(made);
  return made;
}

/** From one change to another, on a track that goes from -1 to 1. */
function place(node, from, to) {
  const within = (value) => 50 * (1 + Math.min(Math.max(value, -1), 1));
  node.style.left = `${within(from)}%`;
  node.style.width = `${within(to) - within(from)}%`;
}

function signed(value) {
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return (value < 0 ? "−" : "+") + text;
}

export { mount, update };
