"""Search, Chat and Describe on fashion, by the shipped models: the data set decides, and each keeps its own."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import describing
from dashboard.phrasebook import BOOKS
from tests.ui.app import address, go, opened, shown, sound, text

DRESS = "fashion/66723"


def called(app: AppTest, *words: str) -> int:
    """How many of the first dozen that are found are called by all ``words``."""
    return sum(all(word in spoken for word in words) for spoken in shown(app, "srch_found")["spoken"][:12])


def test_the_data_set_decides_what_is_searched_and_each_has_its_own_way_back() -> None:
    app = opened("search", item=DRESS)
    assert str(address(app, "srch_from")).startswith("fashion/")
    assert "Understood: **darker**" in text(app)
    assert "Best first, of 5,000 articles" in text(app)
    assert called(app, "dark", "dress") >= 10
    app = sound(app.selectbox(key="data").select("products").run())
    assert str(address(app, "srch_from")).startswith("products/")
    assert app.session_state["srch_words"] == BOOKS["products"].wish
    assert "Before" not in text(app)


def test_what_a_person_wrote_stays_when_the_data_set_changes() -> None:
    app = opened("search", item=DRESS, srch_from="none", srch_words="a grey bag")
    assert called(app, "grey", "bag") >= 10
    app = sound(app.selectbox(key="data").select("products").run())
    assert app.session_state["srch_words"] == "a grey bag"


def test_a_data_set_without_words_is_served_with_products() -> None:
    app = opened("search", item="digits/92")
    assert str(address(app, "srch_from")).startswith("products/")
    assert "products; under each" in text(app)


def test_the_chat_knows_bags_and_sneakers() -> None:
    app = opened("chat", item=DRESS)
    assert all("bag" in spoken for spoken in shown(app, "chat_0_0")["spoken"][1:4])
    assert all("sneaker" in spoken for spoken in shown(app, "chat_0_1")["spoken"][1:4])
    app = sound(app.chat_input(key="chat_said").set_value("the same but darker").run())
    assert "so this is said of" in text(app)
    assert all("dark" in spoken and "sneaker" in spoken for spoken in shown(app, "chat_1_0")["spoken"][1:4])
    app = sound(app.selectbox(key="data").select("products").run())
    assert BOOKS["products"].message in text(app)
    assert "darker" not in text(app)


@pytest.mark.parametrize("phrase", ["ankle boot with heel", "🙂", "<b>x</b> dress"])
def test_pictures_of_a_phrase_are_drawn(phrase: str) -> None:
    app = opened("describe", item=DRESS, desc_words=phrase)
    assert len(shown(app, "desc_made")["captions"]) == describing.COUNT
    assert "articles most like it" in text(app).lower()


def test_describe_suggests_what_suits_the_data_set() -> None:
    app = opened("describe", item=DRESS)
    assert app.text_input(key="desc_words").value == BOOKS["fashion"].first
    first = shown(app, "desc_made")["sheet"]["token"]
    app = sound(app.selectbox(key="data").select("products").run())
    assert app.text_input(key="desc_words").value == BOOKS["products"].first
    assert shown(app, "desc_made")["sheet"]["token"] != first
    app = sound(go(app, "search"))
    assert str(address(app, "srch_from")).startswith("products/")


def test_what_is_looked_for_is_drawn_in_the_words_of_the_data_set() -> None:
    app = opened("search", item=DRESS)
    assert shown(app, "srch_imagined")["marks"] == ["generated"]
    assert "kind **Dress**, tone **dark** (was light), shape **short**" in text(app)
    assert "By colour alone" not in text(app)
    assert "There are no words" not in text(app)


@pytest.mark.parametrize("page", ["search", "chat", "describe"])
def test_a_page_says_so_where_the_data_set_has_no_words(page: str) -> None:
    app = opened(page, item="digits/92")
    assert "here: this page is about products." in text(app)
    assert app.selectbox(key="data").value == "digits"


def test_a_drawn_article_can_be_varied_searched_from_and_taken_along() -> None:
    app = sound(opened("describe", item=DRESS).button(key="desc_vary").click().run())
    assert "Tones" in [group.label for group in app.button_group]
    app = sound(app.button(key="desc_send_search").click().run())
    assert str(address(app, "srch_from")).startswith("upload/")
    app = sound(go(app, "search"))
    assert "kind **" in text(sound(app.text_input(key="srch_say").set_value("darker").run()))
    app = sound(app.button(key="srch_send_retrieve").click().run())
    assert app.session_state["data"] == "fashion"
