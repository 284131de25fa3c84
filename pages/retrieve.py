"""Retrieve: the nearest images to one image, by every model side by side and by plain pixels."""

import numpy as np
import streamlit as st

from core import images as pictures
from dashboard import (
    checkpoint_choice,
    corners,
    frame,
    indexes,
    issue_filter,
    item_data,
    items,
    labels,
    queries,
    resources,
    seen,
    state,
    widgets,
)
from dashboard.components import sketch, tiles
from dashboard.items import Item
from dashboard.queries import Query, Ranking, Space

ITEM, UPLOAD, DRAW = "Item", "Upload", "Draw"
FROM = "retr_from"
METRICS = {"l2": "L2", "cosine": "Cosine"}
METRICS_HELP = (
    "L2: straight-line distance of two vectors. Cosine: 1 minus the cosine of their angle, 0 to 2, whatever their "
    "lengths. Both: lower is nearer. Distances of different spaces cannot be compared with each other."
)
MOST = 20
OBJECTS = {"digits": "a digit"}
HOW = (
    "↑ higher is better; bold: best of the column. Nearest right: share of test items whose nearest training item "
    "has the same label (precision at 1). 5 and 10 nearest: share of those with the query's label (precision at 5 "
    "and at 10). By L2 distance unless it says cosine. mAP: mean average precision of the whole ranking, 0 to 1, "
    "over a seeded sample of the test items."
)


def made() -> dict[tuple[str, str], Item]:
    """The query that each source last gave, by data set."""
    return st.session_state.setdefault("_retr_items", {})


def keep(source: str, item: Item, *, step: bool = True) -> None:
    """Make ``item`` the query, and remember where it came from; ``step`` as in `state.select`."""
    made()[item.dataset, source] = item
    if item != state.current_item():
        state.select(item, step=step)
    st.session_state["_retr_last"] = item


def switched() -> None:
    """Go back to what the newly chosen source last gave; a callback."""
    item = made().get((state.dataset(), st.session_state.get(FROM) or ITEM))
    if item is not None and not (item.is_upload and items.upload_image(item) is None):
        state.select(item)
        st.session_state["_retr_last"] = item


def follow() -> None:
    """Show the current item as such when it was changed by something else than an upload or a drawing."""
    current, last = state.current_item(), st.session_state.get("_retr_last")
    if last is not None and last != current and last.dataset == current.dataset:
        st.session_state[FROM] = ITEM
    st.session_state["_retr_last"] = current
    if st.session_state.get(FROM, ITEM) == ITEM:
        made()[current.dataset, ITEM] = current


def controls() -> tuple[str, str, int]:
    """Where the query comes from, the distance, and how many are wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        source = st.segmented_control(
            "Query from",
            [ITEM, UPLOAD, DRAW],
            default=ITEM,
            required=True,
            key=FROM,
            bind="query-params",
            on_change=switched,
            help="The current item, a picture of your own, or a drawing. Either way it becomes the current item.",
        )
        metric = st.segmented_control(
            "Distance",
            list(METRICS),
            default="l2",
            format_func=METRICS.__getitem__,
            required=True,
            key="retr_metric",
            bind="query-params",
            help=METRICS_HELP,
        )
        k = st.slider("How many", 1, MOST, 8, key="retr_k", bind="query-params", width=220)
    return source or ITEM, metric or "l2", min(max(int(k), 1), MOST)


def from_upload() -> None:
    """A picture of the reader's own; a bad one is told of for as long as it is there."""
    item = widgets.upload(f"Your picture, PNG, JPEG or WebP, at most {widgets.LARGEST} MB", key="retr_file")
    if item is not None:
        keep(UPLOAD, item)


def from_drawing() -> None:
    """A drawing: the query changes with every stroke."""
    name = state.dataset()
    key, kept = f"retr_pad_{name}", st.session_state.setdefault("_retr_pads", {})
    if key not in st.session_state and kept.get(name):
        st.session_state[key] = {"drawing": kept[name]}  # of before another source was chosen
    ink = sketch(key=key, size=224, hint=f"Draw {OBJECTS.get(name, 'a garment')}")
    kept[name] = (st.session_state.get(key) or {}).get("drawing")
    if ink is None:
        return
    image = pictures.to_item(ink, resources.source(name).shape, invert=False)
    before, item = made().get((name, DRAW)), state.add_upload(name, image)
    keep(DRAW, item, step=before != state.current_item())
    if before is not None and before != item and not corners.holds(before):
        # Each stroke would otherwise take one of the few places for uploads.
        items.uploads().pop((name, before.upload), None)


def ask(source: str) -> None:
    """Where the query comes from, and what the models see of it."""
    if source == ITEM:
        return
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left, frame.guard():
        from_upload() if source == UPLOAD else from_drawing()
    item = made().get((state.dataset(), source))
    image = None if item is None else item_data.original(item)
    if item is not None and image is not None and item == state.current_item():
        with right:
            tiles(
                image[None],
                key="retr_query",
                label="Query",
                captions=["Models see this"],
                marks=["query"],
                alt=[item.address],
                size=112,
                clickable=False,
            )


