"""What people called an item, by the data set or by a gallery that holds it."""

from dashboard import resources
from dashboard.items import Item


def number(item: Item) -> int | None:
    """Number of an item's label; None for an upload, and where nothing here knows it."""
    images = resources.images(item.dataset)
    if images is not None and (label := images.label(item.index)) is not None:
        return label
    if (first := resources.first(item.dataset)) is None:  # all galleries of a data set hold the same items
        return None
    gallery = resources.gallery(first)
    row = gallery.row(item.index)
    return None if row is None else int(gallery.label[row])


def name(item: Item) -> str:
    """An item's label; empty where nothing here knows it."""
    label = number(item)
    return "" if label is None else named(item.dataset, label)


def named(dataset: str, label: int) -> str:
    """What a label is called."""
    names = resources.source(dataset).labels
    return names[int(label)] if 0 <= label < len(names) else "unknown"
