"""Latent map without a browser: every checkpoint opens, what is told by the map is done, the plain chart works."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.checkpoints import GALLERY
from dashboard import figures, resources
from dashboard.items import Item
from tests import tiny
from tests.ui.app import address, choose, opened, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
SQUARE = [[-99, -99], [99, -99], [99, 99], [-99, 99]]


def latent_map(name: str = "digits-aae-30", **query: str) -> AppTest:
    """The page on one checkpoint, with a query in the URL."""
    return opened("latent_map", map_model=name, **query)


def plain(name: str = "digits-aae-30", **query: str) -> AppTest:
    """The same with the plain chart."""
    return latent_map(name, map_plain="true", **query)


def told(app: AppTest, kind: str, key: str = "map_view", **what: Any) -> AppTest:
    """The page after its map told of something."""
    name = app.selectbox(key="map_model").value
    app.session_state[key] = {event: {**value, "map": name, "kind": kind} for event, value in what.items()}
    app.run()
    del app.session_state[key]
    return app


def charts(app: AppTest) -> list[dict[str, Any]]:
    """The Plotly figures on the page."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def decoded(app: AppTest) -> tuple[str, str]:
    """Description and address of the image that the model made."""
    images = [image for element in app.image for image in element.proto.imgs]
    return next((image.alt, image.url) for image in images if image.alt.startswith("decoded at"))


def mark(app: AppTest) -> dict[str, Any]:
    """The trace that marks the current item."""
    return next(trace for trace in charts(app)[0]["data"] if trace.get("hoverinfo") == "skip")


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_opens_with_every_checkpoint(kind: str) -> None:
    app = latent_map(f"digits-{kind}")
    assert not app.get("plotly_chart")
    assert "How far can a map be trusted?" in text(app)
    assert f"{tiny.ITEMS} images" in text(app)
    found = plain(f"digits-{kind}").get("plotly_chart")
    assert [bool(chart.proto.alt) for chart in found] == [True]


def test_opens_where_originals_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("core.datasets.fashion.SYSTEM_FOLDER", tmp_path)
    app = latent_map("fashion-vae-2d", data="fashion")
    assert "Nearest real item (rebuilt)" in str([image.proto.imgs for image in app.image])


def test_every_map_and_colour_of_the_plain_chart() -> None:
    app = plain()
    for kind in ("umap", "pca"):
        for colour in ("label", "category", "error", "realism"):
            choose(choose(app, "map_kind", kind), "map_colour", colour)
            spec = charts(app)[0]
            bar = spec["layout"].get("coloraxis", {}).get("colorbar", {}).get("title", {}).get("text", "")
            assert ("is better" in bar) == (colour in ("error", "realism"))
            assert bool(spec["layout"].get("annotations")) == (colour in ("label", "category"))
            assert any(toggle.key == "map_names" for toggle in app.toggle) == (colour in ("label", "category"))


def test_quality_says_what_was_not_measured() -> None:
    table = next(element.value for element in latent_map().markdown if "Continuity" in element.value)
    head, _, *lines = [line.strip("| ").split(" | ") for line in table.splitlines()]
    rows = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert rows["**Digits AAE 30: UMAP**"]["Nearest has the same label ↑"] == "93.0 %"
    assert rows["Digits AAE 30: all numbers of the code"]["Items"] == "not measured"
    assert rows["Digits VAE 2D: the plane"]["Continuity ↑"] == "95.0 %"
    assert not any("AE DENSE" in name for name in rows)


def test_figure_stays_when_nothing_changed() -> None:
    app = plain()
    before = charts(app)
    app.run()
    assert charts(app) == before


def test_mark_follows_an_item_picked_elsewhere_but_not_a_click() -> None:
    app = plain()
    before, first = charts(app), mark(app)
    items = [Item("digits", int(index)) for index in gallery_items()[:2]]
    app.session_state["_items"] = {"digits": items[0]}
    app.session_state["_map_clicked"] = True
    app.run()
    assert charts(app) == before
    app.session_state["_items"] = {"digits": items[1]}
    app.run()
    assert mark(app)["x"] != first["x"]
    assert charts(app)[0]["layout"]["uirevision"] != before[0]["layout"]["uirevision"]


def gallery_items() -> np.ndarray:
    """Indices of the items that the tiny galleries hold."""
    return resources.gallery("digits-aae-30").index


def test_upload_is_placed_with_a_star() -> None:
    app = plain(item=f"digits/{gallery_items()[0]}")
    assert mark(app)["marker"]["symbol"] == "circle-open"
    picture = np.zeros((28, 28, 1), np.uint8)
    picture[5:23, 12:16] = 255
    app.session_state["_uploads"] = {("digits", "0123456789ab"): picture}
    app.query_params["item"] = "upload/0123456789ab"
    for kind in ("umap", "pca"):
        assert mark(choose(app, "map_kind", kind))["marker"]["symbol"] == "star"
    app.selectbox(key="map_model").set_value("digits-vae-2d").run()
    assert mark(app)["marker"]["symbol"] == "star"
    assert not app.error
    assert not latent_map("digits-vae-2d", item="upload/0123456789ab").error


def test_sliders_decode_their_place() -> None:
    app = latent_map("digits-vae-2d")
    alt, url = decoded(app)
    assert alt == "decoded at 0.00, 0.00"
    app.slider(key="map_x").set_value(1.0).run()
    moved = decoded(app)
    assert moved[0] == "decoded at 1.00, 0.00"
    assert moved[1] != url