def searched(query: Query, item: Item, source: str, only: str) -> int:
    """One line on what the query is and what is searched; how many items that are."""
    gallery = resources.gallery(source)
    count = int(np.count_nonzero(issue_filter.left(only, item.dataset, gallery.index)))
    what = f"the {len(gallery):,} items of the gallery"
    if only != issue_filter.ALL:
        what = f"{count:,} of {what} ({issue_filter.FILTERS[only].lower()})"
    known = "no label" if query.label is None else f"label **{labels.named(item.dataset, query.label)}**"
    left_out = "" if gallery.row(item.index) is None else ", itself left out"
    st.markdown(f"Query `{item.address}`, {known}. Searched: {what}{left_out}. Click a picture to search from it.")
    return count


def row(space: Space, query: Query, source: str, *, k: int, metric: str, only: str) -> None:
    """What one space holds nearest to the query."""
    name = state.dataset()
    found = queries.rank(space, query, name, k=k, metric=metric, only=only)
    if found is None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="xsmall"):
        st.markdown(f"**{space.title}** :gray[{space.dim} numbers]", width="content")
        st.markdown(f"**{found.verdict(name, query.label)}** · {strangeness(found)}", width="content")
    shown = space.key if space.family else source
    found_items = [Item(name, int(place)) for place in resources.gallery(shown).index[found.rows]]
    names = [labels.named(name, label) for label in found.labels]
    picked = tiles(
        item_data.gallery_images(shown, found.rows),
        key=f"retr_row_{space.key}",
        label=f"Nearest by {space.title}",
        captions=[f"{distance:.3g}" for distance in found.distance],
        marks=found.marks(query.label),
        issues=issue_filter.marks(name, resources.gallery(shown).index[found.rows]),
        alt=[f"{one.address}, label {label}" for one, label in zip(found_items, names, strict=True)],
        size=56,
        real=[item_data.are_originals(name)] * len(found_items),
    )
    if picked is not None:
        state.go(found_items[picked])


def strangeness(found: Ranking) -> str:
    """Whether the query lies as near to the gallery as its items lie to each other."""
    if found.rarity >= queries.UNUSUAL:
        return ":orange[:material/warning: unlike the gallery]"
    return f":gray[farther off than {int(100 * found.rarity)} %]"


def results(source: str, metric: str, k: int) -> None:
    """The same query in every space."""
    item, name = state.current_item(), state.dataset()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.subheader("Nearest images", anchor=False, width="content")
        every = st.toggle(
            "All models",
            key="retr_all",
            bind="query-params",
            help="Otherwise the one chosen in the sidebar and the best of each family, by nearest right below.",
        )
        only = issue_filter.choose("retr_issues", name)
    query = queries.make_query(item)
    seen.say(f"Nearest to {item.address}, by pixels and by models; under each picture its distance to it.")
    if not searched(query, item, source, only):
        st.info(issue_filter.NOTHING, icon=":material/filter_alt:")
        return
    if not item_data.are_originals(name):
        st.caption(
            ":material/image_not_supported: The originals are not on this machine: pixels and histogram cannot be "
            "searched, and each model shows its own rebuilt pictures."
        )
    spaces = queries.spaces(name)
    few = queries.few(spaces, also=source)
    for space in spaces:
        if every or space.key in few:
            with frame.guard():
                row(space, query, source, k=k, metric=metric, only=only)
    count = len(resources.gallery(source))
    some = f"{indexes.DRAWN} gallery items drawn with seed 0" if count > indexes.DRAWN else f"the {count:,} items"
    st.caption(
        "Under each picture: its distance to the query. Check and blue outline: the query's label; cross and "
        f"orange: another. Farther off than 90 %: of {some}, 90 % lie nearer "
        "to their own nearest; from 99 % on the query is called unlike the gallery."
    )


def measurements() -> None:
    """Retrieval as it was measured on the whole data set."""
    name = state.dataset()
    if not any(queries.measured(name).values()):
        return
    st.subheader("How good is each space?", anchor=False)
    st.markdown(
        "Measured on the test split, not on the search above: test items as queries against the "
        f"{resources.source(name).train_size:,} training items."
    )
    st.table(queries.table(name), hide_index=True, border="horizontal")
    st.caption(HOW)


main, side = frame.page(
    "Retrieve",
    "Find the nearest images to an item, an upload or a drawing, and compare what each model calls near.",
    picture=("retr_row_*",),
)
checkpoint = checkpoint_choice.choose("retr", ("aae", "vae", "ae"))
with main:
    with frame.guard():
        follow()
        source, metric, k = controls()
        ask(source)
        results(checkpoint, metric, k)
    with frame.guard():
        measurements()
frame.item_card(side, checkpoint)
