"""A search in turns: one wish after the other, each said of what the ones before have made of the picture."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.imagining import ORDER, Meant, meant
from core.phrases import Reading
from dashboard import shop
from dashboard.items import Item
from dashboard.shop import Query


def targets(query: Query, wishes: Sequence[str]) -> dict[str, np.ndarray]:
    """What is looked for, by each way there is: name -> (D,) unit vector, the best way first.

    The composer is applied to one wish after the other. On validation products with two wishes it finds a right
    one among ten for 86 %, against 73 % where both are said at once (1,847 queries).
    """
    known = [wish for wish in wishes if shop.matcher().lexicon.read(wish).ids]
    if len(known) < 2:
        return shop.targets(replace(query, words=" ".join(known)))
    said = meant({}, known, shop.matcher().lexicon).phrase or " ".join(known)
    found = shop.targets(replace(query, words=said))
    if query.picture is not None:
        now = query.picture
        for wish in known:
            now = shop.targets(Query(wish, now))[shop.BOTH]
        found[shop.BOTH] = now
    return found


def reading(wishes: Sequence[str]) -> Reading:
    """What was understood of all wishes together."""
    parts = [shop.matcher().lexicon.read(wish) for wish in wishes]
    return Reading(
        tuple(i for part in parts for i in part.ids),
        tuple(word for part in parts for word in part.known),
        tuple(word for part in parts for word in part.unknown),
        any(part.cut for part in parts),
    )


def understood(start: Item | None, picture: np.ndarray | None, wishes: Sequence[str]) -> Meant:
    """What a picture (64, 64, 3) uint8 and wishes come to: a product by the shop's word, others as read."""
    seen: dict[str, str] = {}
    row = None if start is None or start.is_upload else shop.row(start.index)
    if row is not None:
        seen = {name: str(column[row]) for name, column in shop.items().fields.items() if str(column[row])}
    if picture is not None and shop.reads() and not seen.keys() >= set(ORDER):
        seen = {name: str(values[0]) for name, values in shop.reader().read(picture[None]).values.items()} | seen
    return meant(seen, wishes, shop.matcher().lexicon)
