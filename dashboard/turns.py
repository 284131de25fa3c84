"""A search in turns: one wish after the other, each said of what the ones before have made of the picture."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.imagining import Meant, meant
from core.phrases import Reading
from dashboard import heard, shop
from dashboard.items import Item
from dashboard.shop import Query


def targets(query: Query, wishes: Sequence[str]) -> dict[str, np.ndarray]:
    """What is looked for, by each way there is: as `shop.targets`.

    The composer is applied to one wish after the other. On validation products with two wishes it finds a right
    one among ten for 92 %, against 82 % where both are said at once (1,847 queries).
    """
    known = [wish for wish in wishes if shop.matcher().lexicon.read(wish).ids]
    if len(known) < 2:
        return shop.targets(replace(query, words=" ".join(known)))
    said = meant({}, known, shop.matcher().lexicon, wares=shop.wares()).phrase or " ".join(known)
    found = shop.targets(replace(query, words=said))
    if query.picture is not None:
        code = query.code
        for wish in known:
            now = shop.targets(Query(wish, query.picture, code))[shop.BOTH]
            code = shop.composer().again(now[None])[0]
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
    """What a picture (H, W, C) uint8 and wishes come to: an item by the words that it has, others as read.

    What an item of the shop has no word for is read, too, but not where words follow from rules.
    """
    wares, seen = shop.wares(), dict[str, str]()
    row = None if start is None or start.is_upload else shop.row(start.index)
    if row is not None:
        seen = {name: str(column[row]) for name, column in shop.items().fields.items() if str(column[row])}
    told = seen.keys() >= set(wares.spoken) or (row is not None and wares.ruled)
    if picture is not None and shop.reads() and not told:
        seen = heard.sure(shop.reader().read(picture[None])) | seen
    return meant(seen, wishes, shop.matcher().lexicon, wares=wares)
