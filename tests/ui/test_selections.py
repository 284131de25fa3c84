"""Selections: chosen items are shown, counted, combined, kept under a name, and never lost on the way."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import export
from core.saved import Saved
from core.settings import Settings
from core.store import Store
from dashboard import resources, selections
from tests import tiny
from tests.ui.app import address, go, opened, sound, text

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
NAME = "digits-aae-30"


def page(*items: int, model: str = NAME) -> AppTest:
    """The page with some items selected."""
    app = opened("selections", data=model.partition("-")[0], sel_model=model)
    if items:
        app.session_state["_selection"] = {model.partition("-")[0]: list(items)}
        sound(app.run())
    return app


def store() -> Store:
    """The store that the page writes to."""
    return Store.under(Settings.from_environment().cache)


def kept(name: str, *items: int, **more: Any) -> Saved:
    """A selection of digits that somebody saved."""
    return store().save(Saved(name, "digits", np.array(items), **more))


def selected(app: AppTest) -> list[int]:
    """What is selected, in order of place."""
    return sorted(app.session_state["_selection"]["digits"])


def click(app: AppTest, key: str) -> AppTest:
    """``app`` after a click; it may show errors."""
    app.button(key=key).click().run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str]:
    """Of the buttons that are there."""
    return {str(button.key) for button in app.button}


def grid(app: AppTest) -> dict[str, Any]:
    """What the gallery was given."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith("-sel_tiles"):
            return json.loads(element.proto.json)[0]
    raise AssertionError("no gallery")


def some(count: int, start: int = 0) -> list[int]:
    """Places of items that are in the gallery."""
    return [int(index) for index in resources.gallery(NAME).index[start : start + count]]


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


def test_save_and_open_again_in_a_new_session() -> None:
    app = page(*some(4))
    app.text_input(key="sel_digits_name").set_value(" Slanted *ones* ")
    app.text_input(key="sel_digits_tags").set_value("odd, check, odd")
    app.selectbox(key="sel_digits_label").set_value("7")
    app.text_area(key="sel_digits_note").set_value("too slanted")
    sound(click(app, "sel_save"))
    (found,) = store().all("digits")
    assert (found.name, found.tags, found.label, found.note) == (
        "Slanted *ones*",
        ("odd", "check"),
        "7",
        "too slanted",
    )
    assert found.items.tolist() == some(4)
    assert not app.text_input(key="sel_digits_name").value
    other = page()
    assert r"**Slanted \*ones\*** · 4 items · should be **7** :gray-badge[odd] :gray-badge[check]" in text(other)
    click(other, f"sel_load_{found.id}")
    assert selected(sound(other)) == some(4)


@pytest.mark.parametrize(
    ("name", "told"), [("", "needs a name"), ("x" * 81, "81 characters"), ("taken", "already")]
)
def test_a_bad_name_is_told_of_and_nothing_is_lost(name: str, told: str) -> None:
    kept("taken", 5)
    app = page(*some(4))
    app.text_input(key="sel_digits_name").set_value(name)
    app.text_area(key="sel_digits_note").set_value("because")
    click(app, "sel_save")
    assert told in app.error[0].value
    assert (app.text_input(key="sel_digits_name").value, app.text_area(key="sel_digits_note").value) == (
        name,
        "because",
    )
    assert selected(app) == some(4)
    assert len(store().all("digits")) == 1
    assert not app.run().error


def test_what_was_typed_follows_to_other_pages_and_back() -> None:
    app = page(*some(4))
    app.text_input(key="sel_digits_name").set_value("half done").run()
    go(go(app, "overview"), "selections")
    assert sound(app).text_input(key="sel_digits_name").value == "half done"


def test_edit() -> None:
    one = kept("one", 1, 2, tags=("a",))
    app = click(page(*some(4)), f"sel_edit_{one.id}")
    assert app.text_input(key="sel_edit_tags").value == "a"
    app.text_input(key="sel_edit_name").set_value("renamed")
    app.selectbox(key="sel_edit_label").set_value("3")
    app.checkbox(key="sel_edit_items").check()
    sound(click(app, "sel_write"))
    (found,) = store().all("digits")
    assert (found.name, found.label, found.items.tolist(), found.version) == ("renamed", "3", some(4), 2)
    assert "sel_write" not in keys(app)


def test_cancel_writes_nothing() -> None:
    one = kept("one", 1)
    app = click(page(), f"sel_edit_{one.id}")
    app.text_input(key="sel_edit_name").set_value("renamed")
    click(app, "sel_close")
    assert "sel_write" not in keys(sound(app))
    assert store().all("digits")[0].same(one)


def test_two_tabs_that_edit_different_things_both_win() -> None:
    one = kept("one", 1, tags=("a",))
    tabs = [click(page(), f"sel_edit_{one.id}") for _ in range(2)]
    tabs[0].text_input(key="sel_edit_name").set_value("renamed")
    tabs[0].text_input(key="sel_edit_tags").set_value("a, first")
    tabs[1].text_area(key="sel_edit_note").set_value("a reason")
    tabs[1].text_input(key="sel_edit_tags").set_value("a, second")
    sound(click(tabs[0], "sel_write"))
    sound(tabs[1].run())  # reads the other's edit before it writes its own
    assert "Another tab changed it" in text(tabs[1])
    sound(click(tabs[1], "sel_write"))
    assert "Changes from another tab are kept too" in tabs[1].toast[0].value
    (found,) = store().all("digits")
    assert (found.name, found.note, found.tags) == ("renamed", "a reason", ("a", "first", "second"))
    assert "renamed" in text(sound(tabs[0].run()))


