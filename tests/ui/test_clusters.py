"""Clusters: every category can be opened and named, every view draws, and the CSV carries the names."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import cards, checkpoints, gallery
from core.checkpoints import CARD, GALLERY
from dashboard import categories, heatmap, items, resources
from dashboard.items import Item
from tests import tiny
from tests.ui.app import address, opened, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
NAME = "digits-aae-30"
VIEWS = ("Members", "Labels", "Vary the category", "Vary the style", "Every style number")


def clusters(name: str = NAME, **query: str) -> AppTest:
    """The page on one checkpoint, with a query in the URL."""
    return opened("clusters", **{"data": name.partition("-")[0], "cl_model": name, **query})


def grid(app: AppTest, key: str) -> dict[str, Any]:
    """What a grid of pictures was given."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.json)[0]
    raise AssertionError(f"no grid {key}")


@pytest.mark.parametrize("name", ["digits-aae-30", "digits-aae-10", "fashion-aae-30"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_every_checkpoint_opens(name: str, view: str) -> None:
    app = clusters(name, cl_view=view)
    count = int(name.rpartition("-")[2])
    assert grid(app, "cl_wall")["sheet"]["count"] == count
    assert app.button_group(key="cl_view").value == view


def test_numbers_stand_beside_reported_ones() -> None:
    app = clusters("digits-aae-10")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Clustering error"] == "2.13 %"
    assert {"Accuracy", "NMI", "ARI", "Categories in use"} <= set(shown)
    assert "reported 4.10 %" in text(app)
    assert "Makhzani" in text(app)


def test_spread_over_seeds_is_told_and_missing_numbers_are_said_to_be(
    own_checkpoints: Callable[..., Path],
) -> None:
    path = own_checkpoints(NAME) / NAME / CARD
    raw = json.loads(path.read_text())
    del raw["metrics"]["nmi"]
    raw["seeds"] = {"cluster_error": {"mean": 0.03, "spread": 0.004, "n": 3, "values": [0.026, 0.03, 0.034]}}
    path.write_text(json.dumps(raw))
    app = opened("clusters")
    assert "here 3.00 % ± 0.40 % over 3 seeds" in text(app)
    assert {metric.label: metric.value for metric in app.metric}["NMI"] == "not measured"


def test_opens_on_the_item_s_own_category_and_on_the_one_in_the_link() -> None:
    app = clusters()
    assert f"Category {sorting(app).own}" in [element.value for element in app.subheader]
    assert "Category 7" in [element.value for element in clusters(cl_category="7").subheader]


@pytest.mark.parametrize("hostile", ["99", "-1", "x", "<b>", "7.0", "9" * 400])
def test_a_stale_link_falls_back(hostile: str) -> None:
    app = clusters(cl_category=hostile, cl_view=hostile, cl_sort=hostile, cl_style=hostile)
    assert app.selectbox(key="cl_category").value == categories.OWN


def test_click_on_a_category_opens_it() -> None:
    app = clusters(cl_sort="Size")
    captions = grid(app, "cl_wall")["captions"]
    row = next(i for i, text in enumerate(captions) if text.startswith("3\u00a0"))
    app.session_state["cl_wall"] = {"picked": row}
    sound(app.run())
    assert app.selectbox(key="cl_category").value == "3"
    assert grid(app, "cl_wall")["selected"] == row


def test_click_on_a_member_makes_it_the_item() -> None:
    app = clusters(cl_category="3")
    index = int(grid(app, "cl_most")["spoken"][1].split("/")[1].split(",")[0])
    app.session_state["cl_most"] = {"picked": 1}
    sound(app.run())
    assert address(app, "item") == f"digits/{index}"


def test_a_dead_category_says_so() -> None:
    app = clusters(cl_category="29")  # tiny galleries use twelve
    assert "dead" in text(app)
    assert "29 empty" in grid(app, "cl_wall")["captions"]


def test_style_of_the_item_in_every_category_that_is_not_empty() -> None:
    relative, raw = (
        clusters(cl_view="Vary the category"),
        clusters(cl_view="Vary the category", cl_take="as it is"),
    )
    assert grid(raw, "cl_swap")["sheet"]["count"] in (12, 13)  # the item's own category may be an empty one
    assert grid(raw, "cl_swap")["sheet"]["uri"] != grid(relative, "cl_swap")["sheet"]["uri"]
    assert "Sorted again" in text(relative)


@pytest.mark.parametrize("view", ["Vary the style", "Every style number"])
def test_styles_are_one_grid_to_move_over(view: str) -> None:
    shown = grid(clusters(cl_view=view, cl_category="3"), "cl_styles")
    assert shown["heads"][0] == "-2.5"
    assert shown["sheet"]["columns"] == len(shown["heads"]) == 9
    assert shown["sheet"]["count"] == 9 * len(shown["rows"])
    assert shown["cell"] == shown["start"] == 4
    assert shown["captions"][9 + 8] == f"Made by the model\n{shown['rows'][1]}\n+2.5"
    assert ("style " if view == "Every style number" else " · ") in shown["rows"][0]


def test_orders() -> None:
    found = sorting(clusters()).categories
    for order, key in (("Size", lambda c: -c.size), ("Purity", lambda c: -c.purity)):
        shown = [
            int(c.replace("\u00a0", " ").split()[0]) for c in grid(clusters(cl_sort=order), "cl_wall")["captions"]
        ]
        assert [key(found[i]) for i in shown] == sorted(key(c) for c in found)


def test_a_name_reaches_wall_heat_map_and_csv() -> None:
    app = clusters(cl_category="3", cl_view="Labels")
    app.button_group(key="cl_view").set_value("Members").run()
    app.text_input(key=f"cl_name_{NAME}_3").set_value("  <b>bar\x00red</b>\n ").run()
    sound(app)
    assert app.text_input(key=f"cl_name_{NAME}_3").value
    assert any("<b>bar" in caption for caption in grid(app, "cl_wall")["captions"])
    app.button_group(key="cl_view").set_value("Labels").run()
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert "3 · &lt;b&gt;bar red&lt;/b&gt;" in spec["layout"]["yaxis"]["ticktext"]
    assert categories_of(app)[3] == "<b>bar red</b>"


def test_the_item_card_says_the_category_and_its_name() -> None:
    app = clusters()
    own = sorting(app).own
    assert f"category **{own}**, " in text(app)
    app.text_input(key=f"cl_name_{NAME}_{own}").set_value("seven *with* a bar").run()
    assert f"category **{own}** “seven \\*with\\* a bar”, " in text(sound(app))
    app.text_input(key=f"cl_name_{NAME}_{own}").set_value("").run()
    assert f"category **{own}**, " in text(sound(app))


def test_names_belong_to_one_checkpoint() -> None:
    app = clusters(cl_category="3")
    app.text_input(key=f"cl_name_{NAME}_3").set_value("mine").run()
    app.selectbox(key="cl_model").set_value("digits-aae-10").run()
    assert not any("mine" in caption for caption in grid(sound(app), "cl_wall")["captions"])
    app.selectbox(key="cl_model").set_value(NAME).run()
    assert app.text_input(key=f"cl_name_{NAME}_3").value == "mine"


def test_csv_has_a_row_for_each_item() -> None:
    app = clusters(cl_category="3")
    app.text_input(key=f"cl_name_{NAME}_3").set_value("=1+1").run()
    button = app.get("download_button")[0]
    assert button.proto.label == "Assignments (CSV)"
    rows = list(csv.DictReader(io.StringIO(categories.table(sorting(app), categories_of(app)))))
    assert len(rows) == tiny.ITEMS
    assert {row["name"] for row in rows if row["category"] == "3"} == {"'=1+1"}


def test_select_all_keeps_the_members() -> None:
    app = clusters(cl_category="3")
    next(button for button in app.button if button.label.startswith("Select all")).click().run()
    members = sorting(app).gallery.index[sorting(app).chosen == 3]
    assert app.session_state["_selection"]["digits"] == members.tolist()


def test_without_the_model_s_own_columns_the_codes_say_the_category(own_checkpoints: Callable[..., Path]) -> None:
    root = own_checkpoints(NAME)
    path, card = root / NAME / GALLERY, cards.read(root / NAME / CARD)
    found = gallery.load(path)
    gallery.save(gallery.Gallery(found.index, found.label, found.z, found.error, found.maps), path)
    card.sha256[GALLERY] = checkpoints.sha256(path)
    cards.write(card, root / NAME / CARD)
    sorted_out = categories.sort_out(NAME, Item("digits", int(found.index[0])))
    assert found.category is not None
    assert (sorted_out.chosen == found.category).all()


def test_prototypes_and_strongest_style() -> None:
    first = int(resources.gallery(NAME).index[0])
    found = categories.sort_out(NAME, Item("digits", first))
    assert found.prototypes.shape == (30, 28, 28, 1)
    members = found.gallery.z[found.chosen == 3, 30:]
    assert np.allclose(found.means[3], members.mean(0), atol=1e-5)
    assert not found.means[29].any()
    order = categories.strongest(found, np.arange(30))
    assert sorted(order) == list(range(found.style.size))
    assert found.landed(found.prototypes).shape == (30,)
    assert found.distances(3)[3] == 0


def test_heat_map_is_normalised_by_row_and_counts_in_text() -> None:
    counts = np.array([[3, 1], [0, 0], [0, 5]])
    figure = heatmap.contingency(counts, rows=["a", "<b>", "c"], columns=["0", "1"])
    heat = figure.data[0]
    assert np.nan_to_num(heat.z).tolist() == [[0.75, 0.25], [0, 0], [0, 1]]
    assert heat.text.tolist() == [["3", "1"], ["", ""], ["", "5"]]
    assert figure.layout.yaxis.ticktext == ("a", "&lt;b&gt;", "c")
    with pytest.raises(ValueError, match="do not fit"):
        heatmap.contingency(counts, rows=["a"], columns=["0", "1"])


def test_all_but_the_commonest_labels_are_one() -> None:
    counts = np.array([[3, 1, 0, 2], [0, 5, 1, 4]])
    names, few = heatmap.folded("abcd", counts, 3)
    assert (names, few.tolist()) == (["b", "d", "2 others"], [[1, 2, 3], [5, 4, 1]])
    assert heatmap.folded("abcd", counts[0], 3)[1].tolist() == [3, 2, 1]
    assert heatmap.folded("abcd", counts, 4)[0] == list("abcd")


def sorting(app: AppTest) -> categories.Sorting:
    """What the page shows, worked out again."""
    return categories.sort_out(NAME, items.parse(address(app, "item"), "digits", ("digits",)))


def categories_of(app: AppTest) -> dict[int, str]:
    """Names given in the session."""
    return app.session_state["_category_names"][NAME]
