"""The review in a Chromium: keys, the slider's count while the hand moves, a pair side by side."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.audit.decisions import Decisions
from core.settings import ROOT
from tests import planted
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, listen, narrow, pass_time, settled, until

pytestmark = pytest.mark.browser
WORST = planted.made_up().issues["outlier"].found().tolist()


@pytest.fixture(scope="module")
def served(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A dashboard on an audited set: its address, and its home."""
    root = tmp_path_factory.mktemp("audited")
    planted.bring(root / "home", root / "source")
    planted.model(root / "home", tiny_root)
    planted.audit(root / "home")
    (root / "checkpoints").mkdir()
    shutil.copytree(tiny_root / "digits-vae-2d", root / "checkpoints" / "digits-vae-2d")
    env = {"MORPHOSPACE_HOME": str(root / "home"), "MORPHOSPACE_CHECKPOINTS": str(root / "checkpoints")}
    return server(ROOT / "dashboard" / "app.py", env=env), root / "home"


def opened(page: Page, url: str, kind: str) -> None:
    page.goto(f"{url}/audit?data={planted.NAME}&audit_kind={kind}")
    expect(page.locator(".review[data-ready][data-shown]")).to_be_attached(timeout=DRAW_WITHIN)
    settled(page)


def ready(page: Page, *items: int) -> None:
    """Wait for a case, with its pictures, and until a key counts again."""
    name = "-".join(map(str, items))
    expect(page.locator(f".review[data-ready$=':{name}'][data-shown$=':{name}']")).to_be_attached()


def verdicts(home: Path) -> list[tuple[int, str, str]]:
    return [(one.item, one.verdict, one.label) for one in Decisions.under(home).all(planted.NAME)]


def test_keys_judge_and_the_next_case_comes(page: Page, served: tuple[str, Path]) -> None:
    url, home = served
    opened(page, url, "outlier")
    a, b, c, d = WORST
    ready(page, a)
    page.keyboard.press("k")
    ready(page, b)
    page.keyboard.press("d")
    ready(page, c)
    page.keyboard.press("n")
    ready(page, d)
    expect(page.get_by_text("3 of 4 reviewed")).to_be_visible()
    assert sorted(verdicts(home)) == sorted([(a, "keep", ""), (b, "drop", ""), (c, "fine", "")])
    page.keyboard.press("u")
    ready(page, c)
    page.keyboard.press("r")
    expect(page.get_by_text("Which label?")).to_be_visible()
    ready(page, c)  # digits count from then on
    page.keyboard.press("1")
    ready(page, d)
    found = {item: (verdict, label) for item, verdict, label in verdicts(home)}
    assert found[c][0] == "relabel"
    assert found[c][1] in planted.LABELS
    page.reload()
    ready(page, d)
    done(page)
    page.get_by_role("button", name="Reason").click()
    field = page.get_by_role("textbox", name="Why")
    field.press_sequentially("kd")  # letters, not verdicts
    expect(field).to_have_value("kd")
    field.press("Enter")
    expect(page.get_by_role("button", name="Reason: kd")).to_be_visible()
    assert len(verdicts(home)) == 3
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    done(page)
    page.keyboard.press("n")
    expect(page.get_by_text("4 of 4 reviewed")).to_be_visible()
    expect(page.locator(".review[data-ready]")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    ready(page, c)
    page.keyboard.press("k")
    expect(page.get_by_text(re.compile(f"Kept: .*/{c}$"))).to_be_visible()
    reasons = {one.item: one.reason for one in Decisions.under(home).all(planted.NAME)}
    assert (reasons[d], reasons[c]) == ("kd", "")  # a reason is of one verdict


def test_the_count_follows_the_hand(page: Page, served: tuple[str, Path], sent: list[int]) -> None:
    url, _ = served
    listen(page, sent)
    opened(page, url, "blurred")
    slider = page.get_by_role("slider", name="Severity from which on")
    counted = page.locator(".threshold output")
    issue = planted.made_up().issues["blurred"]
    expect(counted).to_have_text(f"{len(issue.found())} items")
    sent.clear()
    slider.evaluate("s => { s.value = 0.2; s.dispatchEvent(new Event('input')); }")  # the hand is still down
    expect(counted).to_have_text(f"{len(issue.found(0.2))} items")
    pass_time(page)
    assert not sent
    slider.evaluate("s => s.dispatchEvent(new Event('change'))")
    expect(page.get_by_text(f"0 of {len(issue.found(0.2))} reviewed")).to_be_visible()
    expect(page).to_have_url(re.compile(r"audit_from=0\.2"))


def test_a_pair_stands_side_by_side_with_its_difference(page: Page, served: tuple[str, Path]) -> None:
    url, home = served
    opened(page, url, "exact")
    pictures = page.locator(".review img")
    expect(pictures).to_have_count(3)
    assert all(pictures.nth(i).evaluate("i => i.naturalWidth") for i in range(3))
    assert pictures.first.evaluate("i => i.naturalWidth") == 56  # the original's size, not the set's 28
    expect(page.get_by_text("The pixels are the same")).to_be_visible()
    expect(page.locator(".review figure").first).to_have_attribute("data-mark", "keep")
    page.keyboard.press("s")
    expect(page.locator(".review figure").first).to_have_attribute("data-mark", "drop")
    page.keyboard.press("k")
    expect(page.get_by_text("All are reviewed")).to_be_visible()
    assert {(3, "drop", ""), (4, "keep", "")} <= set(verdicts(home))


def test_a_phone_has_the_case_first(page: Page, served: tuple[str, Path]) -> None:
    url, _ = served
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, url, "dark")
    narrow(page)
    case, slider = page.locator(".review"), page.locator(".threshold")
    expect(slider).to_be_visible()
    until(page, lambda: (case.bounding_box(), slider.bounding_box()), lambda boxes: boxes[0]["y"] < boxes[1]["y"])


def test_a_marked_picture_leads_to_its_case_and_back_to_the_same_view(
    page: Page, served: tuple[str, Path]
) -> None:
    page.goto(f"{served[0]}/retrieve?data={planted.NAME}&item={planted.NAME}/8&retr_issues=To+review&retr_k=3")
    row = page.locator(f".st-key-retr_row_{planted.MODEL}")
    mark = row.locator(".issue[data-issue=issue]").first
    expect(mark).to_be_visible(timeout=DRAW_WITHIN)
    expect(mark).to_have_css("background-color", "rgb(209, 130, 9)")  # as on the map
    expect(row.locator(".tile").first).to_have_attribute("aria-label", re.compile("an issue to review"))
    done(page)
    expect(page.get_by_text("Near copy of mine/9")).to_be_visible()
    page.locator(".st-key-card_issues a[href*='near']").first.click()
    ready(page, 8, 9)
    expect(page).to_have_url(re.compile("audit_kind=near"))
    expect(page).not_to_have_url(re.compile("audit_case"))
    page.go_back()
    expect(mark).to_be_visible(timeout=DRAW_WITHIN)
    expect(page).to_have_url(re.compile(f"/retrieve.*{planted.NAME}%2F8"))
    expect(page).to_have_url(re.compile("retr_issues=To.review"))
    expect(page).to_have_url(re.compile("retr_k=3"))
    expect(page).not_to_have_url(re.compile("audit_case"))
    expect(page.get_by_role("radio", name="To review")).to_be_checked()
