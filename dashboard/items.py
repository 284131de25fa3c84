"""One image as it travels through the pages: a place in a data set, or an upload of this session."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.datasets import parse_address

UPLOAD = re.compile(r"upload/([0-9a-f]{12})")


@dataclass(frozen=True)
class Item:
    """An image, by name.

    Attributes
    ----------
    dataset : the data set it belongs to; an upload belongs to the one it was prepared for.
    index : place in the full data set, -1 for an upload.
    upload : first 12 hex digits of an upload's digest, otherwise empty.
    """

    dataset: str
    index: int = -1
    upload: str = ""

    @property
    def is_upload(self) -> bool:
        """Whether this is an upload of the session."""
        return bool(self.upload)

    @property
    def address(self) -> str:
        """``digits/1234`` or ``upload/<12 hex>``, as in the URL."""
        return f"upload/{self.upload}" if self.upload else f"{self.dataset}/{self.index}"


def parse(address: str, dataset: str, known: Collection[str]) -> Item:
    """The item of one of the ``known`` data sets that ``address`` names; an upload is looked for in ``dataset``.

    Raises
    ------
    ValueError
        If the address is malformed or names a data set that is none.
    """
    if match := UPLOAD.fullmatch(address):
        return Item(dataset, upload=match[1])
    name, index = parse_address(address)
    if name not in known:
        raise ValueError(f"data set {name!r} is not one of {', '.join(map(repr, known))}")
    return Item(name, index)


def drawn(places: np.ndarray, but: int | None) -> int | None:
    """One of ``places`` (n,) at random, another than ``but`` where there is another; None where there is none."""
    others = places[places != but] if but is not None else places
    choice = others if len(others) else places
    return int(np.random.default_rng().choice(choice)) if len(choice) else None


def uploads() -> dict[tuple[str, str], np.ndarray]:
    """This session's uploads by (data set, digest), oldest first."""
    return st.session_state.setdefault("_uploads", {})


def upload_image(item: Item) -> np.ndarray | None:
    """Image (H, W, C) uint8 of an upload, or None where this session does not have it."""
    return uploads().get((item.dataset, item.upload))


def made() -> set[str]:
    """Digests of this session's uploads that a model made: they are marked wherever they are shown."""
    return st.session_state.setdefault("_made", set())


def is_made(item: Item) -> bool:
    """Whether a model made this upload."""
    return item.is_upload and item.upload in made()
