"""Saved selections: kept under a name, edited from two tabs, deleted and brought back, never lost on the way."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.app import go, opened, sound, text
from tests.ui.selecting import click, grid, kept, keys, page, selected, some, store

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")


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
