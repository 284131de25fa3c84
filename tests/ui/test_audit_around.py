"""What is around the review of an audit: how one begins, damaged files, sets brought anew, copies, maps."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from core import jobs
from core.audit import brought, findings
from core.audit.decisions import Decision, Decisions
from core.datasets import own
from dashboard import issue_columns, issue_filter, issue_marks, media
from tests import planted
from tests.ui.app import go, opened, run, shown, sound, text
from tests.ui.auditing_page import click, items, page


def test_no_audit_yet(home: Path) -> None:
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    app = page()
    assert "was not audited yet" in text(app)
    assert app.button(key="audit_run").label == "Run the audit"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[jobs.Job]]:
    """Jobs that were begun. The test holds their locks, as their processes would."""
    jobs_begun: list[jobs.Job] = []
    with ExitStack() as held:

        def run(job: jobs.Job, lock: BinaryIO) -> None:
            jobs_begun.append(job)
            held.callback(os.close, os.dup(lock.fileno()))

        monkeypatch.setattr(jobs, "_run", run)
        yield jobs_begun


def test_an_audit_can_be_begun_and_its_failure_is_told(home: Path, begun: list[jobs.Job]) -> None:
    (home / "audits" / f"{planted.NAME}.npz").unlink()
    app = page()
    sound(app.button(key="audit_run").click().run())
    (job,) = begun
    assert (job.module, job.arguments) == ("core.audit", (planted.NAME, "--checkpoint", planted.MODEL))
    assert app.get("progress")
    assert app.button(key="audit_stop")
    folder = job.folder
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
    home: Path, tmp_path: Path, begun: list[jobs.Job]
) -> None:
    app = click(page(audit_kind="outlier"), "drop")
    app.text_input(key="audit_target").set_value(str(tmp_path / "home" / "in"))
    app.button(key="audit_copy").click().run()
    assert "Nothing was written" in app.error[0].value
    app.text_input(key="audit_target").set_value(str(tmp_path / "new"))
    sound(app.button(key="audit_copy").click().run())
    assert [job.arguments for job in begun] == [(planted.NAME, str(tmp_path / "new"))]
    app.text_input(key="audit_target").set_value(str(tmp_path / "other"))
    app.button(key="audit_copy").click().run()
    assert "is being written" in app.error[0].value
    assert len(begun) == 1
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
