"""The map component on a page: what it is given of a checkpoint, and what follows from what is done on it."""

from collections.abc import Mapping

import streamlit as st

from core.cards import Card
from dashboard import (
    auditing,
    categories,
    issue_columns,
    issue_marks,
    item_data,
    labels,
    maps,
    mapshot,
    media,
    plane,
    regions,
    resources,
    state,
)
from dashboard.components.map import Addresses, Colour, Marked, answer, point_map
from dashboard.items import Item

NUMBERS = {"error": "Error, MSE per pixel (lower is better)", "realism": "Realism, 0 to 1 (higher is better)"}
DECODE_NOTE = "Mean of the codes of the 15 nearest dots, decoded: this map has no way back of its own."
HEIGHT, BESIDE_HEIGHT = 560, 400


def fall_back(key: str) -> None:
    """Choose the plain chart where the browser said that it cannot draw the map; before that choice is drawn."""
    told = st.session_state.get(key)
    if isinstance(told, Mapping) and told.get("plain") is True:
        st.session_state["map_plain"] = True


def act(key: str, id: str, kind: str) -> None:
    """Do what was asked for on the map ``key``; before anything of this run is drawn."""
    told = answer(key, (id, kind))
    if told.region is not None:
        regions.enclose(*told.region)
    if told.place is not None and kind == "plane":
        plane.go_to(told.place)
    if told.picked is not None and state.exists(item := Item(state.dataset(), told.picked)):
        state.select(item)


def show(key: str, id: str, kind: str, *, second: bool = False, ground: bool = False, lens: bool = True) -> None:
    """Draw the map; ``ground`` shows what the model draws at each place instead of the points.

    ``lens`` shows what it draws under the pointer, unless another map does.
    """
    card = resources.card(id)
    found = maps.points(id, kind)
    real = item_data.are_originals(card.dataset)
    shades, prefix = colours(card, found, kind), "map2" if second else "map"
    what = "what the model draws at each place of the plane" if ground else f"{len(found):,} images"
    point_map(
        addresses(id, kind),
        key=key,
        name=prefix,
        view=(id, kind),
        dataset=card.dataset,
        colours=shades,
        item=marked(id, kind, found),
        label=f"{maps.KINDS[kind]} of {card.title}: {what}. Arrow keys go from point to point, Enter picks.",
        rebuilt=not real,
        ground=ground,
        lens=lens,
        decode_note=DECODE_NOTE,
        gallery=not second,
        count=len(state.selection()),
        height=BESIDE_HEIGHT if second or kind == "plane" else HEIGHT,
        draw=mapshot.drawing(id, found, shades, prefix, ground=ground),
    )


def addresses(id: str, kind: str) -> Addresses:
    """Where the browser fetches what the map shows; the digest in each lets it keep the answers."""
    version = f"v={media.stamp(id)}"
    chosen, issues = regions.bits(), auditing.stamp(resources.card(id).dataset)
    return Addresses(
        points=f"/points/{id}/{kind}.bin?{version}{issues and f'&issues={issues}'}",
        picture=f"/picture/{id}/{{}}.png?{version}",
        pictures=f"/pictures/{id}.png?{version}&",
        decode=f"/decode/{id}/{kind}.png?{version}&",
        chosen=f"/chosen/{chosen}.bin" if chosen else "",
        atlas=f"/plane/{id}.png?{version}" if kind == "plane" else "",
    )


def colours(card: Card, found: maps.MapPoints, kind: str) -> list[Colour]:
    """What the points of a map can be coloured by, the label first."""
    names = resources.source(card.dataset).labels
    made = [Colour("label", "Label", names, maps.tints(card.id, kind, "label", len(names)))]
    if found.category is not None:
        count = int(card.config["categories"])
        given = categories.names(card.id)
        called = tuple(f"{number} {given[number]}" if number in given else str(number) for number in range(count))
        made.append(Colour("category", "Category", called, maps.tints(card.id, kind, "category", count)))
    made.append(Colour("error", NUMBERS["error"]))
    if found.realism is not None:
        made.append(Colour("realism", NUMBERS["realism"]))
    return made + issues(card.dataset)


def issues(dataset: str) -> list[Colour]:
    """Colours by what an audit found: what is to be done first, then how bad each kind of issue is."""
    found = issue_columns.audit(dataset)
    if found is None:
        return []
    made = [Colour(issue_columns.STATE, "Review", issue_marks.STATES, issue_marks.TINTS, written=False)]
    for kind in issue_columns.kinds(found):
        title = f"Issue: {auditing.title(kind).lower()}, severity 0 to 1 (grey has none)"
        made.append(Colour(f"{issue_columns.PREFIX}{kind}", title, listed=True))
    return made


def marked(id: str, kind: str, found: maps.MapPoints) -> Marked:
    """The current item: a dot of the map, or placed on it."""
    item = state.current_item()
    if maps.holds(found, item):
        return Marked(item.index, item.address)
    x, y = (float(value) for value in maps.place_of(id, kind, item))
    name = labels.name(item)
    return Marked(item.index, item.address, facts=f"label {name}" if name else "placed by its code", place=(x, y))
