"""What the page on selections shows: what is known of the chosen items, in numbers, in pictures and as a file."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import export
from core.saved import Saved
from dashboard import charts, frame, heatmap, issue_filter, item_data, labels, resources, state
from dashboard.categories import percent
from dashboard.components import tiles
from dashboard.items import Item

PAGE = 48  # pictures
BARS = 12  # labels, or categories
ORDERS = ("Place", "Largest error", "Smallest error")
Writer = Callable[[Saved, dict[str, list[export.Cell]]], str]
QUANTILES = {"Best 10 %": 0.1, "Median": 0.5, "Worst 10 %": 0.9}


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of items as a checkpoint sees them; every array has one row for each.

    Attributes
    ----------
    checkpoint, dataset : names.
    items : (n,) int64, places in the full data set.
    label : (n,) int64, -1 where nothing here knows it.
    error : (n,) float32, mean squared error per pixel; NaN where it was not measured.
    category : (n,) int64, -1 where it is not known; None where the checkpoint has no categories.
    here : (n,) bool, whether there is a picture.
    """

    checkpoint: str
    dataset: str
    items: np.ndarray
    label: np.ndarray
    error: np.ndarray
    category: np.ndarray | None
    here: np.ndarray

    def columns(self) -> dict[str, list[export.Cell]]:
        """For a file."""
        names = resources.source(self.dataset).labels
        found: dict[str, list[export.Cell]] = {
            "label": [names[label] if 0 <= label < len(names) else None for label in self.label.tolist()],
            "error": self.error.tolist(),
        }
        if self.category is not None:
            found["category"] = [None if category < 0 else category for category in self.category.tolist()]
        return found


def known(checkpoint: str, items: np.ndarray) -> Known:
    """Gather what the originals, the gallery and the map of a checkpoint say of items (n,) int64."""
    card, gallery = resources.card(checkpoint), resources.gallery(checkpoint)
    images, whole = resources.images(card.dataset), resources.item_map(checkpoint)
    label, error = np.full(len(items), -1), np.full(len(items), np.nan, np.float32)
    here, category = np.zeros(len(items), bool), None
    if whole is not None:
        _fill(label, items, np.arange(len(whole)), whole.label)
        _fill(error, items, np.arange(len(whole)), whole.error)
    _fill(label, items, gallery.index, gallery.label)
    _fill(error, items, gallery.index, gallery.error)
    _fill(here, items, gallery.index, np.ones(len(gallery), bool))
    if images is not None:
        _fill(label, items, images.index, images.labels)
        _fill(here, items, images.index, np.ones(len(images), bool))
    if gallery.category is not None:
        category = np.full(len(items), -1)
        _fill(category, items, gallery.index, gallery.category)
    return Known(checkpoint, card.dataset, items, label, error, category, here)


def _fill(into: np.ndarray, items: np.ndarray, index: np.ndarray, values: np.ndarray) -> None:
    """Write the ``values`` of those ``items`` that stand in ``index``, which ascends."""
    if len(index):
        rows = np.minimum(np.searchsorted(index, items), len(index) - 1)
        hit = index[rows] == items
        into[hit] = values[rows[hit]]


def statistics(found: Known) -> None:
    """Labels, categories and errors of the items, beside those of the whole gallery."""
    left, right = st.columns(2, gap="medium")
    with left:
        _labels(found)
    with right:
        if found.category is None:
            _errors(found)
        else:
            _categories(found, found.category)
    if found.category is not None:
        _errors(found)


def _labels(found: Known) -> None:
    st.markdown("**Labels**")
    label, names = found.label[found.label >= 0], resources.source(found.dataset).labels
    if not len(label):
        st.caption("Nothing on this machine knows their labels.")
        return
    counts = np.bincount(label, minlength=len(names))
    held = np.flatnonzero(counts) if max(map(len, names)) > 2 else np.arange(len(names))
    shown = [labels.named(found.dataset, int(i)) for i in held]
    figure = heatmap.histogram(*heatmap.folded(shown, counts[held], BARS))
    charts.chart(figure, key="sel_labels", alt="Chosen items of each label")
    most, gallery = int(counts.argmax()), resources.gallery(found.checkpoint)
    usual = float((gallery.label == most).mean())
    share = float(counts[most] / len(label))
    st.caption(
        f"Most often {labels.named(found.dataset, most)}: {percent(share)} of them, and {percent(usual)} of the "
        "gallery."
        f"{_missing(len(found.items) - len(label), 'label')}"
    )


def _categories(found: Known, category: np.ndarray) -> None:
    st.markdown("**Categories of the model**")
    chosen = category[category >= 0]
    if not len(chosen):
        st.caption("None of them is in the gallery, so their categories are not known.")
        return
    counts = np.bincount(chosen)
    order = np.argsort(-counts, kind="stable")[: min(BARS, np.count_nonzero(counts))]
    figure = heatmap.histogram([str(i) for i in order], counts[order])
    charts.chart(figure, key="sel_categories", alt="Chosen items of each category")
    more = np.count_nonzero(counts) - len(order)
    others = f" {more} smaller ones are left out." if more else ""
    st.caption(
        f"{np.count_nonzero(counts)} categories, largest first.{others}"
        f"{_missing(len(found.items) - len(chosen), 'category')}"
    )


