"""A map of a set of one's own with more labels than there are colours, or than a byte can number."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.settings import ROOT, Settings
from tests import tiny_own
from tests.browser.maps import CODES, opened
from tests.browser.servers import Server

pytestmark = pytest.mark.browser
SORTS = 300


@pytest.fixture(scope="module")
def url(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the page on a dashboard with an AAE of digits, and a set of one's own with many labels."""
    home = tmp_path_factory.mktemp("map")
    settings = Settings((), home / "checkpoints", home / "cache", home=home)
    shutil.copytree(tiny_root / CODES, home / "checkpoints" / CODES)
    tiny_own.bring(home, "many", n=SORTS, labels=tuple(f"sort {number}" for number in range(SORTS)))
    tiny_own.model(settings, "many", "aae", "aae")
    env = {"MORPHOSPACE_HOME": str(home), "MORPHOSPACE_CHECKPOINTS": str(home / "checkpoints")}
    return f"{server(ROOT / 'dashboard' / 'app.py', env=env)}/latent_map"


def test_of_hundreds_of_labels_each_can_be_left_alone(sound_page: Page, url: str) -> None:
    found = opened(sound_page, url, "many-aae", item="many/0")
    legend = found.locator(".legend button")
    expect(legend).to_have_count(SORTS)
    expect(found.locator(".names span")).to_have_count(30)
    legend.filter(has_text=re.compile("^sort 299$")).dblclick()
    expect(found.locator(".legend button[aria-pressed=true]")).to_have_text(["sort 299"])
