"""Columns of numbers as one block of bytes, which a browser reads without parsing."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

TYPES = {"float32": "<f4", "uint32": "<u4", "uint8": "|u1"}  # what a typed array in the browser can be laid over


def pack(columns: Mapping[str, np.ndarray], **facts: Any) -> bytes:
    """A length (uint32), a JSON header of that length, then every column, each from a multiple of 8 bytes on.

    Parameters
    ----------
    columns : 1-D arrays of float32, uint32 or uint8 by name.
    facts : more to say in the header.

    Raises
    ------
    ValueError : a column of another type or shape.
    """
    places, offset = [], 0
    for name, column in columns.items():
        if column.ndim != 1 or str(column.dtype) not in TYPES:
            raise ValueError(
                f"column {name!r} is {column.dtype} of shape {column.shape}; allowed: 1-D {', '.join(TYPES)}"
            )
        places.append({"name": name, "type": str(column.dtype), "offset": offset, "length": len(column)})
        offset += _padded(column.nbytes)
    header = json.dumps(facts | {"columns": places}, separators=(",", ":")).encode()
    header += b" " * (_padded(len(header) + 4) - len(header) - 4)
    parts = [len(header).to_bytes(4, "little"), header]
    for column in columns.values():
        data = np.ascontiguousarray(column).astype(TYPES[str(column.dtype)], copy=False).tobytes()
        parts.append(data.ljust(_padded(len(data)), b"\0"))
    return b"".join(parts)


def unpack(block: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Columns and facts of a block that `pack` made."""
    length = int.from_bytes(block[:4], "little")
    header = json.loads(block[4 : 4 + length])
    columns = {
        place["name"]: np.frombuffer(block, TYPES[place["type"]], place["length"], 4 + length + place["offset"])
        for place in header.pop("columns")
    }
    return columns, header


def _padded(length: int) -> int:
    return -(-length // 8) * 8