def _errors(found: Known) -> None:
    st.markdown("**Errors**")
    error = found.error[np.isfinite(found.error)]
    if not len(error):
        st.caption("Not measured: none of them is in the gallery of this checkpoint.")
        return
    whole = resources.item_map(found.checkpoint) or resources.gallery(found.checkpoint)
    lines = [
        {"Items": name, **{title: f"{np.quantile(of, q):.4f}" for title, q in QUANTILES.items()}}
        for name, of in ((f"{len(error):,} chosen", error), (f"all {len(whole):,} measured", whole.error))
    ]
    st.table(lines, hide_index=True, border="horizontal", alt="Errors of the chosen items and of all")
    st.caption(
        "Mean squared difference per pixel of original and rebuilt, pixels 0 to 1; lower is better. A tenth of "
        "the items is below the first number, a tenth above the last."
        f"{_missing(len(found.items) - len(error), 'error')}"
    )


def _missing(count: int, what: str) -> str:
    return f" Of {count:,} the {what} is not known." if count else ""


@st.fragment
@frame.guard()
def wall(found: Known) -> None:
    """The items as pictures, a page at a time; a click makes one the current item."""
    if not found.here.any():
        st.info("None of these items is on this machine, so there are no pictures.", icon=":material/hide_image:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        order = st.segmented_control("Order by", ORDERS, default=ORDERS[0], required=True, key="sel_order")
        left = issue_filter.keep("sel_issues", found.dataset, found.items)
        rows = ordered(found, order or ORDERS[0])
        rows = rows[left[rows]]
        pages = max(1, -(-len(rows) // PAGE))
        if st.session_state.get("sel_page", 1) > pages:
            st.session_state["sel_page"] = pages
        page = st.pagination(pages, key="sel_page") if pages > 1 else 1
    if not len(rows):
        st.info(issue_filter.NOTHING, icon=":material/filter_alt:")
        return
    rows = rows[(page - 1) * PAGE : page * PAGE]
    items = [Item(found.dataset, int(index)) for index in found.items[rows]]
    images, rebuilt = pictures(found.checkpoint, found.items[rows])
    current = state.current_item()
    row = tiles(
        images,
        key="sel_tiles",
        label="Selected items",
        captions=[caption(found, int(i), order or ORDERS[0]) for i in rows],
        marks=["generated" if made else "" for made in rebuilt],
        issues=issue_filter.marks(found.dataset, found.items[rows]),
        alt=[item.address for item in items],
        size=56,
        selected=items.index(current) if current in items else None,
    )
    if row is not None:
        state.go(items[row])
    made = " Dashed: rebuilt by the model, as the original is not here." if rebuilt.any() else ""
    under = "label" if order == ORDERS[0] else "error in thousandths"
    st.caption(f"Under each: its {under}. Click one to see it closely.{made}")


def ordered(found: Known, order: str) -> np.ndarray:
    """Rows (n,) of the items that have a picture, in one of ``ORDERS``; unknown errors come last."""
    rows = np.flatnonzero(found.here)
    if order == ORDERS[0]:
        return rows
    error = found.error[rows]
    return rows[np.argsort(-error if order == ORDERS[1] else error, kind="stable")]  # NaN is sorted last


def caption(found: Known, row: int, order: str) -> str:
    """A few letters under a picture."""
    if order != ORDERS[0]:
        return f"{1000 * found.error[row]:.1f}" if np.isfinite(found.error[row]) else "–"
    return labels.named(found.dataset, int(found.label[row])) if found.label[row] >= 0 else "–"


def pictures(checkpoint: str, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, H, W, C) uint8 of items that are here, and which of them are rebuilt: (n,) bool."""
    card, gallery = resources.card(checkpoint), resources.gallery(checkpoint)
    originals = resources.images(card.dataset)
    known = {} if originals is None else originals.rows
    rebuilt = np.array([int(item) not in known for item in items], bool)
    found = np.zeros((len(items), *card.shape), np.uint8)
    if originals is not None:
        found[~rebuilt] = originals.images[[known[int(item)] for item in items[~rebuilt]]]
    if rebuilt.any():
        rows = np.array([gallery.rows[int(item)] for item in items[rebuilt]], np.int64)
        found[rebuilt] = item_data.reconstructions(checkpoint, rows)
    return found, rebuilt


def downloads(saved: Saved, found: Known, *, key: str) -> None:
    """Two buttons that write the items, what is known of them and why they were chosen."""
    kinds: dict[str, tuple[Writer, str]] = {
        "csv": (export.to_csv, "text/csv"),
        "json": (export.to_json, "application/json"),
    }
    for ending, (write, mime) in kinds.items():
        st.download_button(
            ending.upper(),
            _content(write, saved, found),
            export.file_name(saved, ending),
            mime,
            key=f"{key}_{ending}",
            icon=":material/download:",
            on_click="ignore",
            help=f"{len(saved):,} items with label, error, category, tags and reason.",
        )


def _content(write: Writer, saved: Saved, found: Known) -> Callable[[], str]:
    """What is written once somebody asks for it."""
    return lambda: write(saved, found.columns())
