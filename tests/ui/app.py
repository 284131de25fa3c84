"""The dashboard without a browser: open a page, make sure that it shows no error, read what is on it."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from core.settings import ROOT
from dashboard import navigation
from dashboard.address import URL

APP = ROOT / "dashboard" / "shell.py"


def run(page: str = navigation.DEFAULT, **query: str) -> AppTest:
    """A page after its first run, with a query in the URL; it may show errors."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params.update(query)
    return go(app, page)


def go(app: AppTest, page: str) -> AppTest:
    """``app`` on another page."""
    return app.switch_page(str(navigation.path(page))).run()


def sound(app: AppTest) -> AppTest:
    """``app``, if it shows no error."""
    assert not app.exception
    assert not [error.value for error in app.error]
    return app


def opened(page: str = navigation.DEFAULT, **query: str) -> AppTest:
    """A page that opened without an error, with a query in the URL."""
    return sound(run(page, **query))


def choose(app: AppTest, key: str, value: str) -> AppTest:
    """``app`` after a segment was picked."""
    return sound(app.button_group(key=key).set_value(value).run())


def text(app: AppTest) -> str:
    """All that is written on the page and in the sidebar."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.error, app.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def address(app: AppTest, name: str) -> str | None:
    """What the URL says of ``name`` after the run."""
    value = {**app.query_params, **app.session_state[URL]}.get(name)
    return value[-1] if isinstance(value, list) else value


def shown(app: AppTest, key: str) -> dict[str, Any]:
    """What a component was given."""
    for element in app.get("bidi_component"):
        if element.proto.id.endswith(f"-{key}"):
            return json.loads(element.proto.json)[0]
    raise AssertionError(f"no component {key}")