def test_two_tabs_that_edit_the_same_are_told_and_the_second_try_wins() -> None:
    one = kept("one", 1, note="before")
    tabs = [click(page(), f"sel_edit_{one.id}") for _ in range(2)]
    for tab, note in zip(tabs, ("mine", "yours"), strict=True):
        tab.text_area(key="sel_edit_note").set_value(note)
    tabs[0].selectbox(key="sel_edit_label").set_value("8")
    sound(click(tabs[0], "sel_write"))
    click(tabs[1], "sel_write")
    assert "reason is now “mine”" in tabs[1].error[0].value
    assert store().all("digits")[0].note == "mine"
    assert tabs[1].text_area(key="sel_edit_note").value == "yours"
    assert tabs[1].selectbox(key="sel_edit_label").value == "8"
    sound(click(tabs[1], "sel_write"))
    (found,) = store().all("digits")
    assert (found.note, found.label) == ("yours", "8")


def test_a_second_try_keeps_items_that_another_tab_added() -> None:
    one = kept("one", 1, 2, note="before")
    app = click(page(2, 3), f"sel_edit_{one.id}")
    store().update(one, replace(one, note="theirs", items=np.array([1, 2, 9])))
    app.text_area(key="sel_edit_note").set_value("mine")
    app.checkbox(key="sel_edit_items").check()
    assert click(app, "sel_write").error
    sound(click(app, "sel_write"))
    assert store().all("digits")[0].items.tolist() == [2, 3, 9]


def test_an_edit_of_what_another_tab_deleted_brings_it_back() -> None:
    one = kept("one", 1, note="before")
    app = click(page(), f"sel_edit_{one.id}")
    app.text_area(key="sel_edit_note").set_value("mine")
    store().delete(one)
    assert "It is deleted" in [warning.value for warning in app.run().warning][0]
    sound(click(app, "sel_write"))
    assert [(s.name, s.note, s.id) for s in store().all("digits")] == [("one", "mine", one.id)]


def test_delete_and_bring_back() -> None:
    one, two = kept("one", 1), kept("two", 2)
    app = click(click(page(), f"sel_delete_{one.id}"), f"sel_delete_{two.id}")
    assert store().all("digits") == ()
    click(click(app, "sel_restore"), "sel_restore")
    assert [s.id for s in store().all("digits")] == [one.id, two.id]
    assert "sel_restore" not in keys(sound(app))


def test_what_cannot_come_back_under_its_name_gets_another_one() -> None:
    one = kept("one", 1, 2)
    app = click(page(), f"sel_delete_{one.id}")
    kept("one", 3)
    click(app, "sel_restore")
    assert "already" in app.error[0].value
    assert "sel_restore" in keys(app)
    app.text_input(key="sel_edit_name").set_value("the first one")
    sound(click(app, "sel_write"))
    assert [(s.name, s.items.tolist()) for s in store().all("digits")] == [("one", [3]), ("the first one", [1, 2])]
    assert "sel_restore" not in keys(app)


def test_a_stale_tab_does_not_delete() -> None:
    one = kept("one", 1)
    app = page()
    store().update(one, replace(one, note="new"))
    click(app, f"sel_delete_{one.id}")
    assert "was changed in another tab" in app.error[0].value
    assert len(store().all("digits")) == 1
    assert "sel_restore" not in keys(app)


def test_tags_filter_the_list() -> None:
    a, b = kept("a", 1, tags=("red", "x")), kept("b", 2, tags=("blue",))
    app = page()
    app.button_group(key="sel_tags_shown").set_value(["red"]).run()
    assert f"sel_load_{a.id}" in keys(sound(app))
    assert f"sel_load_{b.id}" not in keys(app)
    store().delete(a)  # the tag is gone, and with it the filter
    assert f"sel_load_{b.id}" in keys(sound(app.run()))


def test_the_list_is_paged() -> None:
    for number in range(9):
        kept(f"number {number}", number)
    app = page()
    assert len([key for key in keys(app) if key.startswith("sel_load_")]) == 8
    app.session_state["sel_list_page"] = 2
    assert "number 8" in text(sound(app.run()))


def test_each_data_set_has_its_own() -> None:
    kept("of digits", 1)
    app = page(model="fashion-aae-30")
    assert "of digits" not in text(app)
    assert "None of Fashion" in text(app)


def test_a_damaged_store_costs_nothing_else() -> None:
    path = store().path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 400)
    app = opened_with_errors(*some(4))
    assert "is damaged" in app.error[0].value.replace("\\", "")
    assert grid(app)["sheet"]["count"] == 4
    app.text_input(key="sel_digits_name").set_value("mine")
    click(app, "sel_save")
    assert app.text_input(key="sel_digits_name").value == "mine"
    assert any("is lost" in error.value for error in app.error)
    assert path.read_bytes() == b"no database" * 400
    assert {button.proto.label for button in app.get("download_button")} == {"CSV", "JSON"}


def opened_with_errors(*items: int) -> AppTest:
    """The page with some items selected; it may show errors."""
    app = go(opened(data="digits"), "selections")
    app.session_state["_selection"] = {"digits": list(items)}
    app.run()
    assert not app.exception
    return app


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
