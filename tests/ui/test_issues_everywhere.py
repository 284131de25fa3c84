"""What an audit found is marked on every page that shows items, narrows what is listed, and leads to its case."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.audit.decisions import Decision, Decisions
from core.board import LIGHT
from dashboard import audit_case, item_issues, mapshot, pins, seen, shop, words
from dashboard.audit_words import KINDS
from dashboard.shop import Query
from tests import planted
from tests.ui.app import address, choose, go, opened, shown, sound, text

DROPPED, JUDGED = 3, 5  # items of pairs


@pytest.fixture(scope="session")
def made(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an audited set and a model of it that has categories; read-only by convention."""
    root = tmp_path_factory.mktemp("everywhere")
    planted.bring(root / "home", root / "source")
    planted.model(root / "home", tiny_root, "digits-aae-30")
    planted.audit(root / "home")
    known = Decisions.under(root / "home")
    known.decide(planted.NAME, [Decision("outlier", DROPPED, "drop")], "x")
    return root / "home"


def page(name: str, **query: str) -> AppTest:
    return opened(name, data=planted.NAME, **query)


def expected() -> dict[int, str]:
    """The mark of every item, worked out anew: what is dropped, what has an issue, nothing."""
    marks = dict.fromkeys(range(planted.COUNT), "")
    for issue in planted.made_up().issues.values():
        cases = issue.found_pairs().tolist() if len(issue.pairs) else [[row] for row in issue.found().tolist()]
        for case in cases:
            # A case with an item that is dropped needs no verdict any more.
            marks |= dict.fromkeys(case, "issue") if DROPPED not in case else {}
    return marks | {DROPPED: "drop"}


def marked(app: AppTest, key: str) -> dict[int, str]:
    """Item -> mark, as a gallery was given them."""
    data = shown(app, key)
    items = [int(re.findall(rf"{planted.NAME}/(\d+)", text)[0]) for text in data["spoken"]]
    assert len(items) == data["sheet"]["count"]
    return dict(zip(items, data["issues"] or [""] * len(items), strict=True))


def test_every_gallery_of_items_is_marked(home: Path) -> None:
    known = expected()
    assert {"", "issue", "drop"} == set(known.values())
    app = page("retrieve", item=f"{planted.NAME}/4", retr_k="20")
    galleries = {
        "retrieve": (f"retr_row_{planted.MODEL}", "card_neighbours"),
        "clusters": ("cl_most", "cl_least"),
        "interpolate": ("interp_nearest",),
        "arithmetic": ("sum_nearest",),
        "autoencoders": ("ae_Original",),
    }
    for name, keys in galleries.items():
        if name != "retrieve":
            app.query_params["ae_more"] = "AAE"
            go(app, name)
        for key in keys:
            found = marked(sound(app), key)
            assert found == {item: known[item] for item in found}, (name, key)
        if name == "arithmetic":
            trays = shown(app, "sum_trays")["pictures"]
            items = {int(entry): one["issue"] for entry, one in trays.items() if entry.isdigit()}
            assert items
            assert items == {item: known[item] for item in items}
            assert not any(one["issue"] for entry, one in trays.items() if not entry.isdigit())


def test_a_slide_says_in_words_what_the_marks_say(home: Path) -> None:
    said = {"": "", "issue": "to review", "drop": "dropped"}
    app = page("retrieve", item=f"{planted.NAME}/4", retr_k="20")
    key = f"retr_row_{planted.MODEL}"
    (row,) = app.session_state[seen.SEEN][key].rows
    marks = list(marked(app, key).values())
    assert set(marks) == set(said)
    assert [caption.partition("\n")[2] for caption in row.captions] == [said[mark] for mark in marks]


def test_without_an_audit_nothing_is_asked_or_marked(home: Path) -> None:
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    app = page("retrieve")
    assert not shown(app, f"retr_row_{planted.MODEL}")["issues"]
    keys = {group.key for group in app.button_group}
    assert "retr_metric" in keys
    assert "retr_issues" not in keys


def test_what_retrieve_searches_is_narrowed_and_stands_in_the_link(home: Path) -> None:
    known = expected()
    key = f"retr_row_{planted.MODEL}"
    app = page("retrieve", item=f"{planted.NAME}/4", retr_k="20")
    every = marked(app, key)
    choose(app, "retr_issues", "left")
    left = marked(app, key)
    order = [item for item in every if known[item] != "drop"]
    assert DROPPED in every
    assert list(left)[: len(order)] == order
    choose(app, "retr_issues", "waiting")
    assert set(marked(app, key).values()) == {"issue"}
    assert set(marked(page("retrieve", retr_issues="To review"), key).values()) == {"issue"}
    go(go(app, "overview"), "retrieve")
    assert app.button_group(key="retr_issues").value == "waiting"


def test_members_of_a_category_are_narrowed_and_selected(home: Path) -> None:
    known = expected()
    app = page("clusters", item=f"{planted.NAME}/{DROPPED}")
    members = {**marked(app, "cl_most"), **marked(app, "cl_least")}
    assert DROPPED in members
    choose(app, "cl_issues", "left")
    assert DROPPED not in {**marked(app, "cl_most"), **marked(app, "cl_least")}
    (select,) = (button for button in app.button if button.label.startswith("Select all"))
    sound(select.click().run())
    chosen = app.session_state["_selection"][planted.NAME]
    assert chosen
    assert all(known[item] != "drop" for item in chosen)
    assert select.label == f"Select all {len(chosen)}"


