"""The page of the deck, pins on the other pages, and the views that an audience sees."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import geometry
from core.board import DARK, LIGHT, Row
from core.deck import Deck
from core.settings import Settings
from core.slide import Slide
from dashboard import item_data, mapfile, maps, mapshot, pins, resources
from dashboard.components.map import Colour
from tests.slides import film_slide, picture, slide
from tests.ui.app import address, go, opened, run, shown, sound, text
from tests.ui.selecting import click, keys

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")


def deck() -> Deck:
    """What the pages pin to."""
    return Deck.under(Settings.from_environment().cache)


def titles() -> list[str]:
    """Of the slides, in order."""
    return [one.title for one in deck().all()]


def size(one: Slide) -> tuple[int, int]:
    """Of a slide's picture."""
    return Image.open(io.BytesIO(one.picture)).size


def test_an_empty_deck_tells_what_to_do_and_pins_an_example() -> None:
    app = opened("deck")
    assert "Nothing is pinned yet" in text(app)
    assert not app.get("download_button")
    app.button(key="deck_example").click().run()
    assert titles() == ["Interpolate"]
    assert "Pinned" in sound(app).toast[-1].value


VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("overview", {}),
    ("clusters", {"cl_view": "Vary the style"}),
    ("latent_map", {"map_model": "digits-aae-30", "map_colour": "error"}),
    ("retrieve", {}),
    ("interpolate", {"interp_view": "Four corners"}),
    ("arithmetic", {}),
    ("autoencoders", {}),
)


def test_every_view_can_be_pinned_and_opened_again() -> None:
    app = opened()
    for page, query in VIEWS:
        app.query_params.update(query)
        assert sound(click(sound(go(app, page)), "pin")).toast[-1].value.startswith("Pinned")
    slides = deck().all()
    assert [one.page for one in slides] == [page for page, _ in VIEWS]
    for one, (_, query) in zip(slides, VIEWS, strict=True):
        assert size(one)[0] == 1600
        assert "item=digits/92" in one.link
        assert all(f"{name}={value.replace(' ', '+')}" in one.link for name, value in query.items())
        assert one.note.startswith("Data set: Digits")
        assert Image.open(io.BytesIO(one.picture)).getcolors(4) is None, "four colours or fewer"
    links = [link.proto for link in go(app, "deck").get("page_link") if link.proto.label == "Open this view"]
    assert [link.page or "overview" for link in links] == [one.page for one in slides]
    assert all("item=digits" in link.query_string for link in links)


def pixels(one: Slide) -> np.ndarray:
    """Of a slide's picture: (H, W, 3) uint8."""
    return np.asarray(Image.open(io.BytesIO(one.picture)).convert("RGB"))


def test_charts_are_pinned_beside_pictures_on_the_ground_of_the_deck() -> None:
    app = opened("clusters")
    app.query_params["cl_view"] = "Labels"
    for page in ("clusters", "autoencoders"):
        sound(click(go(app, page), "pin"))
    deck().add(slide("dark", picture=picture(10)))
    deck().move(deck().all()[-1].id, -2)
    sound(click(app, "pin"))
    dark, *light, last = deck().all()
    assert dark.title == "dark"
    for one, paper in ((light[0], LIGHT.paper), (light[1], LIGHT.paper), (last, DARK.paper)):
        shown = pixels(one)
        assert tuple(shown[0, 0]) == paper
        for half in (shown[:, :800], shown[:, 800:]):
            assert (abs(half.astype(int) - paper).sum(axis=2) > 60).mean() > 0.01


def test_a_way_is_pinned_as_a_film() -> None:
    click(opened("interpolate"), "pin")
    (made,) = deck().all()
    assert len(deck().frames(made.id)) == 101
    assert "here t = 0.50" in made.caption


def test_nothing_to_pin_is_said() -> None:
    app = click(opened("selections"), "pin")
    assert "no picture here" in app.toast[-1].value
    assert deck().count() == 0


def test_what_could_not_be_pinned_is_not_pinned_later() -> None:
    app = opened("clusters", data="products")
    click(app, "pin")
    sound(app.selectbox(key="data").select("digits").run())
    assert deck().count() == 0
    click(app, "pin")
    assert deck().count() == 1


def three() -> AppTest:
    """The page with slides a, b and c."""
    for name in "abc":
        deck().add(slide(name))
    return opened("deck")


