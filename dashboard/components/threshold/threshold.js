// A slider under a histogram of severities. While it moves the count comes from numbers that are here already;
// Python hears of it when the hand lets go.

const BARS = 50;

function mount(parentElement) {
  const root = parentElement.querySelector(".threshold");
  root.innerHTML = `
    <div class="told"><output></output><span class="at"></span></div>
    <div class="bars" aria-hidden="true"></div>
    <input type="range" min="0" max="1" aria-label="Severity from which on cases are reviewed">
    <div class="ends" aria-hidden="true"><span>0 harmless</span><span>1 worst</span></div>`;
  const part = (name) => root.querySelector(name);
  const state = { root, output: part("output"), at: part(".at"), bars: part(".bars"), input: part("input"), component: null, drawn: "" };
  state.input.addEventListener("input", () => tell(state));
  state.input.addEventListener("change", () => state.component.setTriggerValue("moved", Number(state.input.value)));
  return state;
}

function update(state) {
  const { counts, value, proposed } = state.component.data;
  const drawn = JSON.stringify(counts) + proposed;
  if (drawn !== state.drawn) draw(state);
  state.drawn = drawn;
  state.input.step = 1 / (counts.length - 1);
  state.input.value = value;
  render(state, state.component.data.count, value);
}

function draw(state) {
  const { counts, proposed } = state.component.data;
  const per = (counts.length - 1) / BARS;
  const heights = Array.from({ length: BARS }, (_, i) => {
    const end = i === BARS - 1 ? 0 : counts[Math.round((i + 1) * per)];
    return counts[Math.round(i * per)] - end;
  });
  const most = Math.max(1, ...heights);
  state.bars.replaceChildren(...heights.map((height) => {
    const bar = document.createElement("i");
    bar.style.height = height ? `${Math.max(2, 100 * Math.sqrt(height / most))}%` : "0"; // the few that matter are seen
    return bar;
  }));
  const mark = document.createElement("b");
  mark.style.left = `${100 * proposed}%`;
  state.bars.append(mark);
}

function tell(state) {
  const { counts } = state.component.data;
  const value = Number(state.input.value);
  render(state, counts[Math.round(value * (counts.length - 1))], value);
}

function render({ root, output, at, bars, input, component }, count, value) {
  const { noun } = component.data;
  output.textContent = `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  at.textContent = `from severity ${value.toFixed(value * 1000 % 10 < 0.5 ? 2 : 3)} on`;
  input.setAttribute("aria-valuetext", `${output.textContent} ${at.textContent}`);
  [...bars.children].forEach((bar, i) => bar.tagName === "I" && bar.classList.toggle("in", (i + 1) / BARS > value));
  root.dataset.count = count;
}

export { mount, update };
