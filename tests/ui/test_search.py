"""Search and Chat: what is understood is said, what fits comes first, and a turn can be taken back."""

import io
import re
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import checkpoints, kinds
from core.datasets import products as fashion_products
from core.settings import ROOT
from dashboard import chats, ranking, searching
from dashboard.phrasebook import BOOKS
from tests import tiny_products
from tests.ui.app import address, go, opened, run, shown, sound, text


@pytest.fixture(autouse=True)
def products(tiny_products_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dashboard on untrained models of made-up products."""
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tiny_products_root))
    monkeypatch.setenv("MORPHOSPACE_DATA", str(tiny_products.data_beside(tiny_products_root)))
    return tiny_products_root


def known(root: Path) -> Any:
    """What can be searched."""
    return checkpoints.load_items(root, checkpoints.read_card(root, checkpoints.TEXT))


def picks(app: AppTest, key: str, row: int) -> AppTest:
    """``app`` after a picture was pressed."""
    app.session_state[key] = {"picked": {"row": row, "token": shown(app, key)["sheet"]["token"]}}
    app = sound(app.run())
    del app.session_state[key]  # in a browser it holds for one run
    return app


def test_a_first_visit_opens_on_an_example_that_works(products: Path) -> None:
    app = opened("search")
    assert wishes(app) == [BOOKS["products"].wish]
    assert "Understood: **red**" in text(app)
    assert len(shown(app, "srch_found")["spoken"]) == 24
    start = address(app, searching.FROM)
    assert start is not None
    assert start.startswith("products/")
    held = known(products)
    name = held.captions[list(held.index).index(int(start.partition("/")[2]))]
    assert not any(spoken.startswith(f"{name},") for spoken in shown(app, "srch_found")["spoken"][:1])


def test_words_alone_rank_by_their_vector_and_what_is_called_so_comes_first(products: Path) -> None:
    app = opened("search", srch_from="none", srch_words="red shirts for women")
    held, card = known(products), checkpoints.read_card(products, checkpoints.TEXT)
    from core.products import Matcher

    matcher = Matcher(checkpoints.load_model(products, card), checkpoints.load_lexicon(products, card))
    scores = held.z @ matcher.embed_text(["red shirts for women"])[0]
    shirts = [bool(kind == "Shirts") for kind in held.fields["type"]]
    near = scores >= scores.max() - kinds.MARGIN
    order = sorted(range(len(scores)), key=lambda row: (not (shirts[row] and near[row]), -scores[row]))[:24]
    assert [float(c) for c in shown(app, "srch_found")["captions"]] == pytest.approx(
        scores[order].tolist(), abs=0.0051
    )
    assert "Products that the shop calls **shirt** come first" in text(app)


def test_a_pressed_product_is_the_next_start_and_can_be_taken_back() -> None:
    app = opened("search", srch_from="none", srch_words="blue ties")
    app = picks(app, "srch_found", 2)
    assert address(app, searching.FROM) != "none"
    assert wishes(app) == []
    app = sound(app.button(key="srch_past_0").click().run())
    assert address(app, searching.FROM) == "none"
    assert wishes(app) == ["blue ties"]


RAW = re.compile(r"(?<!\\)<img|(?<!\\)<b>|(?<!\\)\]\(http")  # what Markdown would make more than text of
HOSTILE = {
    "🙂🙂": "Not known, so left out: 🙂, 🙂",
    "xyzzy <b>bold</b> [x](http://y) ![z](http://e/f.png)": "Not known",
    "<img src=x onerror=alert(1)>": "Not known",
    "ein rotes Hemd": "Not known",
    "赤いドレス": "Not known",
    "فستان أحمر": "Not known",
    "red " * 60: "Only the first",
    "'; DROP TABLE items; --": "Not known",
    "# Heading\n\n***\n$x^2$ :red[y]": "Not known",
    "\u202ered shirt\u0000": "Understood",
}


def test_any_words_get_a_sensible_answer_on_both_pages() -> None:
    app = opened("search", srch_from="none", srch_words=" ")
    assert "Say something" in text(app)
    for words, told in HOSTILE.items():
        app = sound(app.text_input(key=searching.SAY).set_value(words).run())
        assert told in text(app)
        assert not RAW.search(text(app))
        app = sound(app.button(key="srch_drop_0").click().run())
        assert wishes(app) == []
    app = go(app, "chat")
    for words, told in HOSTILE.items():
        app = sound(app.chat_input(key="chat_said").set_value(words).run())
        assert told in text(app)
        assert not RAW.search(text(app))


def test_ten_thousand_words_in_a_link_are_cut_and_told() -> None:
    app = opened("search", srch_from="none", srch_words="red " * 10_000)
    assert [
        len(wish) <= searching.LONGEST + 1 for wish in searching.wishes(str(address(app, searching.WORDS)))
    ] == [True]
    assert "Only the first" in text(app)


def huge() -> bytes:
    """A PNG of 30,000 x 30,000 pixels that has 109 KB, by its header alone."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    rest = b"IDAT" + zlib.compress(b"\0" * 1000)
    parts = (chunk, rest, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not a PNG, JPEG or WebP"),
        (b"no picture", "not a PNG, JPEG or WebP"),
        (huge(), "4,096 a side is the most"),
    ],
)
def test_a_file_that_is_no_picture_is_told_and_the_search_goes_on(content: bytes, told: str) -> None:
    app = opened("search").file_uploader(key="srch_file").upload("a.png", content, "image/png").run()
    assert not app.exception
    (error,) = [element.value for element in app.error]
    assert told in error
    assert "Try another picture" in error
    assert wishes(app) == [BOOKS["products"].wish]
    assert len(shown(app, "srch_found")["spoken"]) == 24


