"""The page of audits: every kind, every verdict, by button and by key; and what is shown when there is none."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.audit import brought, findings
from core.audit.decisions import Decision, Decisions
from core.datasets import own
from core.deck import Deck
from core.settings import Settings
from dashboard import audit_case, audit_words, issue_columns, issue_filter, issue_marks, media, verdicts
from tests import planted
from tests.ui.app import address, go, opened, run, shown, sound, text
from tests.ui.selecting import click as click_key

KINDS = [kind for kind in audit_words.KINDS if kind != "group"]


@pytest.fixture(scope="session")
def made(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a set, its originals, a model and an audit; read-only by convention."""
    root = tmp_path_factory.mktemp("audited")
    planted.bring(root / "home", root / "source")
    planted.model(root / "home", tiny_root)
    planted.audit(root / "home")
    return root / "home"


@pytest.fixture
def home(made: Path, tiny_checkpoints: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may change."""
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


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


def test_no_audit_yet(home: Path) -> None:
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    app = page()
    assert "was not audited yet" in text(app)
    assert app.button(key="audit_run").label == "Run the audit"


def test_an_audit_can_be_begun_and_its_failure_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[tuple[str, tuple[str, ...]]] = []

    def begin(job: jobs.Job) -> None:
        began.append((job.module, job.arguments))
        (job.folder / "lock").touch()

    monkeypatch.setattr(jobs, "_run", begin)
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    app = page()
    sound(app.button(key="audit_run").click().run())
    assert began == [("core.audit", (planted.NAME, "--checkpoint", planted.MODEL))]
    assert app.get("progress")
    assert app.button(key="audit_stop")
    (folder,) = (home / "jobs").iterdir()
    (folder / "progress.json").write_text(json.dumps({"state": "failed", "text": "no *room*"}))
    app.run()
    assert "no \\*room\\*" in app.warning[0].value
    sound(app.button(key="audit_forget").click().run())
    assert not list((home / "jobs").iterdir())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_damaged_findings_are_told_of_and_the_audit_can_be_run_anew(home: Path, content: bytes) -> None:
    (home / "audits" / f"{planted.NAME}.npz").write_bytes(content)
    app = run("audit", data=planted.NAME)
    assert not app.exception
    assert "cannot be shown" in app.error[0].value
    assert app.button(key="audit_run")


def test_findings_on_another_state_of_the_set_are_refused(home: Path) -> None:
    planted.audit(home, count=39)
    app = run("audit", data=planted.NAME)
    assert "39 images" in app.error[0].value


def test_a_set_that_was_brought_anew_inherits_only_what_is_on_its_pictures(home: Path) -> None:
    folder = home / "datasets" / planted.NAME
    about = own.read_about(folder)
    known = own.read_items(folder, about)

    def bring(made: str, pictures: np.ndarray) -> None:
        facts = {**known.facts, "bytes": np.full(len(pictures), 9), "crc": pictures}
        own.write_items(replace(known, facts=facts), folder / own.ITEMS)
        own.write_about(replace(about, made=made), folder)

    def audited(made: str) -> None:
        findings.save(replace(planted.made_up(), brought=made), home / "audits" / f"{planted.NAME}.npz")

    bring("2026-01-01T00:00:00+00:00", np.arange(planted.COUNT))
    audited("2026-01-01T00:00:00+00:00")
    app = page(audit_kind="dark", brought="2025-12-31T00:00:00+00:00")
    assert "as it was brought on 2025-12-31. The set was brought anew since" in text(app)
    (item,) = items(app)
    click(app, "drop")
    bring("2026-02-02T00:00:00+00:00", np.roll(np.arange(planted.COUNT), 1))  # each picture one place on
    told = app.run().error[0].value.replace("\\", "")
    assert "brought on 2026-01-01 00:00; it was brought anew on 2026-02-02 00:00" in told
    audited("2026-02-02T00:00:00+00:00")
    app = page(audit_kind="dark")
    assert "This set was brought before" in text(app)
    decided = Decisions.under(home).all(brought.scope(planted.NAME, "2026-02-02T00:00:00+00:00"))
    assert [(one.kind, one.item, one.verdict) for one in decided] == [("dark", item + 1, "drop")]
    bring("2026-03-03T00:00:00+00:00", np.arange(100, 100 + planted.COUNT))
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    assert "1 on pictures that are not in it now" in text(sound(app.run()))


def test_damaged_decisions_are_told_of_and_stay(home: Path) -> None:
    (home / "decisions.sqlite").write_bytes(b"no database" * 400)
    app = run("audit", data=planted.NAME)
    assert not app.exception
    assert "damaged" in app.error[0].value
    opened("latent_map", data=planted.NAME)
    assert (home / "decisions.sqlite").read_bytes() == b"no database" * 400


def test_a_data_set_without_an_audit_or_pictures(home: Path) -> None:
    assert "are not on this machine" in " ".join(info.value for info in opened("audit", data="fashion").info)


def test_a_cleaned_copy_is_begun_in_a_folder_that_may_be(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs, "_run", lambda job: began.append(job.arguments))
    app = click(page(audit_kind="outlier"), "drop")
    app.text_input(key="audit_target").set_value(str(tmp_path / "home" / "in"))
    app.button(key="audit_copy").click().run()
    assert "Nothing was written" in app.error[0].value
    app.text_input(key="audit_target").set_value(str(tmp_path / "new"))
    sound(app.button(key="audit_copy").click().run())
    assert began == [(planted.NAME, str(tmp_path / "new"))]
    assert {one.proto.label for one in app.get("download_button")} == {"CSV", "JSON"}


def test_the_map_and_the_selection_know_of_issues(home: Path) -> None:
    worst = planted.made_up().issues["outlier"].found()
    Decisions.under(home).decide(planted.NAME, [Decision("outlier", int(worst[0]), "drop")], "x")
    app = opened("latent_map", data=planted.NAME)
    data = shown(app, "map_view")
    assert [one["key"] for one in data["colours"]][2:4] == ["review", "issue_label"]
    columns = issue_columns.columns(planted.NAME, np.arange(planted.COUNT))
    assert np.flatnonzero(np.isfinite(columns["issue_outlier"])).tolist() == sorted(worst.tolist())
    states = columns["review"]
    assert states[worst[0]] == issue_marks.DROPPED
    assert (states[worst[1:]] == issue_marks.WAITS).all()
    assert not issue_filter.kept("left", states)[worst[0]]
    go(app, "selections")
    app.session_state["_selection"] = {planted.NAME: worst.tolist()}
    sound(app.run())
    assert sorted(shown(app, "sel_tiles")["issues"]) == ["drop", "issue", "issue", "issue"]
    sound(app.button_group(key="sel_issues").set_value("left").run())
    assert shown(app, "sel_tiles")["issues"] == ["issue"] * 3


def test_an_audit_changes_the_address_of_the_points(home: Path) -> None:
    before = shown(opened("latent_map", data=planted.NAME), "map_view")["points"]
    Decisions.under(home).decide(planted.NAME, [Decision("dark", 1, "drop")], "x")
    after = shown(opened("latent_map", data=planted.NAME), "map_view")
    assert after["points"] != before
    assert media.stamp(planted.MODEL) in after["picture"]  # pictures stay in the browser's cache


def test_show_on_the_map_makes_them_the_selection(home: Path) -> None:
    app = page(audit_kind="near")
    sound(app.button(key="audit_select").click().run())
    assert app.session_state["_selection"][planted.NAME] == [5, 6, 7, 8, 9]
    assert app.title[0].value == "Latent map"
