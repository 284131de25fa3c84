"""An item as it is beside what a model makes of it."""

import numpy as np

from dashboard import issue_filter, item_data, state
from dashboard.components.tiles import tiles
from dashboard.items import Item, is_made


def pair(
    item: Item, rebuilt: np.ndarray | None, *, key: str, label: str, alt: str, size: int, mirrored: bool = False
) -> None:
    """Draw what there is of an item: its original, and (H, W, C) uint8 that was rebuilt of it."""
    original, shown = item_data.original(item), []
    if original is not None:
        by_model = is_made(item)
        name = "Made by a model" if by_model else "Uploaded" if item.is_upload else "Original"
        shown.append((name, "generated" if by_model else "", original))
    if rebuilt is not None:
        shown.append(("Sampled" if state.is_sampled(item) else "Rebuilt", "generated", rebuilt))
    if not shown:
        return
    # An upload's index is that of no item, so it has no mark.
    issues = [*issue_filter.marks(item.dataset, [item.index]), ""][: len(shown)]
    captions, marks, images = zip(*(shown[::-1] if mirrored else shown), strict=True)
    tiles(
        np.stack(images),
        key=key,
        label=label,
        captions=list(captions),
        marks=list(marks),
        issues=issues[::-1] if mirrored else issues,
        alt=[alt] * len(images),
        size=size,
        clickable=False,
    )
