"""The case that is reviewed: its pictures large, what is known of it, and the buttons and keys of its verdicts."""

import numpy as np
import streamlit as st

from core.audit.decisions import DROP, FINE, KEEP, RELABEL
from core.audit.findings import Issue
from core.audit.review import RULES, Queue
from dashboard import audit_facts, audit_words, auditing, case_pictures, labels, resources, verdicts, words
from dashboard.auditing import Audit, Items
from dashboard.components.review import Figure, pressed, review

KEY = "audit_case"  # of the component
AHEAD = 3  # cases whose pictures are fetched beforehand
HEIGHT, PAIR_HEIGHT = 290, 200  # px
REASON = 24  # letters of a reason that its button shows
CHOICES = 10  # labels that can be given by a digit
ICONS = {
    KEEP: ":material/check:",
    DROP: ":material/delete:",
    RELABEL: ":material/edit:",
    FINE: ":material/verified:",
    "swap": ":material/swap_horiz:",
    "undo": ":material/undo:",
    "redo": ":material/redo:",
    "help": ":material/keyboard:",
}
KEYS = {
    "k": KEEP,
    "d": DROP,
    "r": RELABEL,
    "n": FINE,
    "u": "undo",
    "y": "redo",
    "ArrowLeft": "previous",
    "ArrowRight": "next",
    "s": "swap",
    "?": "help",
}
HELP = (
    "`K` keep · `D` drop · `R` relabel, then a digit or Enter · `N` not a problem · `U` undo · `Y` redo · "
    "`←` `→` the case before and after · of a pair: `K` keeps the one marked and drops the other, `S` marks the "
    "other one, `D` drops both · `?` these keys. They work wherever no text field has the focus."
)


def heard() -> None:
    """Do what a key asked for; for the component's callback."""
    does, token = pressed(KEY)
    if does:
        verdicts.act(does, token)


def show(audit: Audit, issue: Issue, queue: Queue, at: int) -> None:
    """Draw the case of a place."""
    items: Items = tuple(queue.items[at].tolist())
    asked, coming = st.session_state.get(verdicts.ASKING) == items, ahead(queue, at)
    review(
        figures(audit, items),
        key=KEY,
        token=verdicts.token(issue.kind, items),
        keys=keys(audit, issue, items, asked=asked),
        on_press=heard,
        height=PAIR_HEIGHT if len(items) == 2 else HEIGHT,
        judging=(KEEP, DROP, FINE, "label:"),
        following=(verdicts.token(issue.kind, coming[0]), figures(audit, coming[0])) if coming else None,
        ahead=[figure.src for case in coming for figure in figures(audit, case)],
    )
    if asked:
        choices(audit, issue, items)
    buttons(audit, items, verdicts.token(issue.kind, items))
    if st.session_state.get(verdicts.HELP):
        st.info(HELP, icon=":material/keyboard:")
    audit_facts.show(audit, issue, queue, at)


def ahead(queue: Queue, at: int) -> list[Items]:
    """The cases that are likely to come next."""
    waiting = np.flatnonzero(~queue.settled)
    waiting = waiting[waiting != at]
    later = np.concatenate([waiting[waiting > at], waiting[waiting < at]])[:AHEAD]
    return [tuple(case) for case in queue.items[later].tolist()]


def figures(audit: Audit, items: Items) -> list[Figure]:
    """The pictures of a case: an item and what the model makes of it, or two items and where they differ."""
    dataset = audit.dataset
    if len(items) == 2:
        keeps = verdicts.kept_of(audit, items)
        shown = [_pictured(audit, item, "keep" if item == keeps else "drop") for item in items]
        src = case_pictures.difference_address(dataset, *items)
        return [*shown, Figure(src, "Where they differ", "Map of where the two differ; white is the most")]
    shown = [_pictured(audit, items[0], "")]
    id = audit_facts.checkpoint(audit)
    if id is not None and resources.gallery(id).row(items[0]) is not None:
        src = case_pictures.rebuilt_address(id, items[0])
        shown.append(Figure(src, "Rebuilt by the model", f"{dataset}/{items[0]} rebuilt", "generated"))
    return shown


def _pictured(audit: Audit, item: int, mark: str) -> Figure:
    told = {"keep": "keep · ", "drop": "drop · "}.get(mark, "")
    name = labels.named(audit.dataset, audit.label(item)) if audit.label(item) >= 0 else ""
    address = f"{audit.dataset}/{item}"
    caption = " · ".join(part for part in (f"{told}{address}", name) if part)
    return Figure(case_pictures.address(audit.dataset, item), caption, f"{address}, {name}", mark)


