"""The body of the page on audits: kinds of issues with counts, the case, the gallery, groups."""

import numpy as np
import streamlit as st

from core.audit import brought
from core.audit.decisions import DROP, FINE, KEEP
from core.audit.findings import Issue
from core.audit.review import Queue, counts
from core.saved import StoreError
from dashboard import (
    audit_case,
    audit_export,
    audit_facts,
    audit_running,
    audit_words,
    auditing,
    frame,
    labels,
    navigation,
    resources,
    state,
    verdicts,
    words,
)
from dashboard.auditing import GROUP, Audit
from dashboard.components.threshold import moved, threshold
from dashboard.components.tiles import tiles

PAGE = 24  # pictures of the gallery at a time
SLIDER = "audit_slider"
SIZE = 64


@st.fragment
@frame.guard()
def board() -> None:
    """All that changes with a verdict; a run of its own, so that the next case comes at once."""
    audit = auditing.current(state.dataset())
    if audit is None or st.session_state.pop(auditing.AGAIN, False):
        st.rerun()  # of the whole page, which shows what changed
    kinds = auditing.kinds(audit)
    if not kinds:
        st.success("The audit looked for nothing: it has no kinds of issues.")
        return
    kind = auditing.chosen_kind(audit, kinds)
    above = st.container()  # filled last: the case is what is waited for
    trouble()
    if kind == GROUP:
        groups(audit)
    else:
        judging(audit, kind)
    with above:
        if auditing.store().around(audit.scope)[0] == brought.TITLE:
            st.info(
                "This set was brought before: what you decided then of the same pictures counts here. Undo takes "
                "that back.",
                icon=":material/history:",
            )
        tabs(audit, kinds, kind)
    audit_export.show(audit)
    with st.expander("How it was audited", icon=":material/info:"):
        audited(audit)


def audited(audit: Audit) -> None:
    """What the audit was made with, and how to make it anew."""
    seconds = sum(audit.found.seconds.values())
    with_ = f"with {words.literal(audit.found.checkpoint)}" if audit.found.checkpoint else "without a model"
    st.markdown(
        f"{audit.found.size:,} images were looked at {with_}, in {audit_running.duration(seconds)}. Decisions are "
        f"kept in `{auditing.store().path}`: what was judged does not come up again when the audit is run anew."
    )
    audit_running.offer(audit.dataset, again=True)


def judging(audit: Audit, kind: str) -> None:
    """The review of one kind of issue."""
    issue = audit.found.issues[kind]
    if (value := moved(SLIDER)) is not None:
        auditing.set_threshold(audit, kind, value)
    at = auditing.threshold(audit, kind)
    queue = auditing.cases(audit, issue)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(audit_words.kind(kind).what, width="content")
        with st.popover("How it is found", type="tertiary"):
            st.markdown(words.literal(issue.how))
    left, right = st.columns((8, 5), gap="medium")
    with left:
        review(audit, issue, queue)
    with right:
        choose_threshold(audit, issue, queue, at)
        gallery(audit, issue, queue)
        many(audit, issue, queue)


def tabs(audit: Audit, kinds: list[str], kind: str) -> None:
    """The kinds of issues, each with what is left to review."""
    left = {name: auditing.cases(audit, issue).left for name, issue in audit.found.issues.items()}
    left[GROUP] = len(audit.found.groups)
    st.session_state["audit_tabs"] = kind
    st.segmented_control(
        "Kind of issue, with what is left to review",
        kinds,
        format_func=lambda name: f"{auditing.title(name)} · {left.get(name, 0):,}",
        key="audit_tabs",
        required=True,
        label_visibility="collapsed",
        on_change=_tab_chosen,
        wrap=True,
    )


def _tab_chosen() -> None:
    if kind := st.session_state.get("audit_tabs"):
        auditing.choose(kind)


def trouble() -> None:
    """What went wrong with the last verdict."""
    if failed := st.session_state.pop(verdicts.FAILED, ""):
        st.error(f"{words.literal(failed)} What was decided before is kept.", icon=":material/error:")