@pytest.mark.parametrize(("asked", "shown"), [("0.5", "0.50"), ("99", "0.00"), ("x", "0.00"), ("nan", "0.00")])
def test_place_in_the_url(own_checkpoints: Callable[..., Path], asked: str, shown: str) -> None:
    own_checkpoints("digits-vae-2d")
    app = opened("latent_map", map_x=asked)
    assert decoded(app)[0] == f"decoded at {shown}, 0.00"


def test_empty_places_can_be_clicked_on_the_plane_only() -> None:
    says = "click to decode"
    assert says in json.dumps(charts(plain("digits-vae-2d"))[0])
    assert says not in json.dumps(charts(plain("digits-aae-30"))[0])


def test_selection_is_shown_as_a_sample_below_the_plain_chart() -> None:
    app = plain()
    app.session_state["_selection"] = {"digits": [int(index) for index in gallery_items()[:40]] + [69_999]}
    app.run()
    assert any("41 selected" in text.value and "24 of them" in text.value for text in app.markdown)
    assert not app.error


def test_a_pick_becomes_the_item_of_all_pages() -> None:
    item = int(gallery_items()[7])
    app = told(latent_map(), "umap", picked={"id": item})
    assert address(app, "item") == f"digits/{item}"


@pytest.mark.parametrize(
    "what",
    [
        {"picked": {"id": -3}},
        {"picked": {"id": 10**12}},
        {"picked": {"id": "1"}},
        {"region": {"mode": "eat", "corners": SQUARE}},
        {"region": {"mode": "replace", "corners": SQUARE[:2]}},
        {"region": {"mode": "replace", "corners": [[0, "x"], [1, 2], [3, 4]]}},
        {"region": {"mode": "replace", "corners": [[0, float("nan")], [1, 2], [3, 4]]}},
        {"region": {"mode": "replace", "corners": SQUARE * 40}},
        {"place": {"x": 1e300, "y": 0}},
    ],
)
def test_what_no_map_would_tell_changes_nothing(what: dict[str, Any]) -> None:
    app = latent_map()
    before = address(app, "item")
    told(app, "umap", **what)
    assert not app.exception
    assert not app.error
    assert address(app, "item") == before
    assert address(app, "sel") is None


def test_what_another_map_told_changes_nothing() -> None:
    app = told(latent_map(), "pca", region={"mode": "replace", "corners": SQUARE})
    assert address(app, "sel") is None


def test_outlines_select_add_take_away_and_reopen() -> None:
    xy, items = resources.gallery("digits-aae-30").maps["umap"], gallery_items()
    right = [[0, -99], [99, -99], [99, 99], [0, 99]]
    app = told(latent_map(), "umap", region={"mode": "replace", "corners": right})
    assert app.session_state["_selection"]["digits"] == items[xy[:, 0] > 0].tolist()
    told(app, "umap", region={"mode": "add", "corners": SQUARE})
    assert app.session_state["_selection"]["digits"] == items.tolist()
    told(app, "umap", region={"mode": "subtract", "corners": right})
    left = items[xy[:, 0] <= 0].tolist()
    assert app.session_state["_selection"]["digits"] == left
    again = latent_map(sel=str(address(app, "sel")))
    assert again.session_state["_selection"]["digits"] == left
    told(app, "umap", region={"mode": "clear", "corners": []})
    assert not app.session_state["_selection"]["digits"]
    assert address(app, "sel") is None


def test_points_hidden_by_the_legend_are_not_selected() -> None:
    gallery = resources.gallery("digits-aae-30")
    region = {"mode": "replace", "corners": SQUARE, "column": "label", "hidden": [0, 3]}
    app = told(latent_map(), "umap", region=region)
    assert app.session_state["_selection"]["digits"] == gallery.index[~np.isin(gallery.label, [0, 3])].tolist()


@pytest.mark.parametrize(
    "link", ["x", "rnope~umap~~0_0_1_1_1_0", "rdigits-aae-30~umap~~0_0_1", "rdigits-aae-30~tsne~~0_0_1_1_1_0"]
)
def test_a_stale_link_to_a_selection_says_so(link: str) -> None:
    app = latent_map(sel=link)
    assert any("selection cannot be shown" in info.value for info in app.info)
    assert address(app, "sel") is None


def test_a_second_map_stands_beside() -> None:
    app = latent_map(map_beside="digits-vae-2d")
    assert app.selectbox(key="map_beside").value == "digits-vae-2d"
    assert address(app, "map_beside") == "digits-vae-2d"


def test_a_browser_that_cannot_draw_gets_the_plain_chart() -> None:
    app = latent_map()
    app.session_state["map_view"] = {"plain": True}
    app.run()
    assert len(app.get("plotly_chart")) == 1


def test_damaged_checkpoint_is_left_out(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints("digits-aae-30", "digits-ae-dense")
    (root / "digits-aae-30" / GALLERY).write_bytes(b"no gallery")
    app = opened("latent_map")
    assert app.selectbox(key="map_model").value == "digits-ae-dense"
    assert not app.error


def test_names_of_the_ramp_reach_the_page() -> None:
    scale = charts(choose(plain(), "map_colour", "error"))[0]["layout"]["coloraxis"]["colorscale"]
    assert [colour for _, colour in scale] == list(figures.RAMP)
