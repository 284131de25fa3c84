"""Bytes that a component's browser side fetches by name, instead of inside the messages of every run."""

import hashlib
from collections import OrderedDict
from threading import Lock

KEPT = 64 * 2**20  # bytes in all
_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def keep(content: bytes) -> str:
    """Keep bytes for the browser to fetch; the name that they are fetched by. The oldest go first."""
    name = hashlib.sha256(content).hexdigest()[:16]
    with _lock:
        _kept[name] = content
        _kept.move_to_end(name)
        while len(_kept) > 1 and sum(map(len, _kept.values())) > KEPT:
            _kept.popitem(last=False)
    return name


def kept(name: str) -> bytes:
    """What was kept under a name; KeyError where it is gone."""
    with _lock:
        return _kept[name]
