// What a map is made of, from the ground up.

const SKELETON = `
  <div class="bar">
    <div class="colours" role="group" aria-label="Colour by"></div>
    <div class="tools" role="group" aria-label="Tools">
      <button type="button" data-kind="drag" data-tool="pan" aria-pressed="true" title="Drag moves the map">Move</button>
      <button type="button" data-kind="drag" data-tool="rectangle" aria-pressed="false"
        title="Drag a rectangle to select (or Shift-drag); Ctrl adds, Alt takes away">Box</button>
      <button type="button" data-kind="drag" data-tool="lasso" aria-pressed="false"
        title="Draw around points to select (or Shift-Ctrl-drag); Ctrl adds, Alt takes away">Lasso</button>
      <button type="button" data-tool="pictures" aria-pressed="true"
        title="Points become pictures where up to 300 are in view">Pictures</button>
      <button type="button" data-tool="all" title="Show the whole map">All</button>
    </div>
  </div>
  <div class="stage" tabindex="0" role="application" aria-roledescription="map" data-tool="pan">
    <canvas class="ground"></canvas>
    <canvas class="points"></canvas>
    <div class="names" aria-hidden="true"></div>
    <svg class="over" aria-hidden="true">
      <polygon class="lasso"></polygon>
      <g class="current" style="display:none"><circle r="9"></circle><circle r="9"></circle></g>
      <path class="star" style="display:none" d="M0-12 3.5-4 12-3.6 5.4 1.8 7.6 10 0 5.4-7.6 10-5.4 1.8-12-3.6-3.5-4Z"></path>
      <g class="hovered" style="display:none"><circle r="7"></circle><circle r="7"></circle></g>
    </svg>
    <div class="corner">
      <div class="lens" hidden>
        <canvas class="decoded" role="img"></canvas><img class="near" alt="">
        <span class="cue"></span>
      </div>
      <div class="pinned" hidden><img class="thumb" alt="" hidden><span><span class="name"></span><span class="facts"></span></span></div>
    </div>
    <div class="card" role="status" hidden><img class="thumb" alt="" decoding="sync" fetchpriority="high"><span class="name"></span><span class="facts"></span></div>
    <div class="status"></div>
  </div>
  <div class="legend" role="group" aria-label="What the colours mean"></div>
  <div class="selection" hidden><div class="line"></div><div class="tiles" role="listbox" aria-label="Selected"></div></div>`;
