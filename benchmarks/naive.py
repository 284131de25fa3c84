"""The naive page: where things are on it, and what it does instead of what our map does."""

from playwright.sync_api import Page

from benchmarks.browser import Traffic, settle, watch
from benchmarks.charts import PICTURES, Chart, changed, keep
from core.settings import ROOT

SCRIPT = ROOT / "benchmarks" / "naive_page.py"
PLOT = "document.querySelector('.st-key-map .js-plotly-plot')"
CHART = Chart(
    script=SCRIPT,
    path="/",
    within=".st-key-map",
    surface=".nsewdrag",
    drawn=f"""() => {PLOT}?._fullData && bench.drawn
      && {PLOT}._fullData.reduce((sum, trace) => sum + (trace.visible === true ? trace.x.length : 0), 0)""",
    places=f"""count => {{
      const {{ xaxis, yaxis }} = {PLOT}._fullLayout, box = {PLOT}.getBoundingClientRect();
      const found = new Array(2 * count).fill(null);
      for (const {{ x, y, customdata }} of {PLOT}._fullData) {{
        for (let at = 0; at < x.length; at++) {{
          found[2 * customdata[at][0] ?? customdata[at]] = box.x + xaxis._offset + xaxis.l2p(x[at]);
          found[2 * customdata[at][0] + 1] = box.y + yaxis._offset + yaxis.l2p(y[at]);
        }}
      }}
      return found;
    }}""",
    selected="() => Number(document.querySelector('.st-key-chosen').innerText.split(' sel')[0].replace(/,/g, ''))",
    picked="() => Number(document.querySelector('.st-key-picked').innerText.replace(/\\D/g, ''))",
    shows={"card": (".st-key-picked", PICTURES)},
    gallery=(".st-key-chosen", PICTURES),
    use=f"""tool => {PLOT}.querySelector(
      `.modebar-btn[data-attr=dragmode][data-val=${{tool === "rectangle" ? "select" : tool}}]`).click()""",
    rerun=(".st-key-along input[type=range]", "ArrowRight"),
    clears=True,
)


def recolour(page: Page, traffic: Traffic, *, rounds: int) -> tuple[list[float], list[float]]:
    """Choose what the map is coloured by: ms to the map drawn anew, and bytes of points sent for it.

    Streamlit keeps what it sent of late, so the points are sent for the first choice of a colour only.
    """
    times, sent = [], []
    for at in range(rounds):
        colour, traces = (("error", 1), ("label", 10))[at % 2]
        page.locator(".st-key-colour [data-baseweb=select], .st-key-colour [role=combobox]").first.click()
        option = page.get_by_role("option", name=colour, exact=True)
        option.wait_for()
        page.evaluate("() => { bench.drawn = false }")
        traffic.reset()
        drawn = f"bench.drawn && {PLOT}?._fullData?.length === {traces}"
        times.append(watch(page, "pointerup", option.click, drawn=drawn)["drawn"])
        settle(page)
        sent.append(float(traffic.geometry()))
    return times, sent


def scrub(page: Page, *, rounds: int) -> list[float]:
    """Ms from the release of the slider to its picture; it shows none while it is moved."""
    box = page.locator(".st-key-along [data-testid=stSlider]").bounding_box()
    thumb = page.locator(".st-key-along [role=slider], .st-key-along input[type=range]").first.bounding_box()
    if box is None or thumb is None:
        raise RuntimeError("the slider is not on the page")
    frame = "frame", ".st-key-frame", PICTURES
    found = []
    for at in range(rounds):
        x, y = box["x"] + box["width"] * (0.1 + 0.8 * (at * 7 % rounds) / rounds), thumb["y"] + thumb["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 6, y, steps=3)
        keep(page, *frame)
        found.append(watch(page, "pointerup", page.mouse.up, shown=changed(*frame))["shown"])
        settle(page)
    return found
