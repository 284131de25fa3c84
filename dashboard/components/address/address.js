// st.query_params makes each write a step of the browser's history. What a page adds to its own address is none.

let names = {};
let added = {}; // by components of this page, of what changes without a run of the script
let path = "";

function write(over) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries({ ...names, ...added })) {
    if (value === null) url.searchParams.delete(name);
    else if (over || !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  const search = url.searchParams.toString();
  if (search !== new URLSearchParams(window.location.search).toString()) {
    window.history.replaceState(window.history.state, "", `${url.pathname}?${search}${url.hash}`);
  }
}

// Streamlit writes the URL too, for a setting that it keeps there, and leaves out what it was not told of.
window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
  const written = navigationType === "push" || navigationType === "replace";
  if (written && window.location.pathname === path) write(false);
});

window.addEventListener("morphospace:address", ({ detail }) => {
  added = { ...added, ...detail };
  write(true);
});

export default function address({ data }) {
  [names] = data;
  if (path !== window.location.pathname) added = {};
  path = window.location.pathname;
  write(true);
}
