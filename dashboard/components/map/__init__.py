"""A map of many points that answers in the browser: hover, filter, zoom, select, decode."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.selection import MODES, Outline
from dashboard import issue_marks, seen
from dashboard.components.mount import mount

PARTS = (
    "skeleton",
    "points",
    "view",
    "colours",
    "renderer",
    "ground",
    "lens",
    "card",
    "legend",
    "gallery",
    "gestures",
    "map",
)


HIGHER = 1.3  # times as high before an audience: wider it cannot get
_MOUNT = mount("map", parts=PARTS, sprites=True)


@dataclass(frozen=True)
class Colour:
    """What points can be coloured by: a column of the block of points.

    Attributes
    ----------
    key, title : name of the column; what it is, with its unit and which way is better.
    names, tints : of a group's names and places 0..9 on the palette, by number; None for a column of numbers.
    written : whether a group's name may be written where it is densest.
    listed : offered in a list with others like it, instead of by a button of its own.
    """

    key: str
    title: str
    names: tuple[str, ...] | None = None
    tints: tuple[int, ...] | None = None
    written: bool = True
    listed: bool = False


@dataclass(frozen=True)
class Marked:
    """The current item as a map shows it: its index (-1 for an upload), name, facts, and a picture by URL.

    ``place`` is where it was put on a map that does not hold it.
    """

    id: int
    name: str
    facts: str = ""
    picture: str = ""
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Addresses:
    """URLs of what the map fetches; of pictures with a gap ``{}`` for the item, or an open query at the end.

    ``chosen`` is a bit for each item, ``atlas`` the decoded plane; "" where there is none.
    """

    points: str
    picture: str
    pictures: str
    decode: str
    chosen: str = ""
    atlas: str = ""


@dataclass(frozen=True)
class Answer:
    """What someone did on the map to cause this run: at most one of these.

    Attributes
    ----------
    picked : item that was clicked.
    region : how it changes the selection ("replace", "add", "subtract" or "clear"), and the outline.
    place : (x, y) that was clicked on a plane.
    """

    picked: int | None = None
    region: tuple[str, Outline | None] | None = None
    place: tuple[float, float] | None = None


def point_map(
    addresses: Addresses,
    *,
    key: str,
    name: str,
    view: tuple[str, str],
    dataset: str,
    colours: list[Colour],
    item: Marked,
    label: str,
    rebuilt: bool = False,
    ground: bool = False,
    lens: bool = True,
    written: bool = True,
    gallery: bool = True,
    count: int = 0,
    decode_note: str = "",
    height: int = 560,
    draw: seen.Draw | None = None,
) -> None:
    """Show a map; what is done on it is told by `answer`.

    Parameters
    ----------
    key : of the component, unique in the app.
    name : what the map's names in the page's address begin with.
    view : checkpoint and kind of map.
    colours : what points can be coloured by, first the default.
    label : what the map shows, for screen readers.
    rebuilt : pictures of items are reconstructions.
    ground : show what the model draws at each place of a plane, instead of the points.
    lens : show what the model draws under the pointer.
    written : write the groups' names on the map.
    gallery : show pictures of what is selected below the map.
    count : how many items are selected, on the map or not.
    draw : draws the same for a slide.
    decode_note : what a decoded place means where the map is not the model's own plane.
    """
    model, kind = view
    data: dict[str, Any] = {
        "name": name,
        "map": model,
        "kind": kind,
        "dataset": dataset,
        "label": label,
        "rebuilt": rebuilt,
        "ground": ground,
        "lens": lens,
        "dots": not ground,
        "written": written and not ground,
        "gallery": gallery,
        "count": count,
        "heard": _heard(key),
        "decodeNote": decode_note,
        "colours": [vars(colour) for colour in colours],
        "item": vars(item),
        "issues": [issue_marks.MARKS, [*issue_marks.SPOKEN.values()], issue_marks.PLACES],
        "height": seen.large(height, HIGHER),
        **vars(addresses),
    }
    if draw is not None:
        seen.tell(key, seen.Seen(caption=label.split(". Arrow")[0] + ".", draw=draw))
    _MOUNT(
        key=key,
        data=data,
        on_picked_change=_rerun,
        on_region_change=_rerun,
        on_place_change=_rerun,
        on_plain_change=_rerun,
    )


def _rerun() -> None:
    """A callback makes Streamlit know the event; what was done is read by `answer` in the run that follows."""


def _heard(key: str) -> int:
    """When the last outline that is known here was drawn, by the browser's clock (ms); 0 before the first."""
    told, name = st.session_state.get(key), f"_{key}_heard"
    region = told.get("region") if isinstance(told, Mapping) else None
    if isinstance(region, Mapping) and (drawn := _whole(region.get("drawn"))):
        st.session_state[name] = drawn
    return int(st.session_state.get(name, 0))


def answer(key: str, view: tuple[str, str]) -> Answer:
    """What was done on a map to cause this run; to be asked before it is shown, so that one run is enough.

    Tests seed it with ``session_state[key] = {"picked": {"id": 3, "map": ..., "kind": ...}}``.
    """
    told = st.session_state.get(key)
    return read_answer(told, view) if isinstance(told, Mapping) else Answer()


def read_answer(result: Mapping[str, Any], view: tuple[str, str]) -> Answer:
    """What a browser says was done, as far as it can be believed; nothing for another map than ``view``."""
    picked, region, place = (_own(result.get(name), view) for name in ("picked", "region", "place"))
    return Answer(
        picked=_whole(picked.get("id")),
        region=_region(region, view),
        place=_place((place.get("x"), place.get("y"))),
    )


def _own(value: Any, view: tuple[str, str]) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) and (value.get("map"), value.get("kind")) == view else {}


def _whole(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _place(value: Any) -> tuple[float, float] | None:
    x, y = value
    numbers = all(type(number) in (int, float) and abs(number) < 1e6 for number in value)
    return (float(x), float(y)) if numbers else None


def _region(value: Mapping[str, Any], view: tuple[str, str]) -> tuple[str, Outline | None] | None:
    mode = value.get("mode")
    if mode == "clear":
        return "clear", None
    corners = value.get("corners")
    if mode not in MODES or not isinstance(corners, list) or not all(_is_pair(corner) for corner in corners):
        return None
    hidden = value.get("hidden")
    groups = tuple(group for group in hidden if type(group) is int) if isinstance(hidden, list) else ()
    column = str(value.get("column", "")) if groups else ""
    try:
        return mode, Outline(view[0], view[1], tuple((float(x), float(y)) for x, y in corners), column, groups)
    except ValueError:
        return None


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and _place(value) is not None
