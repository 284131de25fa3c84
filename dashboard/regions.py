"""The selection that was drawn on a map: its outlines, the link that reopens it, and the items it holds."""

import numpy as np
import streamlit as st

from core.selection import MODES, Outline, parse
from dashboard import address, maps, resources, sheets, state

LINK = "sel"  # its name in the URL
MOST = 6  # outlines in a link; with more of them the selection stays, and the link goes
Step = tuple[str, Outline]


def enclose(mode: str, outline: Outline | None) -> None:
    """Change the selection by an outline: "replace", "add", "subtract", or "clear" without one."""
    if outline is None:
        state.clear_selection()
        address.drop(LINK)
        return
    found = maps.within(outline)
    before = np.array(state.selection(), np.int64)
    if mode == "add":
        found = np.union1d(before, found)
    elif mode == "subtract":
        found = np.setdiff1d(before, found)
    drawn = _drawn() if mode != "replace" and len(before) else []
    usable = len(drawn) < MOST and (mode == "replace" or not len(before) or bool(drawn))
    state.set_selection(found.tolist())
    st.session_state.setdefault("_outlines", {})[state.dataset()] = [*drawn, (mode, outline)] if usable else []
    if text := link():
        address.choose({LINK: text})
    else:
        address.drop(LINK)


def _drawn() -> list[Step]:
    """The outlines that made the selection; none where it was made in another way."""
    return list(st.session_state.get("_outlines", {}).get(state.dataset(), []))


def link() -> str:
    """The selection as it stands in the URL; "" where no outlines made it."""
    return "!".join(f"{mode[0]}{outline}" for mode, outline in _drawn()) if state.selection() else ""


def sync() -> None:
    """Adopt the selection that the URL names when it changed outside, and let the URL say what is selected."""
    asked = address.asked(LINK)
    if asked and asked != link():
        try:
            _adopt(asked)
        except ValueError as error:
            state.notice(f"The link's selection cannot be shown: {state.plain(str(error))}.")
    if text := link():
        address.complete(LINK, text)
    else:
        address.drop(LINK)


def _adopt(asked: str) -> None:
    modes = {mode[0]: mode for mode in MODES}
    steps = []
    for part in asked.split("!")[:MOST]:
        if part[:1] not in modes:
            raise ValueError(f"{part[:20]} is no step of a selection")
        steps.append((modes[part[0]], parse(part[1:])))
    for _, outline in steps:
        card = resources.cards().get(outline.map)
        if card is None or card.dataset != state.dataset():
            raise ValueError(f"there is no map {outline.map} of this data set here")
    state.clear_selection()
    for mode, outline in steps:
        enclose(mode, outline)


def bits() -> str:
    """Name of a bit for each item of the data set, set where it is selected; "" without a selection."""
    chosen = state.selection()
    if not chosen:
        return ""
    mask = np.zeros(max(resources.source(state.dataset()).size, max(chosen) + 1), bool)
    mask[chosen] = True
    return sheets.keep(np.packbits(mask, bitorder="little").tobytes())
