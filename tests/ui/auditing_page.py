"""Steps on the page of audits, for the tests of the review and of what is around it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.audit.decisions import Decisions
from dashboard import audit_case
from tests import planted
from tests.ui.app import opened, shown, sound


def page(**query: str) -> AppTest:
    return opened("audit", data=planted.NAME, **query)


def said(home: Path) -> dict[tuple[str, int, int], tuple[str, str]]:
    return {one.key: (one.verdict, one.label) for one in Decisions.under(home).all(planted.NAME)}


def token(app: AppTest) -> str:
    return str(shown(app, audit_case.KEY)["token"])


def items(app: AppTest) -> list[int]:
    return [int(item) for item in token(app).rpartition(":")[2].split("-")]


def click(app: AppTest, does: str) -> AppTest:
    return sound(app.button(key=f"audit_do_{does}").click().run())
