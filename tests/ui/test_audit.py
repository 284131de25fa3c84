"""The review of an audit: every kind, every verdict, by button and by key."""

from pathlib import Path

import pytest

from core.audit.decisions import Decisions
from core.deck import Deck
from core.settings import Settings
from dashboard import audit_case, audit_words, verdicts
from tests import planted
from tests.ui.app import address, shown, sound, text
from tests.ui.auditing_page import click, items, page, said, token
from tests.ui.selecting import click as click_key

KINDS = [kind for kind in audit_words.KINDS if kind != "group"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_opens_with_its_worst_case(home: Path, kind: str) -> None:
    app = page(audit_kind=kind)
    issue = planted.made_up().issues[kind]
    worst = issue.found_pairs()[0].tolist() if len(issue.pairs) else [int(issue.found()[0])]
    assert items(app) == worst
    assert audit_words.KINDS[kind].what in text(app)
    assert len(shown(app, audit_case.KEY)["figures"]) == (3 if len(worst) == 2 else 2)
    assert address(app, "audit_kind") == kind


def test_tabs_count_what_is_left(home: Path) -> None:
    app = page(audit_kind="near")
    assert [option.content for option in app.button_group(key="audit_tabs").proto.options][3] == "Near copies · 3"
    click(app, "fine")
    assert [option.content for option in app.button_group(key="audit_tabs").proto.options][3] == "Near copies · 2"


def test_a_kind_without_a_case_is_one_click_further_away(home: Path) -> None:
    app = page(audit_kind="dark", audit_from="1")
    sound(app.button_group(key="audit_tabs").set_value("near").run())
    assert "Dark" not in " ".join(option.content for option in app.button_group(key="audit_tabs").proto.options)
    sound(app.button_group(key="audit_rest").set_value("dark").run())
    assert address(app, "audit_kind") == "dark"
    assert "No items from this severity on" in app.success[0].value


def test_the_case_is_pinned_with_a_sentence_on_it(home: Path) -> None:
    sound(click_key(page(audit_kind="near"), "pin"))
    (made,) = Deck.under(Settings.from_environment().cache).all()
    assert made.caption.startswith("Near copies in ")
    assert "case 1 of 3 pairs, severity 0." in made.caption


@pytest.mark.parametrize("verdict", ["keep", "drop", "fine"])
def test_a_verdict_is_kept_and_the_next_case_comes(home: Path, verdict: str) -> None:
    app = page(audit_kind="outlier")
    first, second = planted.made_up().issues["outlier"].found()[:2].tolist()
    click(app, verdict)
    assert said(home) == {("outlier", first, -1): (verdict, "")}
    assert items(app) == [second]
    assert "1 of 4 reviewed" in [one.proto.text for one in app.get("progress")]
    again = page(audit_kind="outlier")  # another session
    assert items(again) == [second]


def test_a_label_is_given_by_a_button_and_the_suggested_one_comes_first(home: Path) -> None:
    app = click(page(audit_kind="label"), "relabel")
    (item,) = items(app)
    issue = planted.made_up().issues["label"]
    assert issue.suggested is not None
    rather = planted.LABELS[int(issue.suggested[item])]
    assert app.button(key="audit_label_0").label.endswith(rather)
    keys = shown(app, audit_case.KEY)["keys"]
    assert keys["Enter"] == keys["0"] == f"label:{rather}"
    assert len([key for key in keys if key.isdigit()]) == 9  # its own label is not offered
    sound(app.button(key="audit_label_0").click().run())
    assert said(home) == {("label", item, -1): ("relabel", rather)}


def test_of_a_pair_one_is_kept_by_the_rule_or_the_other(home: Path) -> None:
    app = click(page(audit_kind="near"), "keep")
    assert said(home) == {("near", 5, 6): ("keep", ""), ("near", 6, 5): ("drop", "")}
    assert items(app) == [8, 9]  # 6 and 7 are settled with it
    click(app, "swap")
    assert [one["mark"] for one in shown(app, audit_case.KEY)["figures"]][:2] == ["drop", "keep"]
    click(app, "keep")
    assert said(home)["near", 8, 9] == ("drop", "")
    sound(app.selectbox(key="audit_rule").set_value("largest").run())
    sound(page(audit_kind="near"))


def test_the_largest_original_is_kept_where_the_rule_says_so(home: Path) -> None:
    app = page(audit_kind="near")
    click(click(app, "next"), "next")
    assert items(app) == [8, 9]
    sound(app.selectbox(key="audit_rule").set_value("largest").run())
    assert [one["mark"] for one in shown(app, audit_case.KEY)["figures"]][:2] == ["drop", "keep"]


def test_undo_goes_back_to_the_case_in_a_new_session_too(home: Path) -> None:
    app = click(page(audit_kind="outlier"), "drop")
    sound(app.button_group(key="audit_tabs").set_value("dark").run())
    click(app, "fine")
    other = page(audit_kind="dark")
    click(click(other, "undo"), "undo")
    assert said(home) == {}
    assert items(other) == planted.made_up().issues["outlier"].found()[:1].tolist()
    click(click(other, "redo"), "redo")
    assert len(said(home)) == 2
    assert other.button(key="audit_do_redo").disabled


def test_keys_do_what_buttons_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(audit_kind="outlier")
    first = items(app)[0]
    keys = shown(app, audit_case.KEY)["keys"]
    assert (keys["k"], keys["d"], keys["r"], keys["n"], keys["u"]) == ("keep", "drop", "relabel", "fine", "undo")
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(audit_case, "pressed", lambda key: ("drop", token(app)))
    monkeypatch.setattr(verdicts, "act", lambda does, told: asked.append((does, told)))
    audit_case.heard()
    assert asked == [("drop", f"{planted.NAME}:outlier:{first}")]


@pytest.mark.parametrize(("case", "kept"), [(None, True), (99, False)])
def test_a_key_pressed_for_a_case_that_is_gone_does_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, case: int | None, kept: bool
) -> None:
    item = int(planted.made_up().issues["outlier"].found()[0]) if case is None else case
    act = verdicts.act
    monkeypatch.setattr(verdicts, "act", lambda does, told: act(does, f"{planted.NAME}:outlier:{item}"))
    click(page(audit_kind="outlier"), "drop")
    assert bool(said(home)) == kept


