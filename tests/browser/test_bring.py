"""Bringing images in a browser: what was found is shown, work goes on by itself and survives a kill."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import jobs
from core.settings import ROOT
from tests.bringing import folder
from tests.browser.servers import Server
from tests.browser.waits import DRAW_WITHIN, done, until

pytestmark = pytest.mark.browser


# Read by every Python that the server starts: bringing stays after eight images until it is killed.
SLOWLY = """
import sys
if "core.datasets" in sys.orig_argv:
    from tests.unit.bringing_slowly import hold
    hold()
"""


def typed(page: Page, url: str, path: Path) -> None:
    page.goto(f"{url}/bring")
    done(page)
    box = page.get_by_role("textbox", name="Where your images are")
    box.fill(str(path))
    box.press("Enter")


def test_a_folder_is_brought_while_one_watches_and_resumed_after_a_kill(
    page: Page, server: Server, tiny_root: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (tmp_path / "sitecustomize.py").write_text(SLOWLY)
    url = server(
        ROOT / "dashboard" / "app.py",
        env={
            "MORPHOSPACE_HOME": str(home),
            "MORPHOSPACE_CHECKPOINTS": str(tiny_root),
            "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
        },
    )
    source = folder(tmp_path / "Some pets", 80)
    (source / "cats" / "bad.png").write_bytes(b"nothing")
    typed(page, url, source)
    button = page.get_by_role("button", name="Bring 81 images in")
    expect(button).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.get_by_alt_text("its item").first).to_be_visible()
    done(page)
    button.click()
    until(page, lambda: list(home.glob("datasets/.bringing/*/progress.json")), bool)
    expect(page.get_by_text(re.compile("Bringing .*Some pets"))).to_be_visible()
    (job,) = jobs.all_of(home / "jobs")
    os.kill(int((job.folder / jobs.LOCK).read_text()), signal.SIGKILL)
    expect(page.get_by_text("was cut off")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("“Some pets” is a data set now: 80 images.")).to_be_visible(timeout=DRAW_WITHIN)
    expect(page.get_by_role("heading", name="Your data sets")).to_be_visible()
    expect(page.get_by_text("1 file is not in it")).to_be_visible()
    expect(page.get_by_text(re.compile("80 images of .* 2 labels"))).to_be_visible()
