"""The body of the page on audits: kinds of issues with counts, the case, the slider, groups."""

import streamlit as st

from core.audit import brought
from core.audit.findings import Issue
from core.audit.review import Queue, counts
from core.saved import StoreError
from dashboard import (
    audit_case,
    audit_export,
    audit_gallery,
    audit_place,
    audit_running,
    audit_words,
    auditing,
    charts,
    frame,
    heatmap,
    state,
    verdicts,
    words,
)
from dashboard.auditing import GROUP, Audit
from dashboard.components.threshold import moved, threshold

SLIDER = "audit_slider"
BARS = 20  # groups on a slide


@st.fragment
@frame.guard()
def board() -> None:
    """All that changes with a verdict; a run of its own, so that the next case comes at once."""
    audit = auditing.current(state.dataset())
    if audit is None or st.session_state.pop(audit_place.AGAIN, False):
        st.rerun()  # of the whole page, which shows what changed
    kinds = auditing.kinds(audit)
    if not kinds:
        st.success("The audit looked for nothing: it has no kinds of issues.")
        return
    kind = audit_place.chosen_kind(audit, kinds)
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
        audit_place.set_threshold(audit, kind, value)
    at = audit_place.threshold(audit, kind)
    queue = audit_place.cases(audit, issue)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(audit_words.kind(kind).what, width="content")
        with st.popover("How it is found", type="tertiary"):
            st.markdown(words.literal(issue.how))
    left, right = st.columns((8, 5), gap="medium")
    with left:
        review(audit, issue, queue)
    with right:
        choose_threshold(audit, issue, queue, at)
        audit_gallery.show(audit, issue, queue)
        audit_gallery.many(audit, issue, queue)


def tabs(audit: Audit, kinds: list[str], kind: str) -> None:
    """The kinds of issues, each with what is left to review; those without any case behind one button."""
    queues = {name: audit_place.cases(audit, issue) for name, issue in audit.found.issues.items()}
    left = {name: queue.left for name, queue in queues.items()} | {GROUP: len(audit.found.groups)}
    found = [name for name in kinds if name == kind or len(queues.get(name, audit.found.groups))]
    st.session_state["audit_tabs"], st.session_state["audit_rest"] = kind, None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="audit_kinds"):
        st.segmented_control(
            "Kind of issue, with what is left to review",
            found,
            format_func=lambda name: f"{auditing.title(name)} · {left.get(name, 0):,}",
            key="audit_tabs",
            required=True,
            label_visibility="collapsed",
            on_change=_tab_chosen,
            args=("audit_tabs",),
            wrap=True,
            width="content",
        )
        if rest := [name for name in kinds if name not in found]:
            without(rest)


def without(rest: list[str]) -> None:
    """The kinds that were looked for and have no case: a milder severity may have some."""
    with st.popover(f"Nothing in {len(rest)} more", type="tertiary"):
        st.caption("Looked for, and nothing found. Open one to look at what is milder.")
        st.pills(
            "Kinds without a case",
            rest,
            format_func=auditing.title,
            key="audit_rest",
            label_visibility="collapsed",
            on_change=_tab_chosen,
            args=("audit_rest",),
        )


def _tab_chosen(key: str) -> None:
    if kind := st.session_state.get(key):
        audit_place.choose(kind)


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
    at = audit_place.case(queue, audit.dataset)
    if at is not None:
        audit_place.go(queue, audit.dataset, at)  # it stays this one, whatever another tab does meanwhile
        audit_case.show(audit, issue, queue, at)
        audit_gallery.tell(audit, issue, queue, at)
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
            on_click=audit_place.set_threshold,
            args=(audit, issue.kind, None),
        )


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
    figure = heatmap.bars(
        [f"{line['Name']} ({line['What']})" for line in lines[:BARS]],
        [float(row.get("count", 0) or 0) for row in rows[:BARS]],
        title="items",
        form=",.0f",
    )
    charts.tell(figure, key="audit_groups", alt="Labels and groups with few images, or that a model does worse on")
    st.caption(
        "What concerns no single image: nothing is decided here. Bring more of what is scarce, or weigh it."
    )


def failed(error: StoreError | ValueError) -> None:
    """Where findings or decisions cannot be read."""
    st.error(f"**The audit cannot be shown.** {words.literal(str(error))}", icon=":material/error:")