def test_what_another_tab_judged_meanwhile_is_not_taken_for_the_next_one(home: Path) -> None:
    first, second = page(audit_kind="outlier"), page(audit_kind="outlier")
    (seen,) = items(second)
    click(first, "keep")
    click(second, "drop")
    assert said(home) == {("outlier", seen, -1): ("drop", "")}


def test_many_at_once_are_one_step(home: Path) -> None:
    app = page(audit_kind="outlier")
    sound(app.button(key="audit_all_drop").click().run())
    assert {verdict for verdict, _ in said(home).values()} == {"drop"}
    assert len(said(home)) == 4
    assert "All are reviewed" in app.success[0].value
    click(app, "undo")
    assert said(home) == {}


def test_one_of_each_group_of_copies_is_kept(home: Path) -> None:
    app = page(audit_kind="near")
    sound(app.button(key="audit_all_keep").click().run())
    dropped = {item for (_, item, _), (verdict, _) in said(home).items() if verdict == "drop"}
    assert dropped == {6, 9}  # 7 is alike to 6 alone, which goes


def test_the_slider_moves_the_cases_and_stands_in_the_link(home: Path) -> None:
    app = page(audit_kind="outlier", audit_from="0.2")
    issue = planted.made_up().issues["outlier"]
    data = shown(app, "audit_slider")
    assert data["count"] == data["counts"][40] == len(issue.found(0.2))
    sound(app.button(key="audit_proposed").click().run())
    assert shown(app, "audit_slider")["count"] == 4
    assert address(app, "audit_from") is None
    assert "no severity" in text(page(audit_kind="outlier", audit_from="x"))


def test_a_reason_goes_into_the_decision_as_it_was_typed(home: Path) -> None:
    app = page(audit_kind="outlier")
    app.text_input(key="audit_reason_0").set_value("=HYPERLINK(*x*)")
    click(app, "drop")
    assert [one.reason for one in Decisions.under(home).all(planted.NAME)] == ["=HYPERLINK(*x*)"]
    assert not app.text_input(key="audit_reason_1").value


def test_groups_are_a_table(home: Path) -> None:
    app = page(audit_kind="group")
    (table,) = app.dataframe
    assert table.value["Name"].tolist() == ["*nine*", "five"]
    assert table.value["Items"].tolist() == [2, 5]
    assert sound(app.button(key="pin").click().run()).toast[-1].value.startswith("Pinned")
