"""Everything that is loaded once and shared: settings, checkpoints, galleries, images.

The functions without an underscore are what pages use. They look up what the environment says now and pass it
on to cached functions, whose keys are names and digests: a replaced file is read again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import checkpoints, datasets
from core.audit import brought as bringing
from core.cards import Card
from core.checkpoints import CheckpointError
from core.datasets import DatasetError, ImageSet, Source, own
from core.directions import Directions
from core.gallery import Gallery
from core.itemmap import ItemMap
from core.settings import Settings
from dashboard import inspection
from dashboard.inspection import Inspected
from dashboard.memo import per_run

if TYPE_CHECKING:  # torch takes seconds to import, and a map is drawn without it
    from core.inference import Device, Runner


@per_run
def settings() -> Settings:
    """What the environment says."""
    return Settings.from_environment()


@per_run
def device() -> "Device":
    """The device that models run on, and why."""
    return _device(settings().device)


@st.cache_resource(max_entries=4, show_spinner=False)
def _device(wanted: str) -> "Device":
    from core import inference

    inference.share_cores()
    return inference.choose_device(wanted)


@per_run
def sources() -> dict[str, Source]:
    """All data sets by name, a person's own ones last."""
    folder = datasets.own_folder(settings())
    return _sources(settings(), inspection.stamp(folder))


@st.cache_resource(max_entries=2, show_spinner=False)
def _sources(settings: Settings, stamp: int) -> dict[str, Source]:
    return datasets.sources(settings)


@per_run
def brought(name: str) -> str:
    """When a person's own data set was brought (UTC, ISO 8601); empty for another."""
    return _brought(settings(), name, _made(name)) if _made(name) else ""


@st.cache_resource(max_entries=64, show_spinner=False)
def _brought(settings: Settings, name: str, made: int) -> str:
    return bringing.made(name, settings)


def source(name: str) -> Source:
    """The data set ``name``."""
    return sources()[name]


def called(name: str) -> str:
    """What data set ``name`` is called in a list: its title, and its name too where others have the same title."""
    title = source(name).title
    return f"{title} ({name})" if sum(one.title == title for one in sources().values()) > 1 else title


@per_run
def explored() -> tuple[str, ...]:
    """Names of the data sets whose images models encode."""
    return tuple(name for name, source in sources().items() if source.explored)


def roots() -> tuple[Path, Path]:
    """Where checkpoints lie: those that are shipped, and a person's own."""
    return settings().checkpoints, settings().own / checkpoints.OWN


@per_run
def root(id: str) -> Path:
    """The folder that checkpoint ``id`` lies in."""
    return checkpoints.root_of(settings(), id)


def cards() -> dict[str, Card]:
    """Cards of all sound checkpoints that encode images, by data set, family and headline metric, best first."""
    return _inspected().sound


def apart() -> dict[str, Card]:
    """Cards of all sound checkpoints that encode no images for the pages that explore codes."""
    return _inspected().apart


def gans() -> dict[str, Card]:
    """Cards of all sound GANs."""
    return {name: card for name, card in apart().items() if card.family == "gan"}


def broken() -> dict[str, str]:
    """Checkpoints that cannot be used, and why."""
    return _inspected().broken


def unusable() -> dict[str, str]:
    """Checkpoints that cannot be used, and why, once every network was built; takes torch, and a second."""
    return broken() | _unbuildable(tuple(map(str, roots())), tuple(map(inspection.stamp, roots())))


@st.cache_resource(max_entries=2, show_spinner=False)
def _unbuildable(places: tuple[str, ...], stamps: tuple[int, ...]) -> dict[str, str]:
    return inspection.unbuildable((root(card.id), card) for card in cards().values())


@per_run
def _inspected() -> Inspected:
    known = datasets.own_folder(settings())
    stamps = tuple(map(inspection.stamp, (*roots(), known)))
    return _inspect(tuple(map(str, roots())), str(known), stamps)