@pytest.mark.parametrize("colour", ["review", "issue_outlier"])
def test_a_map_coloured_by_issues_can_be_pinned(home: Path, colour: str) -> None:
    app = page("latent_map", map_colour=colour)
    sound(app.button(key="pin").click().run())
    assert app.toast[-1].value.startswith("Pinned")
    (made,) = pins.deck().all()
    shown = np.asarray(Image.open(io.BytesIO(made.picture)).convert("RGB")).reshape(-1, 3)
    tints = mapshot.groups(LIGHT)[[10, 1, 8]] if colour == "review" else mapshot.ramp(LIGHT)[[0, 255]]
    for tint in tints:
        assert (abs(shown.astype(int) - tint).sum(axis=1) < 6).sum() > 20, tint


def test_the_plain_chart_is_coloured_by_issues_too(home: Path) -> None:
    known = expected()
    app = choose(page("latent_map", map_plain="true"), "map_colour", "review")
    (spec,) = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    told = {trace["name"]: len(points(trace)) for trace in spec["data"] if "name" in trace}
    states = list(known.values())
    assert [told[name] for name in ("no issue", "to review", "dropped")] == [
        states.count(mark) for mark in ("", "issue", "drop")
    ]
    assert "reviewed" not in told
    choose(app, "map_colour", "issue_outlier")
    (spec,) = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    none, shaded, *_ = spec["data"]
    some = planted.made_up().issues["outlier"].found()
    assert (len(points(shaded)), len(points(none))) == (len(some), planted.COUNT - len(some))


def points(trace: dict[str, Any]) -> np.ndarray:
    """Items of a trace, as Plotly packs them."""
    packed = trace["customdata"]
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def links(app: AppTest) -> dict[str, dict[str, str]]:
    """The links to cases on the card: kind -> query."""
    queries = [dict(parse_qsl(link.proto.query_string)) for link in app.get("page_link")]
    return {query[item_issues.CASE].partition(":")[0]: query for query in queries if item_issues.CASE in query}


def follow(app: AppTest, kind: str) -> AppTest:
    """Go where the link to a case leads."""
    query = links(app)[kind]
    app.query_params.clear()
    app.query_params.update(query)
    return sound(go(app, "audit"))


def test_a_link_to_no_case_opens_the_page_as_it_is(home: Path) -> None:
    app = page("audit", audit_kind="outlier")
    before = shown(app, audit_case.KEY)["token"]
    for case in ("near", "near:", "near:99999", "nothing:5", "near:-1", "near:٣", "near:" + "9" * 5000, ":"):
        app.query_params[item_issues.CASE] = case
        assert shown(sound(go(app, "audit")), audit_case.KEY)["token"] == before


def test_the_card_tells_of_issues_and_leads_to_a_case(home: Path) -> None:
    app = page("retrieve", item=f"{planted.NAME}/{JUDGED}")
    findings = planted.made_up()
    own = [kind for kind in KINDS if kind in findings.issues and has(kind, JUDGED)]
    assert set(links(app)) == set(own)
    assert words.literal("Near copy of mine/6 0.95, to review") in text(app)
    follow(app, "near")
    assert app.title[0].value == "Audit"
    assert address(app, "audit_kind") == "near"
    assert address(app, item_issues.CASE) is None
    assert shown(app, audit_case.KEY)["token"] == f"{planted.NAME}:near:5-6"
    sound(app.button(key="audit_do_fine").click().run())
    go(app, "retrieve")
    assert words.literal("Near copy of mine/6 0.95, not a problem") in text(app)


def test_a_case_below_the_readers_threshold_can_be_opened_too(home: Path) -> None:
    worst, *_, mildest = planted.made_up().issues["blank"].found().tolist()
    app = page("audit", audit_kind="blank", audit_from="0.99")
    app.query_params.clear()
    app.query_params["item"] = f"{planted.NAME}/{mildest}"
    go(app, "retrieve")
    follow(app, "blank")
    assert shown(app, audit_case.KEY)["token"] == f"{planted.NAME}:blank:{mildest}" != worst


def has(kind: str, item: int) -> bool:
    issue = planted.made_up().issues[kind]
    return bool(np.isin(item, issue.found_pairs() if len(issue.pairs) else issue.found()))


def test_words_of_every_kind() -> None:
    for kind in KINDS:
        told = item_issues.Case(kind, (1,), 0, 0.5, "to review").told("mine", 1)
        assert told[0].isupper()
        assert told.endswith(" 0.50, to review")


def test_a_search_answers_with_what_is_left_without_what_it_started_from() -> None:
    score, left = np.array([0.1, 0.9, 0.5, 0.7, 0.7]), np.array([True, True, False, True, True])
    assert shop.ranked(score, Query("", own=1, left=left), k=9).rows.tolist() == [3, 4, 0]
    assert shop.ranked(score, Query("", own=1), k=3).rows.tolist() == [3, 4, 2]
    assert left[1]  # what was given stays as it was
