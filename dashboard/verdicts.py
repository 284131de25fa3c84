"""What the buttons and keys of the page on audits do: verdicts, bulk verdicts, undo; written down at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import streamlit as st

from core.audit import review
from core.audit.decisions import DROP, FINE, KEEP, NOBODY, RELABEL, Decision, Step
from core.saved import StoreError
from dashboard import audit_place, auditing, resources, state
from dashboard.auditing import Audit, Items

SWAPPED, ASKING, FAILED, SAID, HELP = (
    "_audit_swapped",
    "_audit_asking",
    "_audit_failed",
    "_audit_said",
    "_audit_help",
)
REASON, JUDGED = "audit_reason", "_audit_judged"
DONE = {KEEP: "Kept", DROP: "Dropped", FINE: "Not a problem", RELABEL: "Relabelled"}


def token(kind: str, items: Items) -> str:
    """Names a case, for the browser to tell which one it had on screen, of which bringing of the set."""
    return f"{auditing.scope(state.dataset())}:{kind}:{'-'.join(map(str, items))}"


@contextmanager
def attempt() -> Iterator[None]:
    """Have an error told in the next run."""
    try:
        yield
    except (StoreError, ValueError) as error:
        st.session_state[FAILED] = str(error)


def kept_of(audit: Audit, items: Items) -> int:
    """Which item of a pair the rule keeps, or the other one where the reader swapped them."""
    rank = auditing.ranks(audit)
    rows = [audit.row(item) for item in items]
    places = [int(rank[row]) if row is not None else item for row, item in zip(rows, items, strict=True)]
    first = int(np.argmin(places))
    return items[1 - first] if items in st.session_state.get(SWAPPED, set()) else items[first]


def act(does: str, told: str = "") -> None:
    """Do what a button or a key asks for; ``told`` names the case that it was pressed for."""
    with attempt():
        audit = auditing.current(state.dataset())
        kind = st.session_state.get(audit_place.CHOSEN)
        issue = None if audit is None else audit.found.issues.get(str(kind))
        if audit is None or issue is None:
            return
        queue = audit_place.cases(audit, issue)
        at = audit_place.case(queue, audit.dataset)
        if does in ("undo", "redo"):
            return move_back(audit, does)
        if at is None:
            return
        items: Items = tuple(queue.items[at].tolist())
        if told and told != token(issue.kind, items):
            return  # it was pressed for a case that is no longer here
        if does in ("next", "previous"):
            audit_place.go(queue, audit.dataset, at + (1 if does == "next" else -1))
            st.session_state.pop(ASKING, None)
        elif does == "swap":
            st.session_state.setdefault(SWAPPED, set()).symmetric_difference_update({items})
        elif does == RELABEL:
            asking = st.session_state.get(ASKING) == items
            st.session_state[ASKING] = None if asking or len(items) == 2 else items
        elif does == "help":
            st.session_state[HELP] = not st.session_state.get(HELP)
        elif does == "cancel":
            st.session_state.pop(ASKING, None)
        elif does.startswith("label:"):
            label = does.partition(":")[2]
            if len(items) == 1 and label in resources.source(audit.dataset).labels:
                judge(audit, issue.kind, items, at, RELABEL, label=label)
        else:
            judge(audit, issue.kind, items, at, does)


def judge(audit: Audit, kind: str, items: Items, at: int, verdict: str, *, label: str = "") -> None:
    """Write a verdict on a case, and go on to the next one that waits."""
    reason = st.session_state.get(reason_key()) or ""
    made = decided(audit, kind, items, verdict, label=label, reason=reason)
    names = " and ".join(f"{audit.dataset}/{item}" for item in items)
    what = f"{DONE[verdict]}{f' as {label}' if label else ''}" if verdict in DONE else verdict
    done_so = {KEEP: "Kept one of", DROP: "Dropped both"} if len(items) == 2 else {}
    say(auditing.store().decide(audit.scope, made, f"{done_so.get(verdict, what)}: {names}"))
    st.session_state.pop(ASKING, None)
    st.session_state[JUDGED] = st.session_state.get(JUDGED, 0) + 1
    now = auditing.current(audit.dataset)
    if now is not None:
        queue = audit_place.cases(now, now.found.issues[kind])
        audit_place.go(queue, audit.dataset, queue.next_open(at))


def reason_key() -> str:
    """Key of the field for a reason: another one after each verdict.

    The browser keeps what was typed into a field that it does not show, and would send it again with the next one.
    """
    return f"{REASON}_{st.session_state.get(JUDGED, 0)}"


def decided(
    audit: Audit, kind: str, items: Items, verdict: str, *, label: str = "", reason: str = ""
) -> list[Decision]:
    """The decisions that a verdict on a case means; of a pair that is kept, one item goes."""
    keeps = kept_of(audit, items) if len(items) == 2 and verdict == KEEP else None
    made = []
    for item in items:
        own = verdict if keeps is None or item == keeps else DROP
        partner = next((other for other in items if other != item), NOBODY)
        row = audit.row(item)
        severity = float(audit.found.issues[kind].severity[row]) if row is not None else float("nan")
        names = audit.file(item), audit.picture(item)
        made.append(Decision(kind, item, own, partner, label, reason, severity, *names))
    return made


def bulk(does: str) -> None:
    """Give every case that waits, from the threshold on, the same verdict, as one step."""
    with attempt():
        audit = auditing.current(state.dataset())
        issue = None if audit is None else audit.found.issues.get(str(st.session_state.get(audit_place.CHOSEN)))
        if audit is None or issue is None:
            return
        queue = audit_place.cases(audit, issue)
        waiting = queue.items[~queue.settled]
        many = f"{len(waiting):,} {'pairs' if queue.items.shape[1] == 2 else 'items'}"
        title = f"{DONE.get(does, does)}: {many} of “{auditing.title(issue.kind)}”"
        made = (
            pairs_kept(audit, issue.kind, waiting)
            if does == KEEP and waiting.shape[1] == 2
            else [one for case in waiting.tolist() for one in decided(audit, issue.kind, tuple(case), does)]
        )
        say(auditing.store().decide(audit.scope, made, title))


def pairs_kept(audit: Audit, kind: str, pairs: np.ndarray) -> list[Decision]:
    """Decisions that keep one item of every group of alike ones, by the reader's rule."""
    rows = np.searchsorted(audit.index, pairs)
    gone = audit.index[sorted(review.keep_one(rows, auditing.ranks(audit)))]
    dropped = set(gone.tolist())
    made = []
    for a, b in pairs.tolist():
        for item, partner in ((a, b), (b, a)):
            row = audit.row(item)
            severity = float(audit.found.issues[kind].severity[row]) if row is not None else float("nan")
            verdict = DROP if item in dropped else KEEP
            names = audit.file(item), audit.picture(item)
            made.append(Decision(kind, item, verdict, partner, "", "", severity, *names))
    return made


def move_back(audit: Audit, does: str) -> None:
    """Undo or redo a step, and show the case that it was about."""
    store = auditing.store()
    step = store.undo(audit.scope) if does == "undo" else store.redo(audit.scope)
    if step is None:
        return
    say(step, "Taken back" if does == "undo" else "Done again")
    if step.first is None or step.first[0] not in audit.found.issues:
        return
    kind, item, partner = step.first
    audit_place.choose(kind)
    now = auditing.current(audit.dataset)
    if now is not None:
        queue = audit_place.cases(now, now.found.issues[kind])
        wanted = (item,) if partner == NOBODY else (item, partner)
        at = queue.at(wanted) if queue.at(wanted) is not None else queue.at(wanted[::-1])
        audit_place.go(queue, audit.dataset, at)


def say(step: Step, how: str = "") -> None:
    """Tell in the next run what was done."""
    st.session_state[SAID] = f"{how}: {step.title}" if how else step.title