def test_move_delete_and_bring_back() -> None:
    app = three()
    a, b, c = deck().all()
    click(app, f"deck_up_{c.id}")
    assert titles() == ["a", "c", "b"]
    assert app.button(key=f"deck_up_{a.id}").disabled
    click(app, f"deck_delete_{a.id}")
    click(app, f"deck_delete_{b.id}")
    assert titles() == ["c"]
    click(click(app, "deck_undo"), "deck_undo")
    assert titles() == ["a", "c", "b"]
    assert "deck_undo" not in keys(sound(app))
    click(app, "deck_clear")
    assert "Nothing is pinned yet" in text(app)
    click(app, "deck_undo")
    assert titles() == ["a", "c", "b"]


def test_words_are_edited_and_shown_as_they_are() -> None:
    app = three()
    one = deck().all()[1]
    click(app, f"deck_edit_{one.id}")
    app.text_input(key="deck_title").set_value("*New* [title](http://x)")
    app.text_area(key="deck_caption").set_value("line\n<b>two</b>")
    sound(click(app, "deck_write"))
    found = deck().all()[1]
    assert (found.title, found.caption) == ("*New* [title](http://x)", "line\n<b>two</b>")
    assert r"\*New\* \[title\]" in text(app)
    assert "deck_write" not in keys(app)
    click(app, f"deck_edit_{one.id}")
    app.text_input(key="deck_title").set_value(" ")
    click(app, "deck_write")
    assert "needs a title" in app.error[0].value
    assert app.text_area(key="deck_caption").value == "line\n<b>two</b>"


def test_two_tabs_that_edit_the_same_are_told_and_the_second_try_wins() -> None:
    tabs = [three(), opened("deck")]
    one = deck().all()[0]
    for tab, caption in zip(tabs, ("mine", "yours"), strict=True):
        click(tab, f"deck_edit_{one.id}")
        tab.text_area(key="deck_caption").set_value(caption)
    sound(click(tabs[0], "deck_write"))
    click(tabs[1], "deck_write")
    assert "caption is now “mine”" in tabs[1].error[0].value
    assert tabs[1].text_area(key="deck_caption").value == "yours"
    sound(click(tabs[1], "deck_write"))
    assert deck().all()[0].caption == "yours"


def test_a_damaged_deck_is_told_of_and_other_pages_work() -> None:
    path = deck().path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 400)
    app = run("deck")
    assert not app.exception
    assert "is damaged" in app.error[0].value.replace("\\", "")
    app = click(opened("interpolate"), "pin")
    assert app.toast[-1].value.startswith("Not pinned")
    assert path.read_bytes() == b"no database" * 400


def test_files_are_offered() -> None:
    app = three()
    assert {button.proto.label for button in app.get("download_button")} == {"HTML", "PowerPoint", "PNG"}


def test_an_audience_sees_slides_in_turn() -> None:
    app = three()
    deck().add(film_slide())
    app = click(app, "deck_present")
    assert (app.title[0].value, address(app, "slide"), address(app, "present")) == ("a", "1", "1")
    assert shown(app, "presenter")["on"] is True
    for step, title in ((1, "b"), (1, "c"), (1, "It moves"), (1, "It moves"), (-1, "c")):
        app.session_state["presenter"] = {"step": step}
        assert sound(app.run()).title[0].value == title
        del app.session_state["presenter"]
    assert address(app, "slide") == "3"
    app.session_state["presenter"] = {"leave": True}
    assert sound(app.run()).title[0].value == "Deck"
    assert (address(app, "present"), address(app, "slide")) == (None, None)


def test_a_slide_opens_by_its_address() -> None:
    three()
    for asked, title in (("2", "b"), ("99", "c"), ("0", "a"), ("x", "a"), ("-1", "a")):
        assert opened("deck", present="1", slide=asked).title[0].value == title


def test_a_page_before_an_audience_has_its_picture_and_no_card() -> None:
    app = opened("interpolate", present="1")
    assert shown(app, "presenter") == {"on": True, "first": ["interp_t", "interp_cell", "interp_value"]}
    assert not [e for e in app.get("bidi_component") if e.proto.id.endswith("-card_pair")]
    assert shown(app, "interp_t")["size"] > shown(opened("interpolate"), "interp_t")["size"]
    app.session_state["presenter"] = {"leave": True}
    assert [e for e in sound(app.run()).get("bidi_component") if e.proto.id.endswith("-card_pair")]


