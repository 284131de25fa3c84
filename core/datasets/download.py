"""Getting a data set's files: with progress, resumable, checked, and never half there under its real name."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from core.datasets import digits, fashion, idx
from core.datasets.idx import DatasetError

CHUNK = 1 << 16
TIMEOUT = 20.0
ADDRESSES = {
    "digits": ("https://ossci-datasets.s3.amazonaws.com/mnist/", digits.FOLDER, digits.MD5),
    "fashion": ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", fashion.FOLDER, fashion.MD5),
}


def fetch(url: str, path: Path, *, progress: Callable[[int, int], None]) -> None:
    """Download ``url`` to ``path``, going on from ``<path>.part`` where an earlier try was cut off.

    Parameters
    ----------
    progress : called with (bytes so far, bytes in all or 0 where the server does not say).

    Raises
    ------
    DatasetError
        If the server cannot be reached or refuses; what has arrived is kept for the next try.
    """
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    have = part.stat().st_size if part.is_file() else 0
    total = 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            if have and answer.status != 206:  # the server starts over
                have = 0
            left = answer.headers.get("Content-Length")
            total = have + int(left) if left else 0
            with part.open("ab" if have else "wb") as file:
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    have += len(chunk)
                    progress(have, total)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # 416: the part is already whole
            raise DatasetError(f"{url} answered {error.code} {error.reason}.") from error
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise DatasetError(
            f"{url} cannot be reached ({getattr(error, 'reason', error)}). Are you offline? What has arrived is "
            "kept; the same command goes on from there."
        ) from error
    if total and part.stat().st_size < total:
        raise DatasetError(f"{path.name} broke off. The same command goes on from there.")
    os.replace(part, path)


def get(name: str, folder: Path, *, report: Callable[[str], None], base: str | None = None) -> Path:
    """Download data set ``name`` below ``folder``; the folder with its four verified files.

    Parameters
    ----------
    report : called with lines of progress.
    base : address of the folder with the files, instead of the usual one.

    Raises
    ------
    ValueError
        If ``name`` has no download.
    DatasetError
        If a file cannot be had, or is not the canonical one (it is deleted then).
    """
    if name not in ADDRESSES:
        raise ValueError(f"data set {name!r} has no download; there are: {', '.join(ADDRESSES)}")
    address, subfolder, digests = ADDRESSES[name]
    target = folder / subfolder
    for file, md5 in zip(idx.FILES, digests, strict=True):
        path = target / file
        if not path.is_file():
            fetch((base or address) + file, path, progress=_lines(file, report))
        try:
            idx.read_idx(path, md5=md5)
        except DatasetError:
            path.unlink()
            raise
        report(f"{file}: verified")
    return target


def _lines(file: str, report: Callable[[str], None]) -> Callable[[int, int], None]:
    """Progress callback that reports every tenth of the file."""
    seen = -1

    def progress(done: int, total: int) -> None:
        nonlocal seen
        tenth = 10 * done // total if total else done >> 20
        if tenth != seen:
            seen = tenth
            share = f" of {total / 1e6:.1f} MB ({100 * done // total} %)" if total else " MB"
            report(f"{file}: {done / 1e6:.1f}{share}")

    return progress