def keys(audit: Audit, issue: Issue, items: Items, *, asked: bool) -> dict[str, str]:
    """What each key does now: digits name a label while one is asked for."""
    if not asked:
        return {key: does for key, does in KEYS.items() if possible(does, items)}
    offered = offers(audit, issue, items)
    digits = {str(number): f"label:{name}" for number, name in enumerate(offered[:CHOICES])}
    first = {"Enter": f"label:{offered[0]}"} if offered else {}
    return digits | first | {"Escape": "cancel", "r": "cancel", "u": "undo", "?": "help"}


def possible(does: str, items: Items) -> bool:
    """Whether a button makes sense for a case."""
    return {RELABEL: len(items) == 1, "swap": len(items) == 2}.get(does, True)


def offers(audit: Audit, issue: Issue, items: Items) -> list[str]:
    """Labels that an item may be given, the suggested one first, its own left out."""
    names = resources.source(audit.dataset).labels
    own, proposed = audit.label(items[0]), audit_facts.suggested(audit, issue, items[0])
    rest = [number for number in range(len(names)) if number not in (own, proposed)]
    return [names[number] for number in ([proposed] if proposed >= 0 else []) + rest]


def choices(audit: Audit, issue: Issue, items: Items) -> None:
    """Ask for the label that an item should have."""
    offered = offers(audit, issue, items)
    if not offered:
        st.info("This data set has no other label.", icon=":material/info:")
        return
    first = audit_facts.suggested(audit, issue, items[0]) >= 0
    st.markdown(
        f"**Which label?** Press a digit{', Enter for the suggested one' if first else ''}, or Escape to leave."
    )
    with st.container(horizontal=True, gap="xsmall"):
        for number, name in enumerate(offered[:CHOICES]):
            st.button(
                f"`{number}` {words.literal(name)}",
                key=f"audit_label_{number}",
                type="primary" if first and number == 0 else "secondary",
                on_click=verdicts.act,
                args=(f"label:{name}", verdicts.token(issue.kind, items)),
            )
    if len(offered) > CHOICES:
        st.selectbox(
            "Another label",
            offered[CHOICES:],
            index=None,
            key="audit_label_other",
            on_change=_other_label,
            width=280,
        )


def _other_label() -> None:
    if name := st.session_state.get("audit_label_other"):
        verdicts.act(f"label:{name}")


def buttons(audit: Audit, items: Items, token: str) -> None:
    """The verdicts, each with its key."""
    pair = len(items) == 2
    names = {
        KEEP: "Keep one" if pair else "Keep",
        DROP: "Drop both" if pair else "Drop",
        RELABEL: "Relabel",
        FINE: "Not a problem",
        "swap": "Keep the other",
    }
    letters = {does: key for key, does in KEYS.items()}
    with st.container(horizontal=True, gap="xsmall", key="audit_buttons"):
        for does, name in names.items():
            if possible(does, items):
                _button(does, token, f"{name} `{letters[does].upper()}`", primary=does == KEEP)
    undo, redo = auditing.store().around(audit.scope)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="audit_moves"):
        _button("previous", token, "`←`", help="The case before; key: arrow left.")
        _button("next", token, "`→`", help="The case after; key: arrow right.")
        _button("undo", token, "Undo `U`", disabled=not undo, help=f"Take back: {undo}" if undo else None)
        _button("redo", token, "Redo `Y`", disabled=not redo, help=f"Do again: {redo}" if redo else None)
        _button("help", token, "Keys `?`")
        key = verdicts.reason_key()
        typed = str(st.session_state.get(key) or "")
        with st.popover(f"Reason{': ' * bool(typed)}{words.literal(typed[:REASON])}", icon=":material/notes:"):
            st.text_input("Why", key=key, max_chars=500, help="Kept with the next verdict, and in the files.")


def _button(
    does: str, token: str, label: str, *, primary: bool = False, disabled: bool = False, help: str | None = None
) -> None:
    st.button(
        label,
        key=f"audit_do_{does}",
        icon=ICONS.get(does),
        type="primary" if primary else "secondary",
        disabled=disabled,
        help=help,
        on_click=verdicts.act,
        args=(does, token),
    )


def rules() -> None:
    """Which one of two alike is kept."""
    st.selectbox(
        "Of two alike, keep",
        RULES,
        format_func=audit_words.RULES.__getitem__,
        key=auditing.RULE,
        persist_state="session",
        width=280,
    )