def test_the_map_is_drawn_where_its_points_are(tiny_checkpoints: Path) -> None:
    found = maps.points("digits-aae-30", "umap")
    colour = Colour("label", "Label", tuple("0123456789"), tuple(range(10)))
    whole = mapshot.window(found, "")
    x, y, across = whole
    assert mapshot.window(found, "nonsense") == mapshot.window(found, "1,2,nan") == whole
    drawn = np.asarray(mapshot.tints(found.label, colour, LIGHT))
    assert (drawn == mapshot.groups(LIGHT)[found.label]).all()
    one = maps.MapPoints(*(a[:1] for a in (found.index, found.xy, found.label, found.error)))
    at = mapshot.window(one, f"{one.xy[0, 0]},{one.xy[0, 1]},5")
    canvas = np.zeros((50, 80, 3), np.uint8)
    mapshot.stamp(canvas, np.array([[40.0, 25.0]]), np.array([[9, 8, 7]], np.uint8), 10)
    rows, columns = np.nonzero(canvas[..., 0])
    assert (rows.mean(), columns.mean()) == (25, 40)
    assert abs(len(rows) - np.pi * 25) < 6
    assert at[:2] == pytest.approx(one.xy[0])


def test_the_map_file_holds_points_and_pictures_and_loads_nothing() -> None:
    found = maps.points("digits-aae-30", "umap")
    hostile = ("</script><b>x", *"123456789")
    page = mapfile.page("digits-aae-30", "umap", found, [Colour("label", "Label", hostile, tuple(range(10)))])
    (inside,) = re.findall(r'<script type="application/json" id="morphospace-map">(.*?)</script>', page, re.S)
    file = json.loads(inside)
    assert file["data"]["colours"][0]["names"][0] == hostile[0]
    columns, _ = geometry.unpack(base64.b64decode(file["points"]))
    assert (columns["x"] == found.xy[:, 0].astype(np.float32)).all()
    sheet = Image.open(io.BytesIO(base64.b64decode(file["sheet"].partition(",")[2])))
    index = int(found.index[3])
    place = file["places"][str(index)]
    left, top = (place % file["columns"]) * 28, place // file["columns"] * 28
    cut = np.asarray(sheet.crop((left, top, left + 28, top + 28)))
    assert (cut == item_data.looks("digits-aae-30", np.array([index]))[0, ..., 0]).all()
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "default-src 'none'" in page


def photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the digits a data set whose originals are photos that stay on the machine."""
    monkeypatch.setattr(pins, "PHOTOS", ("digits",))
    monkeypatch.setattr(mapfile, "PHOTOS", ("digits",))


def test_photos_are_rebuilt_before_they_are_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    photos(monkeypatch)
    click(opened("retrieve"), "pin")
    (one,) = deck().all()
    assert pins.KEPT_BACK in one.note
    originals = item_data.originals("digits-aae-30", resources.gallery("digits-aae-30").index[:4])
    assert originals is not None
    row = pins.without_photos(Row(originals, "Title"), np.array([True, False, True, True]), "digits")
    kept = [(a == b).all() for a, b in zip(row.images, originals, strict=True)]
    assert kept == [False, True, False, False]
    own = resources.first("digits")
    assert own is not None
    runner = resources.runner(own)
    assert (row.images[0] == runner.decode(runner.encode(originals[[0, 2, 3]]))[0]).all()
    other = Row(np.zeros((2, 9, 9, 1), np.uint8), captions=("a", "b"))  # of a size that no model knows
    left = pins.without_photos(other, np.array([True, False]), "digits")
    assert (left.captions, len(left.images)) == (("b",), 1)


def test_a_page_of_photos_alone_is_not_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    photos(monkeypatch)
    app = click(opened("overview"), "pin")
    assert "photos of the data set alone" in app.toast[-1].value
    assert deck().count() == 0


def test_no_photo_is_in_the_map_file(monkeypatch: pytest.MonkeyPatch) -> None:
    photos(monkeypatch)
    index = resources.gallery("digits-aae-30").index[:5]
    pictures, rebuilt = mapfile.looks("digits-aae-30", index)
    assert rebuilt
    assert (pictures == item_data.reconstructions("digits-aae-30", np.arange(5))).all()
    found = maps.points("digits-aae-30", "umap")
    assert "rebuilt by the model" in mapfile.told("digits-aae-30", found, 5, rebuilt)
