"""What an audit found of one item, kind by kind, and the way to its case."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import audit_words, auditing, issue_columns, navigation, state, words
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
    for case in cases:
        told = words.literal(case.told(item.dataset, item.index))
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f":small[:{COLOURS.get(case.state, 'gray')}[{told}]]")
            review = st.button(
                "Open",
                key=f"card_issue_{case.kind}",
                icon=":material/fact_check:",
                type="tertiary",
                help="Its case on the page Audit.",
            )
        if review:
            go(audit, case, item)


def go(audit: Audit, case: Case, item: Item) -> None:
    """Open the case of an item on the page of audits."""
    issue = audit.found.issues[case.kind]
    queue = auditing.queue_at(audit, issue, issue.threshold)
    if auditing.cases(audit, issue).at(case.items) is None:  # the reader looks at worse ones alone
        auditing.set_threshold(audit, case.kind, None)
    auditing.go(queue, audit.dataset, case.at)
    st.session_state[auditing.CHOSEN] = case.kind
    # With a query of its own: without one, Streamlit refuses to leave a page whose widgets are in the URL.
    query = {state.ITEM: item.address, auditing.KIND: case.kind}
    st.switch_page(navigation.path("audit"), query_params=query)
