"""Every page opens on every checkpoint of the repository, and shows pictures."""

from collections.abc import Iterator

import pytest

from core import checkpoints
from core.datasets import EXPLORED
from core.settings import ROOT
from dashboard import navigation
from tests.ui.app import opened
from tests.undisturbed import undisturbed

CHECKPOINTS = ROOT / "checkpoints"
NAMES = checkpoints.names(CHECKPOINTS)
# page -> (key of its checkpoint select, families it is about)
PAGES = {
    "clusters": ("cl_model", {"aae"}),
    "latent_map": ("map_model", {"aae", "ae", "vae"}),
    "interpolate": ("interp_model", {"aae", "ae", "vae"}),
    "arithmetic": ("sum_model", {"aae", "ae", "vae"}),
    "attributes": ("attr_model", {"aae", "ae", "vae"}),
    "retrieve": ("retr_model", {"aae", "ae", "vae"}),
    "autoencoders": ("ae_model", {"aae", "ae", "vae"}),
    "selections": ("sel_model", {"aae", "ae", "vae"}),
    "deck": (None, set()),
    "audit": (None, {"aae", "ae", "vae"}),
    "overview": (None, {"aae", "ae", "vae"}),
    "training": ("train_gan", {"gan"}),
    "bring": (None, {"gan"}),
    "writers": (None, {"gan"}),
    "describe": (None, {"text"}),
    "search": (None, {"text"}),
    "chat": (None, {"text"}),
}
CARDS = {name: checkpoints.read_card(CHECKPOINTS, name) for name in NAMES}
CASES = [
    (stem, name)
    for stem, (key, families) in PAGES.items()
    for name in NAMES
    if (card := CARDS[name]).family in families
    and (stem != "attributes" or checkpoints.DIRECTIONS in card.sha256)
    and (key or name == next(n for n in NAMES if n.startswith(card.dataset) and CARDS[n].family in families))
]


@pytest.fixture(scope="module")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No settings and no data of the machine."""
    with pytest.MonkeyPatch.context() as patch:
        undisturbed(patch, tmp_path_factory.mktemp("own"))
        yield


@pytest.fixture(autouse=True)
def fresh_dashboard(own_home: None) -> None:
    """What a page has read stays for the next: nothing is changed here, and reading takes longer than opening."""


def test_all_pages_are_covered() -> None:
    assert set(PAGES) == {name for entries in navigation.GROUPS.values() for name in entries}
    assert len(NAMES) >= 5


@pytest.mark.parametrize(("stem", "name"), CASES)
def test_opens(stem: str, name: str) -> None:
    key, _ = PAGES[stem]
    dataset, asked = name.partition("-")[0], {}
    if dataset in EXPLORED and stem not in navigation.OWN_DATA:
        asked["data"] = dataset
    if key:
        asked[key] = name
    app = opened(stem, **asked)
    for widget, value in asked.items():
        assert app.selectbox(key=widget).value == value
    assert app.title
    pictures = app.get("image") + app.get("plotly_chart") + app.get("bidi_component")
    assert pictures, "nothing to look at"
