"""Where in an audit the reader is: the kind of issue, the severity from which on, and the case."""

import streamlit as st

from core.audit.findings import Issue
from core.audit.review import Queue
from dashboard import address, auditing, state
from dashboard.auditing import Audit, Items

KIND, FROM = "audit_kind", "audit_from"  # in the URL
CHOSEN, CASE = "_audit_kind", "_audit_case"
AGAIN = "_audit_again"  # the whole page is to be drawn: only then can a name be taken out of its address


def chosen_kind(audit: Audit, kinds: list[str]) -> str:
    """The kind of issue that is reviewed: the URL's, else the one that was chosen, else the first with cases."""
    if (asked := address.asked(KIND)) in kinds:
        st.session_state[CHOSEN] = asked
    if st.session_state.get(CHOSEN) not in kinds:
        st.session_state[CHOSEN] = next((one for one in kinds if has_cases(audit, one)), kinds[0])
    kind = str(st.session_state[CHOSEN])
    address.complete(KIND, kind)
    return kind


def choose(kind: str) -> None:
    """Review another kind of issue."""
    if st.session_state.get(CHOSEN) != kind:
        st.session_state[CHOSEN] = kind
        at = st.session_state.get("_audit_from", {}).get((state.dataset(), kind))
        st.session_state[AGAIN] = at is None and FROM in st.query_params
        address.choose({KIND: kind, FROM: None if at is None else f"{at:g}"})


def has_cases(audit: Audit, kind: str) -> bool:
    """Whether anything is left to review of a kind."""
    issue = audit.found.issues.get(kind)
    return issue is not None and cases(audit, issue).left > 0


def threshold(audit: Audit, kind: str) -> float:
    """From which severity on items are reviewed: as the reader set it, else as the audit proposes."""
    kept = st.session_state.setdefault("_audit_from", {})
    if (asked := address.asked(FROM)) is not None:
        try:
            kept[audit.dataset, kind] = min(1.0, max(0.0, float(asked)))
        except ValueError:
            state.notice(f"The link names no severity: '{state.plain(asked)}'.")
            state.flush_notices()
    if (audit.dataset, kind) not in kept:
        return audit.found.issues[kind].threshold
    address.complete(FROM, f"{kept[audit.dataset, kind]:g}")
    return float(kept[audit.dataset, kind])


def set_threshold(audit: Audit, kind: str, value: float | None) -> None:
    """Review from another severity on; None: as the audit proposes."""
    kept = st.session_state.setdefault("_audit_from", {})
    if value is None:
        kept.pop((audit.dataset, kind), None)
        address.choose({FROM: None})
        st.session_state[AGAIN] = True
    else:
        kept[audit.dataset, kind] = min(1.0, max(0.0, value))
        address.choose({FROM: f"{kept[audit.dataset, kind]:g}"})


def cases(audit: Audit, issue: Issue) -> Queue:
    """The cases of a kind from the reader's threshold on."""
    at = st.session_state.get("_audit_from", {}).get((audit.dataset, issue.kind), issue.threshold)
    return auditing.queue_at(audit, issue, float(at))


def case(queue: Queue, dataset: str) -> int | None:
    """Place of the case that is looked at: the one that was gone to, else the first that waits; None for none."""
    kept: Items | None = st.session_state.setdefault(CASE, {}).get((dataset, queue.kind))
    at = None if kept is None else queue.at(kept)
    if at is None:
        at = queue.next_open()
    return at if at is not None else (0 if len(queue) else None)


def go(queue: Queue, dataset: str, at: int | None) -> None:
    """Look at the case of a place."""
    if at is not None and 0 <= at < len(queue):
        st.session_state.setdefault(CASE, {})[dataset, queue.kind] = tuple(queue.items[at].tolist())
