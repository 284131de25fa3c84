"""What is known of a case under review: severity, labels, files, what else was found, and what is near it."""

import numpy as np
import streamlit as st

from core.audit.findings import Issue
from core.audit.review import Queue
from dashboard import audit_words, auditing, case_pictures, indexes, item_data, labels, resources, words
from dashboard.auditing import Audit, Items
from dashboard.components.tiles import tiles

NEIGHBOURS = 8


def show(audit: Audit, issue: Issue, queue: Queue, at: int) -> None:
    """What is known of the case: severity, labels, what else was found and decided, neighbours."""
    items: Items = tuple(queue.items[at].tolist())
    lines = [f"**Severity {queue.severity[at]:.2f}** of 1 · case {at + 1:,} of {len(queue):,}, worst first"]
    lines += [_told(audit, issue, item) for item in items]
    if len(items) == 2:
        lines.append(_apart(audit, items))
    if done := auditing.decision(audit, issue.kind, items):
        said = ", ".join(
            f"{one.item}: {audit_words.VERDICTS[one.verdict].lower()}{_as(one.label)}" for one in done
        )
        lines.append(f":material/task_alt: Decided: {said}. A new verdict replaces it.")
    st.markdown("  \n".join(lines))
    neighbours(audit, items[0])


def _as(label: str) -> str:
    return f" as {words.literal(label)}" if label else ""


def _apart(audit: Audit, items: Items) -> str:
    """How far two pictures are apart, in words."""
    _, most, (down, right) = case_pictures.compared(audit.dataset, *items)
    moved = f", the second moved {abs(down)} px {'down' if down > 0 else 'up'}" if down else ""
    moved += (
        f"{' and' if moved else ', the second moved'} {abs(right)} px {'right' if right > 0 else 'left'}"
        if right
        else ""
    )
    same = "The pixels are the same" if most == 0 else f"Largest difference {100 * most:.1f} % of the range"
    return f"{same}{moved}. The map is scaled so that the largest is white."


def _told(audit: Audit, issue: Issue, item: int) -> str:
    """One line on an item: label, suggested label, file, other issues."""
    name = labels.named(audit.dataset, audit.label(item)) if audit.label(item) >= 0 else "no label"
    parts = [f"`{audit.dataset}/{item}`", f"label **{words.literal(name)}**"]
    rather = suggested(audit, issue, item)
    if rather >= 0 and rather != audit.label(item):
        parts.append(f"rather **{words.literal(labels.named(audit.dataset, rather))}**?")
    train, row = resources.source(audit.dataset).train_size, audit.row(item)
    parts.append("training" if item < train else "not in training")
    id = checkpoint(audit)
    held = None if id is None else resources.gallery(id).row(item)
    if id is not None and held is not None:
        error = resources.gallery(id).error
        parts.append(f"rebuilding error {error[held]:.4f} (median {np.median(error):.4f}, lower is better)")
    if file := audit.file(item):
        parts.append(words.literal(file))
    others = [] if row is None else also(audit, issue.kind, row)
    return " · ".join(parts) + (f" · also: {', '.join(others)}" if others else "")


def also(audit: Audit, kind: str, row: int) -> list[str]:
    """Titles of the other issues that a row has."""
    found = audit.found.issues.items()
    return [auditing.title(name) for name, one in found if name != kind and one.severity[row] >= one.threshold]


def neighbours(audit: Audit, item: int) -> None:
    """The items nearest by code, with their labels."""
    id = checkpoint(audit)
    row = None if id is None else resources.gallery(id).row(item)
    if id is None or row is None:
        return
    gallery = resources.gallery(id)
    near = indexes.index(id).search(gallery.z[[row]], NEIGHBOURS, exclude=np.array([row])).index[0]
    named = [labels.named(audit.dataset, int(label)) for label in gallery.label[near]]
    st.caption(f"Nearest by code, as {words.literal(resources.card(id).title)} sees them, with their labels:")
    tiles(
        item_data.gallery_images(id, near),
        key="audit_neighbours",
        label="Nearest items by code",
        captions=named,
        marks=["right" if gallery.label[one] == gallery.label[row] else "wrong" for one in near],
        alt=[f"{audit.dataset}/{gallery.index[one]}" for one in near],
        size=70,
        clickable=False,
    )


def checkpoint(audit: Audit) -> str | None:
    """The model that the audit saw the set with, or the first of the set; None where there is none."""
    id = audit.found.checkpoint
    return id if id in resources.cards() else resources.first(audit.dataset)


def suggested(audit: Audit, issue: Issue, item: int) -> int:
    """The label that an item may rather have, -1 for none."""
    row = audit.row(item)
    if issue.suggested is None or row is None:
        return -1
    return int(issue.suggested[row])
