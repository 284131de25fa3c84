// Fetches a component's code and style, once a page and from the browser's cache after that, then hands over to it.

const PAUSES_BEFORE_TRIES = [0, 500, 2000]; // ms

// Every page lies directly below the root of the app, whatever path that is served under.
const address = (file) => new URL(`./code/${file}`, document.baseURI).href;

async function fetchCode() {
  const style = new CSSStyleSheet();
  for (const [turn, pause] of PAUSES_BEFORE_TRIES.entries()) {
    if (pause) await new Promise((done) => setTimeout(done, pause));
    try {
      // A browser remembers that an address could not be imported, so each try has one of its own.
      const [answer, code] = await Promise.all([fetch(address("CSS_FILE")), import(`${address("JS_FILE")}?${turn}`)]);
      if (answer.ok) return { code, style: await style.replace(await answer.text()) };
    } catch (error) {
      console.info(`No code at ${address("JS_FILE")}: ${error.message}`);
    }
  }
  throw new Error("the server does not answer");
}

const fetched = fetchCode();
const states = new WeakMap(); // what a component keeps, by the element that it is shown in
const newest = new WeakMap(); // the last update that it was told, by the same; done once that is drawn

/** A run of the script: the first one puts the component up (`mount`), each tells it what to show (`update`). */
export default function load(component) {
  const { parentElement } = component;
  let over = false;
  states.get(parentElement)?.root.setAttribute("aria-busy", "true");
  fetched.then(({ code, style }) => {
    const root = parentElement.getRootNode();
    if (!root.adoptedStyleSheets.includes(style)) root.adoptedStyleSheets.push(style);
    if (over) return;
    const [data] = component.data;
    const state = states.get(parentElement) ?? code.mount(parentElement, data);
    states.set(parentElement, state);
    state.component = { ...component, data };
    const update = Promise.resolve(code.update(state)).finally(() => {
      if (newest.get(parentElement) === update) state.root.removeAttribute("aria-busy");
    });
    newest.set(parentElement, update);
  });
  return () => {
    over = true;
    const state = states.get(parentElement);
    // Streamlit also calls this for a run that a newer one overtook, and then the component is still in use.
    if (state && !state.root.isConnected) fetched.then(({ code }) => code.unmount?.(state));
  };
}
