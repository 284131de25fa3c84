// Steps through the slides by key, button, swipe and address (#3); plays films. Without it all slides stand in a column.

const sections = [...document.querySelectorAll("section")];
const STEPS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
const FRAME = 80; // ms
let now = -1;

function show(wanted) {
  const next = Math.min(Math.max(wanted, 0), sections.length - 1);
  if (next === now || next < 0) return;
  now = next;
  sections.forEach((section, i) => section.classList.toggle("now", i === now));
  document.getElementById("where").textContent = `${now + 1} of ${sections.length}`;
  document.getElementById("back").disabled = now === 0;
  document.getElementById("on").disabled = now === sections.length - 1;
  history.replaceState(null, "", `#${now + 1}`);
}

function all() {
  document.body.classList.toggle("one");
  sections[now]?.scrollIntoView();
}

function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !document.body.classList.contains("one")) {
    if (event.key === "o" && !event.ctrlKey && !event.metaKey) all();
    return;
  }
  const { tagName } = event.target;
  if (tagName === "INPUT" || (event.key === " " && /BUTTON|SUMMARY/.test(tagName))) return; // they have keys of their own
  if (event.key in STEPS) show(now + STEPS[event.key]);
  else if (event.key === "Home") show(0);
  else if (event.key === "End") show(sections.length - 1);
  else if (event.key === "f") fill();
  else if (event.key === "o") all();
  else return;
  event.preventDefault();
});

let from = null;
addEventListener("touchstart", (event) => (from = event.touches.length === 1 ? event.touches[0] : null), { passive: true });
addEventListener("touchend", (event) => {
  if (!from || event.target.closest("input, button")) return;
  const { clientX, clientY } = event.changedTouches[0];
  const across = clientX - from.clientX;
  if (Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(clientY - from.clientY)) show(now - Math.sign(across));
});

document.getElementById("back").addEventListener("click", () => show(now - 1));
document.getElementById("on").addEventListener("click", () => show(now + 1));
addEventListener("hashchange", () => show(Number.parseInt(location.hash.slice(1), 10) - 1 || 0));

for (const film of document.querySelectorAll(".film")) {
  const frames = JSON.parse(film.querySelector("script").textContent);
  const image = film.querySelector("img");
  const slider = film.querySelector("input");
  const button = film.querySelector("button");
  let timer = 0;
  image.decode().then(() => image.classList.toggle("hard", image.naturalWidth <= 32)); // small pictures keep their pixels
  const at = (frame) => {
    image.src = frames[frame];
    slider.value = frame;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  slider.addEventListener("input", () => {
    stop();
    at(Number(slider.value));
  });
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.textContent = "Stop";
    timer = setInterval(() => at((Number(slider.value) + 1) % frames.length), FRAME);
  });
}

if (sections.length) {
  document.body.classList.add("one");
  show(Number.parseInt(location.hash.slice(1), 10) - 1 || 0);
}
