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

export default function load(component) {
  let end = null;
  let over = false;
  fetched.then(({ code, style }) => {
    const root = component.parentElement.getRootNode();
    if (!root.adoptedStyleSheets.includes(style)) root.adoptedStyleSheets.push(style);
    if (!over) end = code.default({ ...component, data: component.data[0] });
  });
  return () => {
    over = true;
    end?.();
  };
}
