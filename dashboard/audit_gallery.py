"""The cases of an audit seen together: a gallery, the worst first, and one verdict for all that wait."""

import numpy as np
import streamlit as st

from core.audit.decisions import DROP, FINE, KEEP
from core.audit.findings import Issue
from core.audit.review import Queue
from core.board import Row
from dashboard import (
    audit_case,
    audit_facts,
    audit_place,
    auditing,
    frame,
    item_data,
    labels,
    navigation,
    resources,
    seen,
    state,
    verdicts,
)
from dashboard.auditing import Audit
from dashboard.components.tiles import tiles
from dashboard.seen import Seen

PAGE = 24  # pictures at a time
SIZE = 76


@frame.guard()
def show(audit: Audit, issue: Issue, queue: Queue) -> None:
    """The cases as pictures, the worst first; a click goes to one."""
    if not len(queue):
        return
    now = audit_place.case(queue, audit.dataset)
    pages = -(-len(queue) // PAGE)
    shown = 1 if now is None else now // PAGE + 1
    # A key for each page that the case is on: the gallery follows the case, and stays where the reader turned to.
    key = f"audit_page_{issue.kind}_{shown}"
    page = st.pagination(pages, default=shown, key=key, max_visible_pages=5) if pages > 1 else 1
    places = np.arange((page - 1) * PAGE, min(page * PAGE, len(queue)))
    items = queue.items[places, 0]
    row = tiles(
        pictures(audit, items),
        key="audit_gallery",
        label="Cases, the worst first",
        captions=[caption(audit, issue, queue, int(place)) for place in places],
        marks=[mark(audit, queue, int(place)) for place in places],
        alt=[" and ".join(f"{audit.dataset}/{item}" for item in queue.items[place]) for place in places],
        size=SIZE,
        selected=int(now - places[0]) if now is not None and places[0] <= now <= places[-1] else None,
    )
    if row is not None and int(places[row]) != now:
        audit_place.go(queue, audit.dataset, int(places[row]))
        st.session_state.pop(verdicts.ASKING, None)
        st.rerun(scope="fragment")


def tell(audit: Audit, issue: Issue, queue: Queue, at: int) -> None:
    """Let what is reviewed be pinned: the case large, and a sentence on what it is one of."""
    items = queue.items[at]
    names = [labels.named(audit.dataset, audit.label(int(one))) for one in items if audit.label(int(one)) >= 0]
    captions = tuple(f"{audit.dataset}/{one}\n{name}" for one, name in zip(items, names, strict=False))
    shown = pictures(audit, items)
    row = Row(shown, captions=captions if len(captions) == len(items) else (), weight=2)
    seen.tell(audit_case.KEY, Seen(rows=(row,), real=(True,) * len(items)))
    noun = ("pair" if len(items) == 2 else "image") + "s" * (len(queue) != 1)
    title, whole = auditing.title(issue.kind), resources.source(audit.dataset).title
    severity = f"severity {queue.severity[at]:.2f} of 1"
    seen.say(f"{title} in {whole}: case {at + 1} of {len(queue):,} {noun}, {severity}.")


def pictures(audit: Audit, items: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of the set's own size."""
    held = resources.images(audit.dataset)
    if held is not None:
        return np.asarray(held.images[np.array([held.rows[int(item)] for item in items], np.int64)])
    first = resources.first(audit.dataset)
    if first is None:
        raise ValueError(f"no picture of {audit.dataset} is on this machine")
    return item_data.looks(first, items)


def caption(audit: Audit, issue: Issue, queue: Queue, place: int) -> str:
    """Severity, and the label or what was suggested."""
    item = int(queue.items[place, 0])
    rather = audit_facts.suggested(audit, issue, item)
    name = labels.named(audit.dataset, audit.label(item)) if audit.label(item) >= 0 else ""
    changed = f"{name} → {labels.named(audit.dataset, rather)}" if rather >= 0 else name
    return f"{queue.severity[place]:.2f}{f' {changed}' if changed else ''}"


def mark(audit: Audit, queue: Queue, place: int) -> str:
    """What was decided of a case, as a mark of the gallery."""
    done = auditing.decision(audit, queue.kind, tuple(queue.items[place].tolist()))
    if not done:
        return "drop" if queue.settled[place] else ""
    return KEEP if len({one.verdict for one in done}) > 1 else done[0].verdict


def many(audit: Audit, issue: Issue, queue: Queue) -> None:
    """The same verdict for all that wait, and where they can be seen together."""
    pair = queue.items.shape[1] == 2
    with st.expander(f"All that wait: {queue.left:,}", icon=":material/done_all:"):
        if pair:
            audit_case.rules()
            st.caption(
                "The rule marks which one of a pair is kept. `S` keeps the other one of the pair on screen."
            )
        with st.container(horizontal=True, gap="xsmall"):
            names = (
                {KEEP: "Keep one of each", FINE: "None is a problem"}
                if pair
                else {DROP: "Drop all", FINE: "None is a problem"}
            )
            for does, name in names.items():
                st.button(
                    name,
                    key=f"audit_all_{does}",
                    icon=audit_case.ICONS[does],
                    disabled=not queue.left,
                    on_click=verdicts.bulk,
                    args=(does,),
                    help="One step: Undo takes all of it back.",
                )
        st.button(
            "Show these on the map",
            key="audit_select",
            icon=":material/scatter_plot:",
            on_click=select_cases,
            args=(queue,),
            help="They become the selection, which every page shows.",
        )
        if st.session_state.pop("_audit_selected", False):
            st.switch_page(navigation.path("latent_map"))


def select_cases(queue: Queue) -> None:
    """Make the cases that wait the selection, or all where none does; for callbacks."""
    state.set_selection(np.unique(queue.items[~queue.settled] if queue.left else queue.items).tolist())
    st.session_state["_audit_selected"] = True
