// Before an audience: only the page's picture and its words are left, large; arrows step, Escape leaves, F fills the screen.

const STYLE = "morphospace-presenter";
const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const FIELDS = "input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=combobox]";
const RULES = `
  html.presenting { font-size: 200% !important; }
  html.presenting :is([data-testid=stSidebar], [data-testid=stHeader], [data-testid=stSidebarCollapsedControl],
    [data-testid=stExpandSidebarButton], [data-testid=stDownloadButton], .st-key-page_actions) { display: none !important; }
  html.presenting [data-testid=stMainBlockContainer] { padding: 1rem 1.5rem 1.5rem; max-width: none; }
  html.presenting .st-key-slide { min-height: calc(100vh - 2.5rem); }
  html.presenting .st-key-slide_picture img { width: auto !important; max-width: 100%; max-height: 56vh; margin: 0 auto; object-fit: contain; }
  html.presenting .st-key-slide_picture [data-testid=stElementContainer] :has(img) { width: 100%; }
  html.presenting .st-key-slide_picture :has(> img) { display: flex; justify-content: center; }
  html.presenting .st-key-slide_caption_long :is(p, li) { font-size: 0.6rem; line-height: 1.4; }
  html.presenting .st-key-slide_title_long h1 { font-size: 1.5rem; }
  html.presenting .st-key-slide:has(.st-key-slide_caption_long) .st-key-slide_picture img { max-height: 46vh; }
  @media (max-width: 800px) { html.presenting { font-size: 125% !important; } }`;

let tell = null; // of the newest run
let shown = ""; // the page that was scrolled to its picture

function rules(first) {
  const own = first.map((key) => (key.endsWith("*") ? `[class*="st-key-${key.slice(0, -1)}"]` : `.st-key-${key}`));
  if (!own.length) return RULES;
  const meant = `:is(${own.join(", ")})`;
  // Whatever holds the picture comes first in what holds that, up to the page.
  return `${RULES}
  html.presenting [data-testid=stMainBlockContainer] [data-testid=stVerticalBlock] > :is(${meant}, :has(${meant})) { order: -1; }`;
}

function dress(on, first) {
  const sheet = document.getElementById(STYLE) ?? document.head.appendChild(Object.assign(document.createElement("style"), { id: STYLE }));
  const wanted = on ? rules(first) : "";
  if (sheet.textContent !== wanted) sheet.textContent = wanted;
  document.documentElement.classList.toggle("presenting", on);
  const now = on ? window.location.pathname : "";
  if (on && now !== shown) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  shown = now;
}

function key(event) {
  if (!tell || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const field = event.composedPath().some((node) => node instanceof Element && node.matches(FIELDS));
  if (event.key === "Escape") {
    if (document.fullscreenElement) return;
    tell("leave", true);
  } else if (field) return;
  else if (event.key in STEPS) tell("step", STEPS[event.key]);
  else if (event.key === "f" || event.key === "F") {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  } else return;
  event.preventDefault();
}

if (window.morphospacePresenter) window.removeEventListener("keydown", window.morphospacePresenter);
window.morphospacePresenter = key;
window.addEventListener("keydown", key);

export default function presenter({ data, setTriggerValue }) {
  const [{ on, first }] = data;
  tell = on ? setTriggerValue : null;
  dress(on, first);
}
