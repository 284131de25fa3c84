// st.query_params makes each write a step of the browser's history. What a page adds to its own address is none.

let names = {};
let known = {}; // what the address said for the run that told of these names
let written = {}; // what it said after the last write, this one's or Streamlit's
let added = {}; // by components of this page, of what changes without a run of the script
let path = "";
let leaving = null; // what the address said when a link to another page was followed

function write(over) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries({ ...names, ...added })) {
    const now = url.searchParams.get(name);
    // Neither what the run knew nor what was written here: someone went back, or chose, since; another run will tell.
    if (over && !(name in added) && now !== (known[name] ?? null) && now !== written[name]) continue;
    if (value === null) url.searchParams.delete(name);
    else if (over || now === null) url.searchParams.set(name, value);
    written[name] = url.searchParams.get(name);
  }
  const search = url.searchParams.toString();
  if (search !== new URLSearchParams(window.location.search).toString()) {
    window.history.replaceState(window.history.state, "", `${url.pathname}?${search}${url.hash}`);
  }
}

// On the way to another page Streamlit first gives this one the query of the link, as a step of the history. Back
// would lead there, and what was chosen here be lost: so the step says what the page's address said before.
window.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    const here = link && !event.ctrlKey && !event.metaKey && !event.shiftKey && !link.target;
    if (here && link.origin === window.location.origin && link.pathname !== window.location.pathname) {
      leaving = window.location.search;
    }
  },
  true,
);

// Streamlit writes the URL too, for a setting that it keeps there, and leaves out what it was not told of.
window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
  const written = navigationType === "push" || navigationType === "replace";
  if (written && window.location.pathname === path) {
    if (leaving === null || navigationType !== "push") return write(false);
    window.history.replaceState(window.history.state, "", path + leaving + window.location.hash);
  }
  leaving = null;
});

window.addEventListener("morphospace:address", ({ detail }) => {
  added = { ...added, ...detail };
  write(true);
});

export default function address({ data }) {
  [names, known] = data;
  if (path !== window.location.pathname) [added, written] = [{}, {}];
  path = window.location.pathname;
  write(true);
}
