"""The probe: a classifier of attributes that no other model was trained with, and what it sees on faces."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import checkpoints, entanglement
from core.checkpoints import CheckpointError
from core.entanglement import Look
from dashboard import resources
from dashboard.memo import per_run

if TYPE_CHECKING:  # torch takes seconds to import
    from core.inference import Prober

NO_PROBE = f"There is no checkpoint {checkpoints.PROBE!r} to measure with. Restore its folder from the repository."


@per_run
def prober() -> "Prober | None":
    """The probe of attributes of faces; None where its checkpoint is not here, CheckpointError where it is bad."""
    found = _probe_key()
    return None if found is None else _prober(*found, resources.device().name)


def _probe_key() -> tuple[str, str] | None:
    root = resources.settings().checkpoints
    if checkpoints.PROBE not in checkpoints.names(root):
        return None
    return str(root), checkpoints.read_card(root, checkpoints.PROBE).sha256.get(checkpoints.MODEL, "")


@st.cache_resource(max_entries=2, show_spinner=False)
def _prober(root: str, sha256: str, device: str) -> "Prober":
    from core.inference import Prober

    own = checkpoints.read_card(Path(root), checkpoints.PROBE)
    return Prober(checkpoints.load_model(Path(root), own), own, device)


def look(images: np.ndarray, labels: tuple[str, ...]) -> Look:
    """What the probe sees on faces (n, H, W, C) uint8; CheckpointError where it is not here."""
    found = prober()
    if found is None:
        raise CheckpointError(NO_PROBE)
    return entanglement.look(images, labels, encode=found.encode, read=found.read)


def gallery_look(id: str, count: int) -> tuple[np.ndarray, Look]:
    """So many rows of a gallery, at random but always the same, and what the probe sees on them rebuilt."""
    return _gallery_look(
        str(resources.settings().checkpoints),
        id,
        resources.card(id).sha256[checkpoints.MODEL],
        _probe_key(),
        count,
        resources.device().name,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _gallery_look(
    root: str, id: str, sha256: str, probe: tuple[str, str] | None, count: int, device: str
) -> tuple[np.ndarray, Look]:
    z, known = resources.gallery(id).z, resources.directions(id)
    rows = np.random.default_rng(0).permutation(len(z))[:count]
    return rows, look(resources.runner(id).decode(z[rows]), () if known is None else known.labels)