@pytest.mark.parametrize("link", ["products/99999999", "digits/4", "upload/0123456789ab", "nonsense"])
def test_a_stale_link_is_told_and_an_example_shown(link: str) -> None:
    app = opened("search", srch_from=link)
    assert any("Showing another" in element.value for element in [*app.warning, *app.info, *app.toast])
    assert len(shown(app, "srch_found")["spoken"]) == 24


def test_without_models_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tmp_path))
    for page in ("search", "chat"):
        app = run(page)
        assert not app.exception
        assert not app.error
        assert "No models of products here" in text(app)


def test_without_pictures_captions_are_shown(products: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MORPHOSPACE_DATA")
    app = opened("search", srch_from="none", srch_words="red")
    assert "No pictures of products" in text(app)
    (listed,) = [element.value for element in app.markdown if element.value.startswith("1. ")]
    assert {line.removeprefix("1. ") for line in listed.splitlines()} <= set(known(products).captions)


def test_the_chat_answers_each_wish_and_goes_on() -> None:
    app = opened("chat")
    app = sound(app.chat_input(key="chat_said").set_value("a blue shirt and red ties").run())
    assert len(shown(app, "chat_1_0")["spoken"]) == chats.EACH
    assert all("Shirts" in spoken for spoken in shown(app, "chat_1_0")["spoken"])
    assert all("Ties" in spoken for spoken in shown(app, "chat_1_1")["spoken"])
    app = sound(app.chat_input(key="chat_said").set_value("the same in green").run())
    assert "so this is said of" in text(app)
    app = sound(app.chat_input(key="chat_said").set_value("qwertz").run())
    assert "I do not know a word of that" in text(app)


def test_a_thing_of_which_there_are_few_is_told(products: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ties = int((known(products).fields["type"] == "Ties").sum())
    monkeypatch.setattr(ranking, "RARE", ties + 1)
    assert f"Only **{ties}** of the" in text(opened("search", srch_from="none", srch_words="green ties"))


def test_the_chat_begins_anew() -> None:
    app = opened("chat")
    app = sound(next(button for button in app.button if button.label == "Begin anew").click().run())
    assert "Write, for example" in text(app)


def test_an_upload_is_what_the_words_are_said_of() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (90, 120), (200, 30, 30)).save(buffer, "PNG")
    app = opened("search", srch_words="in blue")
    app = sound(app.file_uploader(key="srch_file").upload("shirt.png", buffer.getvalue(), "image/png").run())
    assert str(address(app, searching.FROM)).startswith("upload/")
    assert wishes(app) == ["in blue"]


def says(app: AppTest, wish: str) -> AppTest:
    """``app`` after a wish was typed."""
    return sound(app.text_input(key=searching.SAY).set_value(wish).run())


def test_wishes_are_a_thread_that_the_url_carries_and_each_can_be_taken_away() -> None:
    app = opened("search", srch_from="none", srch_words="red ties")
    app = says(says(app, "for women"), "  ")
    assert wishes(app) == ["red ties", "for women"]
    assert app.text_input(key=searching.SAY).value == ""
    assert address(app, searching.WORDS) == "red ties|for women"
    both = shown(app, "srch_found")["sheet"]["token"]
    app = sound(app.button(key="srch_drop_0").click().run())
    assert wishes(app) == ["for women"]
    assert shown(app, "srch_found")["sheet"]["token"] != both
    again = opened("search", srch_from=str(address(app, searching.FROM)), srch_words="red ties|for women")
    assert shown(again, "srch_found")["sheet"]["token"] == both


def test_too_many_wishes_are_told_and_none_is_lost() -> None:
    words = "|".join(f"red {n}" for n in range(searching.MOST))
    app = says(opened("search", srch_from="none", srch_words=words), "blue | ties")
    assert len(wishes(app)) == searching.MOST
    assert any("take one away" in info.value for info in app.info)


def test_two_turns_are_one_turn_after_the_other(products: Path) -> None:
    held = known(products)
    row = 5
    app = opened("search", srch_from=f"products/{held.index[row]}", srch_words="in red|for women")
    from core import product_bench

    matcher, composer = product_bench.load_matcher(products), product_bench.load_composer(products)
    beliefs = checkpoints.load_codes(products, checkpoints.read_card(products, checkpoints.COMPOSER))
    dim, sizes = matcher.dim, composer.model.config.kinds
    vector, fields = held.z[row], np.split(np.exp(beliefs[row]), np.cumsum(sizes)[:-1])
    for wish in ("in red", "for women"):
        code = np.concatenate([vector, np.log(np.maximum(np.concatenate(fields), 1e-3))])
        target = composer.targets(code[None], matcher.embed_text([wish]))[0]
        vector, parts = target[:dim] / np.linalg.norm(target[:dim]), np.split(target[dim:], np.cumsum(sizes)[:-1])
        fields = [part / part.sum() for part in parts]
    weight, counts = np.linalg.norm(target[:dim]), target[dim:]
    told = weight * (held.z @ vector - 1) + (beliefs * counts).sum(1)
    scores = np.delete(np.exp(told / (weight + counts.sum())), row)
    assert [float(c) for c in shown(app, "srch_found")["captions"]] == pytest.approx(
        np.sort(scores)[::-1][:24].tolist(), abs=0.0051
    )


def test_the_plain_search_by_colour_stands_beside(products: Path) -> None:
    held, row = known(products), 5
    app = opened("search", srch_from=f"products/{held.index[row]}", srch_words=" ")
    file = tiny_products.data_beside(products) / fashion_products.FOLDER / fashion_products.FILE
    image = fashion_products.read(file).image(int(held.index[row]))
    own = np.zeros(512, int)
    for red, green, blue in (image.reshape(-1, 3).astype(int) * 8 // 256).tolist():
        own[64 * red + 8 * green + blue] += 1
    shares = np.delete(np.minimum(held.colours, own).sum(1) / own.sum(), row)
    assert [float(c) for c in shown(app, "srch_tones")["captions"]] == pytest.approx(
        np.sort(shares)[::-1][:10].tolist(), abs=0.0051
    )
    assert "of these 10" in text(app)


def test_the_shipped_models_imagine_what_is_looked_for_and_need_no_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MORPHOSPACE_CHECKPOINTS", "MORPHOSPACE_DATA"):
        monkeypatch.delenv(name)
    app = opened("search")
    assert shown(app, "srch_imagined")["marks"] == ["generated"]
    assert "colour **Red** (was Blue)" in text(app)
    assert "A reader trained apart sees just that in it" in text(app)
    for key, count in (("srch_found", 24), ("srch_tones", 10)):
        assert len(shown(app, key)["spoken"]) == count
    assert "pictures are rebuilt from codes" in text(app)
    imagined = shown(app, "srch_imagined")["sheet"]["token"]
    assert shown(says(app, "for women"), "srch_imagined")["sheet"]["token"] != imagined
    app = sound(go(app, "chat"))
    assert shown(app, "chat_0_0")["marks"] == ["generated"] + [""] * chats.EACH


def test_a_search_goes_on_without_what_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (checkpoints.TEXT, checkpoints.COMPOSER, checkpoints.PICTURES, checkpoints.PICTURE_GAN):
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    (tmp_path / checkpoints.PICTURE_GAN / checkpoints.MODEL).write_bytes(b"damaged")
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tmp_path))
    app = opened("search")
    assert len(shown(app, "srch_found")["spoken"]) == 24
    assert "to the picture; under each: share of pixels" in text(app)
    assert "1 model left out" in [expander.label for expander in app.sidebar.expander]


def test_every_product_that_can_be_found_has_a_code_to_rebuild_it_from() -> None:
    held = known(ROOT / "checkpoints")
    gallery = checkpoints.load_gallery(
        ROOT / "checkpoints", checkpoints.read_card(ROOT / "checkpoints", checkpoints.PICTURES)
    )
    assert set(held.index.tolist()) <= set(gallery.index.tolist())
    assert held.colours is not None
    assert (held.colours.sum(1) == 64 * 64).all()


def wishes(app: AppTest) -> list[str]:
    """The wishes on their buttons."""
    return [button.label for button in app.button if str(button.key).removeprefix("srch_drop_").isdecimal()]