@st.cache_resource(max_entries=2, show_spinner=False)
def _inspect(places: tuple[str, ...], known: str, stamps: tuple[int, ...]) -> Inspected:
    made = {name: brought(name) for name, source in sources().items() if source.own}
    return inspection.inspect(map(Path, places), sources(), made)


@per_run
def card(id: str) -> Card:
    """The card of a sound checkpoint; CheckpointError otherwise."""
    found = _inspected()
    known = found.sound | found.apart
    if id in known:
        return known[id]
    raise CheckpointError(
        found.broken.get(id) or f"there is no checkpoint {id!r}; there are: {', '.join(known) or 'none'}"
    )


@per_run
def first(dataset: str) -> str | None:
    """Name of the first sound checkpoint of a data set; None where there is none."""
    return next((card.id for card in cards().values() if card.dataset == dataset), None)


@per_run
def runner(id: str) -> "Runner":
    """The loaded network of a checkpoint; CheckpointError if it cannot be used."""
    return _runner(*key(id, checkpoints.MODEL), device().name)


def key(id: str, file: str) -> tuple[str, str, str]:
    """Folder, name and digest: the same for as long as ``file`` of checkpoint ``id`` is; what caches go by."""
    return str(root(id)), id, card(id).sha256[file]


@st.cache_resource(max_entries=24, show_spinner=False)
def _runner(root: str, id: str, sha256: str, device: str) -> "Runner":
    from core.inference import Runner

    return Runner(checkpoints.load_model(Path(root), card(id)), card(id), device)


@per_run
def gallery(id: str) -> Gallery:
    """The encoded items of a checkpoint, arrays read-only; CheckpointError if they cannot be used."""
    return _gallery(*key(id, checkpoints.GALLERY))


@st.cache_resource(max_entries=24, show_spinner=False)
def _gallery(root: str, id: str, sha256: str) -> Gallery:
    found = checkpoints.load_gallery(Path(root), card(id))
    own = (found.index, found.label, found.z, found.error, found.category, found.confidence, found.realism)
    for array in (*own, *found.maps.values()):
        if array is not None:
            array.flags.writeable = False
    return found


@per_run
def item_map(id: str) -> ItemMap | None:
    """Where every item of the data set lies on a checkpoint's plane; None where it ships no such map."""
    return _item_map(*key(id, checkpoints.MAP)) if checkpoints.MAP in card(id).sha256 else None


@st.cache_resource(max_entries=12, show_spinner=False)
def _item_map(root: str, id: str, sha256: str) -> ItemMap | None:
    return checkpoints.load_map(Path(root), card(id))


@per_run
def directions(id: str) -> Directions | None:
    """Directions of attributes in the codes of a checkpoint; None where it ships none."""
    return _directions(*key(id, checkpoints.DIRECTIONS)) if checkpoints.DIRECTIONS in card(id).sha256 else None


@st.cache_resource(max_entries=4, show_spinner=False)
def _directions(root: str, id: str, sha256: str) -> Directions | None:
    return checkpoints.load_directions(Path(root), card(id))


@per_run
def images(dataset: str) -> ImageSet | None:
    """The originals of a data set, or None where they are not on this machine or damaged."""
    return _images(settings(), dataset, _made(dataset))[0]


@per_run
def images_error(dataset: str) -> str | None:
    """Why the originals of a data set cannot be read although they are there; None where nothing is wrong."""
    return _images(settings(), dataset, _made(dataset))[1]


def _made(dataset: str) -> int:
    """A number that changes when a set is brought under the name of one that was removed; 0 for a shipped one."""
    try:
        return (datasets.own_folder(settings()) / dataset / own.SET).stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _images(settings: Settings, dataset: str, made: int) -> tuple[ImageSet | None, str | None]:
    try:
        found = datasets.load(dataset, settings)
    except DatasetError as error:
        return None, str(error)
    if found is not None and isinstance(found.images, np.ndarray):  # faces are decoded anew, each time
        found.images.flags.writeable = False
    return found, None