def review(audit: Audit, issue: Issue, queue: Queue) -> None:
    """The case, and how far the review is."""
    noun = "pairs" if queue.items.shape[1] == 2 else "items"
    if not len(queue):
        st.success(f"No {noun} from this severity on. Move the slider to the left to see milder ones.")
        return
    done = len(queue) - queue.left
    st.progress(done / len(queue), text=f"{done:,} of {len(queue):,} reviewed")
    if not queue.left:
        st.success("All are reviewed. Look at them again, take another kind, or write the results below.")
    at = auditing.case(queue, audit.dataset)
    if at is not None:
        auditing.go(queue, audit.dataset, at)  # it stays this one, whatever another tab does meanwhile
        audit_case.show(audit, issue, queue, at)
    if said := st.session_state.get(verdicts.SAID):
        st.caption(f":material/history: {words.literal(said)}")


def choose_threshold(audit: Audit, issue: Issue, queue: Queue, at: float) -> None:
    """The slider."""
    pair = bool(len(issue.pairs))
    threshold(
        counts(issue),
        key=SLIDER,
        value=at,
        count=len(queue),
        proposed=issue.threshold,
        noun="pair" if pair else "item",
    )
    if at != issue.threshold:
        st.button(
            f"Back to {issue.threshold:.2f}, as proposed",
            key="audit_proposed",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=auditing.set_threshold,
            args=(audit, issue.kind, None),
        )


@frame.guard()
def gallery(audit: Audit, issue: Issue, queue: Queue) -> None:
    """The cases as pictures, the worst first; a click goes to one."""
    if not len(queue):
        return
    now = auditing.case(queue, audit.dataset)
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
        auditing.go(queue, audit.dataset, int(places[row]))
        st.session_state.pop(verdicts.ASKING, None)
        st.rerun(scope="fragment")


def pictures(audit: Audit, items: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of the set's own size."""
    held = resources.images(audit.dataset)
    if held is not None:
        return np.asarray(held.images[np.array([held.rows[int(item)] for item in items], np.int64)])
    first = resources.first(audit.dataset)
    if first is None:
        raise ValueError(f"no picture of {audit.dataset} is on this machine")
    return resources.looks(first, items)


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
            on_click=_select,
            args=(queue,),
            help="They become the selection, which every page shows.",
        )
        if st.session_state.pop("_audit_selected", False):
            st.switch_page(navigation.path("latent_map"))


def _select(queue: Queue) -> None:
    state.set_selection(np.unique(queue.items[~queue.settled] if queue.left else queue.items).tolist())
    st.session_state["_audit_selected"] = True


def groups(audit: Audit) -> None:
    """Labels and groups with few items, or that a model does worse on."""
    st.markdown(audit_words.kind(GROUP).what)
    rows = audit.found.groups
    most = max((float(row.get("count", 0) or 0) for row in rows), default=1.0) or 1.0
    lines = [
        {
            "What": str(row.get("kind", "")).replace("_", " "),
            "Name": str(row.get("name", "")),
            "Items": int(row.get("count", 0) or 0),
            "Of the largest here": float(row.get("count", 0) or 0) / most,
            "Share, %": 100 * float(row["share"]) if isinstance(row.get("share"), int | float) else None,
            "In words": str(row.get("text", "")),
        }
        for row in rows
    ]
    st.dataframe(
        lines,
        key="audit_groups",
        hide_index=True,
        column_config={
            "Of the largest here": st.column_config.ProgressColumn(min_value=0, max_value=1, format=" "),
            "Share, %": st.column_config.NumberColumn(format="%.1f"),
            "In words": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(
        "What concerns no single image: nothing is decided here. Bring more of what is scarce, or weigh it."
    )


def failed(error: StoreError | ValueError) -> None:
    """Where findings or decisions cannot be read."""
    st.error(f"**The audit cannot be shown.** {words.literal(str(error))}", icon=":material/error:")
