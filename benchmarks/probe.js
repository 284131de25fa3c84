// Put into every page that is measured, before its own code: finds things through shadow roots, counts frames in which
// a map was drawn, and takes the time from an input event to the frame that shows its answer.

(() => {
  if (window.bench || window.top !== window) return;
  const LIMIT = 60_000; // ms until an answer is given up
  let drew = false; // whether a map was drawn since the last frame
  let frames = null; // frames with drawing since counting began

  for (const kind of [window.WebGLRenderingContext, window.WebGL2RenderingContext]) {
    for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
      const own = kind?.prototype[name];
      if (!own) continue;
      kind.prototype[name] = function (...values) {
        drew = bench.drawn = true;
        return own.apply(this, values);
      };
    }
  }

  // A map may also be written into the pixels of a canvas; small pictures are none.
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...values) {
    if (image.width > 200) drew = bench.drawn = true;
    return put.call(this, image, ...values);
  };

  /** All matches below the first element that `within` names, those in open shadow roots too. */
  function all(within, selector) {
    const root = document.querySelector(within);
    const found = [];
    const search = (node) => {
      found.push(...node.querySelectorAll(selector));
      for (const inner of node.querySelectorAll("*")) if (inner.shadowRoot) search(inner.shadowRoot);
    };
    if (root?.shadowRoot) search(root.shadowRoot);
    if (root) search(root);
    return found;
  }

  function inView(element) {
    const box = element.getBoundingClientRect();
    return box.width > 8 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  }

  /** What the pictures in view below `within` show; null until there is one and all have arrived. */
  function pictures(within, selector) {
    const found = all(within, selector).filter(inView);
    const here = (one) => one.tagName === "CANVAS" || (one.complete && one.naturalWidth > 0);
    if (!found.length || !found.every(here)) return null;
    return found.map((one) => (one.tagName === "CANVAS" ? one.toDataURL() : one.currentSrc)).join(" ");
  }

  const kept = {};

  function keep(name, within, selector) {
    kept[name] = pictures(within, selector);
  }

  /** Whether all pictures have arrived, and are others than those kept under `name`. */
  function changed(name, within, selector) {
    const now = pictures(within, selector);
    return now !== null && now !== kept[name];
  }

  /** Begin counting the display's frames in which a map was drawn. */
  function count() {
    if (frames === null) {
      const tick = () => {
        if (frames === null) return;
        requestAnimationFrame(tick);
        frames += drew;
        drew = false;
      };
      requestAnimationFrame(tick);
    }
    drew = false;
    frames = 0;
  }

  function counted() {
    const found = frames;
    frames = null;
    return found;
  }

  /**
   * Take ms from the next event `type` (its own time stamp) to each condition. Conditions are tried right after each
   * frame was handed on for painting; `bench.times` is a promise of all times by name.
   */
  function watch(type, conditions) {
    const times = {};
    const began = performance.now();
    let since = null;
    addEventListener(type, (event) => (since = event.timeStamp), { capture: true, once: true });
    bench.times = new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      const ask = () => requestAnimationFrame(() => port2.postMessage(0)); // delivered once the frame is done
      port1.onmessage = () => {
        const now = performance.now();
        const open = Object.keys(conditions).filter((name) => !(name in times));
        for (const name of open) if (since !== null && conditions[name]()) times[name] = now - since;
        const missing = open.filter((name) => !(name in times));
        if (!missing.length) resolve(times);
        else if (now - began < LIMIT) ask();
        else reject(new Error(`no answer within ${LIMIT / 1000} s: ${since === null ? type : missing}`));
      };
      ask();
    });
    bench.times.catch(() => {}); // whoever asks for it is told
  }

  const bench = (window.bench = { all, keep, changed, count, counted, watch, drawn: false });
})();
