"""What an audit found of one item, kind by kind, and the way to its case."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import address, audit_place, audit_words, auditing, issue_columns, navigation, state, words
from dashboard.auditing import Audit, Items
from dashboard.items import Item

# What an item with such an issue is called, where that is not the title of the kind.
CALLED = {
    "label": "suspected label error",
    "outlier": "outlier",
    "exact": "exact copy",
    "near": "near copy",
    "leak": "copy across training and test",
    "size": "unusual size",
    "aspect": "unusual proportions",
    "category": "in another category",
    "realism": "unusual realism",
}
CASE = "audit_case"  # in a link to the page of audits: a kind of issue and an item
DIGITS = 9  # of an item's place, at most
TO_REVIEW, DROPPED = "to review", "dropped"
COLOURS = {TO_REVIEW: "orange", DROPPED: "red"}  # nearest to the map's; what is reviewed needs none


@dataclass(frozen=True)
class Case:
    """The case of an item in the review of one kind of issue.

    Attributes
    ----------
    kind : of the issue.
    items : the item, or the pair that it is in.
    at : its place among the cases of the kind, from the proposed severity on.
    severity : 0..1, higher is worse.
    state : what was decided of the item, or ``TO_REVIEW``.
    """

    kind: str
    items: Items
    at: int
    severity: float
    state: str

    def told(self, dataset: str, item: int) -> str:
        """One line, such as "Suspected label error 0.92, to review"."""
        name = CALLED.get(self.kind) or auditing.title(self.kind).lower()
        others = [f" of {dataset}/{other}" for other in self.items if other != item]
        return f"{name[0].upper()}{name[1:]}{''.join(others)} {self.severity:.2f}, {self.state}"


def of(audit: Audit, item: int) -> list[Case]:
    """The case of an item in each kind of issue that it has; of several pairs one that waits, else the worst."""
    found = []
    for kind in issue_columns.kinds(audit):
        issue = audit.found.issues[kind]
        queue = auditing.queue_at(audit, issue, issue.threshold)
        places = np.flatnonzero((queue.items == item).any(axis=1))
        if not len(places):
            continue
        waiting = places[~queue.settled[places]]
        at = int(waiting[0] if len(waiting) else places[0])
        items = tuple(queue.items[at].tolist())
        decided = TO_REVIEW if len(waiting) else _decided(audit, kind, items, item)
        found.append(Case(kind, items, at, float(queue.severity[at]), decided))
    return found


def _decided(audit: Audit, kind: str, items: Items, item: int) -> str:
    """What was decided of an item in a case that is settled."""
    if item in audit.book.dropped:
        return DROPPED
    own = [one for one in auditing.decision(audit, kind, items) if one.item == item]
    return audit_words.VERDICTS[own[0].verdict].lower() if own else "the other one is dropped"


def show(item: Item) -> None:
    """The issues of an item, each with the way to its case; nothing where there is none."""
    audit = None if item.is_upload else issue_columns.audit(item.dataset)
    if audit is None:
        return
    cases = of(audit, item.index)
    if not cases:
        return
    st.caption("Issues", help="What the audit found; severity 0 to 1, higher is worse. Click one to review it.")
    with st.container(gap=None, key="card_issues"):
        for case in cases:
            told = words.literal(case.told(item.dataset, item.index))
            # Beside the link, as the words of a link are cut where there is no room.
            st.markdown(f":small[:{COLOURS.get(case.state, 'gray')}[{told}]]")
            st.page_link(
                navigation.path("audit"),
                label="Open its case",
                query_params={state.ITEM: item.address, CASE: f"{case.kind}:{item.index}"},
                width="content",
            )


def arrive() -> None:
    """Go to the case that a link names, on the page of audits; before that is drawn."""
    kind, _, item = (address.asked(CASE) or "").partition(":")
    address.drop(CASE)
    named = item.isascii() and item.isdigit() and len(item) <= DIGITS
    audit = issue_columns.audit(state.dataset()) if named else None
    case = None if audit is None else next((one for one in of(audit, int(item)) if one.kind == kind), None)
    if audit is None or case is None:
        return
    issue = audit.found.issues[kind]
    if audit_place.cases(audit, issue).at(case.items) is None:  # the reader looks at worse ones alone
        audit_place.set_threshold(audit, kind, None)
    audit_place.go(auditing.queue_at(audit, issue, issue.threshold), audit.dataset, case.at)
    st.session_state[audit_place.CHOSEN] = kind
