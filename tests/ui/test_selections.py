"""Selections: chosen items are shown, counted, combined, and never lost on the way."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from core import export
from core.saved import Saved
from dashboard import resources, selections
from tests import tiny
from tests.ui.app import address, sound, text
from tests.ui.selecting import NAME, click, grid, kept, keys, page, selected, some

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")


def test_without_a_selection_it_says_how_to_make_one() -> None:
    app = page()
    assert "Draw around points on the Latent map" in text(app)
    assert app.button(key="sel_invert").label == "Select all"
    click(app, "sel_invert")
    assert len(selected(sound(app))) == 5000
    assert grid(app)["sheet"]["count"] == 48


@pytest.mark.parametrize("model", [NAME, "digits-vae-2d", "fashion-aae-30", "fashion-ae-dense"])
def test_numbers_and_pictures(model: str) -> None:
    items = [int(i) for i in resources.gallery(model).index[:20]]
    app = page(*items, model=model)
    assert "**20 items**" in text(app)
    assert grid(app)["sheet"]["count"] == 20
    assert set(grid(app)["marks"]) == ({"generated"} if model.startswith("fashion") else {""})
    charts = {chart.proto.id.rpartition("-")[2]: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}
    assert set(charts) == ({"sel_labels", "sel_categories"} if "aae" in model else {"sel_labels"})
    rows = app.table[0].value
    gallery = resources.gallery(model)
    assert list(rows["Median"]) == [f"{np.median(e):.4f}" for e in (gallery.error[:20], gallery.error)]


def test_counts_of_labels_and_categories() -> None:
    found = selections.known(NAME, np.array([*some(3), 69_999]))
    gallery = resources.gallery(NAME)
    assert gallery.category is not None
    assert found.category is not None
    assert found.label.tolist() == [*gallery.label[:3], -1]
    assert found.category.tolist() == [*gallery.category[:3], -1]
    assert found.here.tolist() == [True, True, True, False]
    assert np.isnan(found.error[3])
    assert found.columns()["category"][3] is None
    assert found.columns()["label"][3] is None


def test_gallery_is_paged_and_ordered() -> None:
    app = page(*some(tiny.ITEMS))
    app.session_state["sel_page"] = 2
    sound(app.run())
    assert grid(app)["sheet"]["count"] == tiny.ITEMS - 48
    app.button_group(key="sel_order").set_value("Largest error").run()
    app.session_state["sel_page"] = 1
    sound(app.run())
    errors = [float(caption) for caption in grid(app)["captions"]]
    assert errors == sorted(errors, reverse=True)
    app.session_state["sel_page"] = 2
    app.session_state["_selection"] = {"digits": some(4)}
    assert grid(sound(app.run()))["sheet"]["count"] == 4


def test_a_click_on_a_picture_makes_it_the_item() -> None:
    app = page(*some(5))
    app.session_state["sel_tiles"] = {"picked": 3}
    sound(app.run())
    assert address(app, "item") == f"digits/{some(5)[3]}"


def test_items_that_are_not_here_are_kept_and_told_of() -> None:
    app = page(*some(2), 69_998, 69_999)
    assert "2 of them are not on this machine" in text(app)
    assert grid(app)["sheet"]["count"] == 2
    assert "no pictures" in text(page(69_999))


def test_invert_clear_and_undo() -> None:
    app = page(*some(3))
    click(app, "sel_invert")
    assert len(selected(app)) == 4997
    assert not set(some(3)) & set(selected(app))
    click(app, "sel_undo")
    assert selected(app) == some(3)
    assert "sel_undo" not in keys(app)
    click(app, "sel_clear")
    assert selected(app) == []
    assert selected(click(app, "sel_undo")) == some(3)


def test_undo_does_not_take_back_what_was_chosen_since() -> None:
    app = click(page(*some(3)), "sel_invert")
    app.session_state["_selection"] = {"digits": some(2)}
    assert "sel_undo" not in keys(sound(app.run()))


def test_the_current_item_goes_in_and_out() -> None:
    app = page(*some(3))
    own = int(address(app, "item").split("/")[1])
    click(app, "sel_toggle")
    assert selected(app) == sorted({*some(3), own})
    assert app.button(key="sel_toggle").label == f"Take out digits/{own}"
    assert selected(click(app, "sel_toggle")) == some(3)


@pytest.mark.parametrize(("verb", "left"), [("unite", [1, 2, 3, 4]), ("intersect", [2, 3]), ("subtract", [1])])
def test_combine_with_a_saved_one(verb: str, left: list[int]) -> None:
    kept("a first one", 9)
    other = kept("other", 2, 3, 4)
    app = page(1, 2, 3)
    app.selectbox(key="sel_with").set_value(other.id).run()
    click(app, f"sel_{verb}")
    assert selected(sound(app)) == left
    assert f"3 → {len(left)} items" in app.toast[0].value
    assert selected(click(app, "sel_undo")) == [1, 2, 3]


def test_files_say_what_is_known_and_why() -> None:
    found = selections.known(NAME, np.array(some(3)))
    made = Saved("=x", "digits", found.items, note="why", label="5")
    rows = list(csv.DictReader(io.StringIO(export.to_csv(made, found.columns()))))
    gallery = resources.gallery(NAME)
    assert [row["item"] for row in rows] == [f"digits/{i}" for i in some(3)]
    assert [row["label"] for row in rows] == [str(label) for label in gallery.label[:3]]
    assert [float(row["error"]) for row in rows] == pytest.approx(gallery.error[:3], rel=1e-3)
    assert {(row["relabel"], row["reason"], row["selection"]) for row in rows} == {("5", "why", "'=x")}


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    kept("![x](http://evil) :red[a] $x$", 1, tags=("[a](b)",), note="# head\n- item", label="**b**")
    app = page()
    line = next(element.value for element in app.markdown if "evil" in element.value)
    assert r"\!\[x\]\(http\:\/\/evil\) \:red\[a\] \$x\$" in line
    assert r"\[a\]\(b\)" in line
    assert r"\# head \- item" in line
