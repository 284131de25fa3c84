"""``python -m benchmarks``: time the dashboard as someone in front of a browser meets it; writes results.json.

Every number is taken in headless Chromium against servers of their own with an empty cache and no data folder, so
Fashion-MNIST must lie where its Debian package puts it. ``--only NAME`` measures a part and keeps the other rows.
"""

import argparse
import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks import audit_rows, face_rows, kill_rows, map_rows, own_rows, pages, review_rows, scale, users_rows
from benchmarks.bench import Bench
from benchmarks.browser import chromium
from benchmarks.rows import Row
from benchmarks.table import HEAD, RESULTS, line, read

PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "pages": pages.measure,
    "start": map_rows.start,
    "open": map_rows.opening,
    "pan": map_rows.panning,
    "hover": map_rows.hovering,
    "click": map_rows.clicking,
    "rectangle": map_rows.rectangle,
    "lasso": map_rows.lasso,
    "recolour": map_rows.recolouring,
    "scrub": map_rows.scrubbing,
    "decode": map_rows.decoding,
    "faces": face_rows.measure,
    "users": users_rows.measure,
    "scale": scale.measure,
    "own": own_rows.measure,
    "audit": audit_rows.measure,
    "review": review_rows.measure,
    "kill": kill_rows.measure,
}


def measure(parts: list[str], *, rounds: int, few: int) -> tuple[list[Row], list[str]]:
    """Rows of all parts, and the parts that failed; each tells why at once."""
    rows: list[Row] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser, ExitStack() as stack:
        bench = Bench(browser, Path(scratch), rounds, few, stack)
        for part in parts:
            try:
                found = PARTS[part](bench)
            except Exception:
                traceback.print_exc()
                failed.append(part)
            else:
                rows += found
                print("\n".join(map(line, found)), flush=True)
    return rows, failed


def merged(before: list[Row], found: list[Row]) -> list[Row]:
    """Old rows, renewed where they were measured again, and the new ones after them."""
    new = {row.name: row for row in found}
    return [new.pop(row.name, row) for row in before] + list(new.values())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="how often quick things are measured")
    parser.add_argument("--few", type=int, default=5, help="how often slow ones are")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="measure this part; may be repeated")
    args = parser.parse_args()
    if args.rounds < 4 or args.few < 3:
        parser.error("allowed: --rounds 4 or more, --few 3 or more")
    print(HEAD)
    rows, failed = measure(args.only or list(PARTS), rounds=args.rounds, few=args.few)
    kept = read() if args.only and RESULTS.exists() else []
    RESULTS.write_text(json.dumps([asdict(found) for found in merged(kept, rows)], indent=1) + "\n")
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
