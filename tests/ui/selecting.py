"""Steps on the page of selections, for the tests of what is chosen and of what is kept."""

import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from core.saved import Saved
from core.settings import Settings
from core.store import Store
from dashboard import resources
from tests.ui.app import opened, sound

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
