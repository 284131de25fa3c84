"""A server that is killed while somebody reviews: keys are pressed in a browser at random pace, then kill -9."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as LateError

from benchmarks.bench import Bench
from benchmarks.browser import LIMIT, fresh_page, settle
from benchmarks.own_rows import write
from benchmarks.rows import Row, row
from core.audit import brought, findings, review
from core.audit.decisions import DROP, FILE, FINE, KEEP, Decision, Decisions
from core.settings import ROOT, Settings
from tests.browser.servers import free_port, running

NAME, KIND, FILES = "judged", "outlier", 1_000
STORM = (0.2, 4.0)  # s of pressing keys before a kill
PACE = (0.02, 0.35)  # s between two keys
VERDICTS = {"Kept": KEEP, "Dropped": DROP, "Not a problem": FINE}  # as the page says them
KEYS = "kdn"  # that give them
AGAIN = 7.0  # s until a key is pressed again: the page lets nobody press twice in 5 s without an answer
# Collects what the page says was kept, in order; it looks after every change of the page.
RECORD = """() => {
  const now = () => [...document.querySelectorAll('[data-testid=stCaptionContainer]')]
    .map(e => e.innerText.match(/(Kept|Dropped|Not a problem): judged\\/\\d+$/)?.[0]).find(Boolean);
  let last = now();
  window.said = [];
  window.recorder?.disconnect();
  window.recorder = new MutationObserver(() => {
    const found = now();
    if (found && found !== last) window.said.push(last = found);
  });
  window.recorder.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@dataclass
class Found:
    """What was seen over all kills.

    Attributes
    ----------
    shown : decisions that the page showed as kept.
    lost : of these, those that were not there after the kill.
    more : decisions that were there and had not been shown yet, for each kill: the one under way.
    astray : kills after which the page did not go on with the first case that waits.
    stuck : kills after which the last decision could not be taken back and made again.
    damaged : kills after which SQLite found its file damaged.
    seconds : from the start of the server to the case on screen.
    """

    shown: int = 0
    lost: int = 0
    more: list[float] = field(default_factory=list)
    astray: int = 0
    stuck: int = 0
    damaged: int = 0
    seconds: list[float] = field(default_factory=list)


def measure(bench: Bench, moments: random.Random, kills: int) -> list[Row]:
    """Review a set in a browser, with kills."""
    home, found, known = bench.folder("judged"), Found(), dict[int, str]()
    audited(bench.folder("files"), home)
    env, app, port = home_env(home), ROOT / "dashboard" / "app.py", free_port()
    with fresh_page(bench.browser) as page:
        for number in range(kills):
            began = time.perf_counter()
            with running(app, env=env, cwd=ROOT, log=home / "server.log", port=port, killed=True) as url:
                if number % 2 == 0:  # by turns a new visit, and the tab that is open still
                    page.goto(f"{url}/audit?data={NAME}&audit_kind={KIND}&audit_from=0")
                found.astray += not at_case(page, first(home))
                found.seconds.append(time.perf_counter() - began)
                found.stuck += bool(known) and not taken_back(page, home)
                page.evaluate(RECORD)
                storm(page, moments)
            compare(page, home, found, known)
    what = f"kill -9 of the server at {kills} random moments of a review"
    return [
        row(f"{what}: decisions that the page showed as kept and were gone", [found.lost], f"of {found.shown}"),
        row(f"{what}: decisions kept and not yet shown, at a kill", found.more, "decisions"),
        row(f"{what}: another case came than the first that waits", [found.astray], f"of {kills}"),
        row(f"{what}: undo or redo failed", [found.stuck], f"of {kills}"),
        row(f"{what}: SQLite found damage", [found.damaged], f"of {kills}"),
        row(f"{what}: from the start of the server to the case", found.seconds, "s"),
    ]


def home_env(home: Path) -> dict[str, str]:
    """The environment of a dashboard that knows what is in that home alone."""
    folders = {"HOME": home, "CACHE": home / "cache", "CHECKPOINTS": home / "none"}
    return {f"MORPHOSPACE_{name}": str(path) for name, path in folders.items()} | {"PYTHONPATH": str(ROOT)}


def audited(source: Path, home: Path) -> None:
    """A small set, brought and audited by the commands that the page runs."""
    write(source, FILES)
    env = os.environ | {"MORPHOSPACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    bring = ["core.datasets", "add", NAME, str(source), "--size", "32", "--colour", "--fit", "pad", "--yes"]
    for command in (bring, ["core.audit", NAME]):
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=True)


def decisions(home: Path) -> tuple[Decision, ...]:
    """What is kept, read apart from the page."""
    settings = Settings((), home, home, home=home)
    return Decisions.under(home).all(brought.scope(NAME, brought.made(NAME, settings)))


def kept(home: Path) -> dict[int, str]:
    """Item -> verdict."""
    return {one.item: one.verdict for one in decisions(home)}


def waits(home: Path) -> list[int]:
    """Items that wait for a verdict, in their order."""
    whole = findings.load(home / "audits" / f"{NAME}.npz")
    queue = review.queue(whole.issues[KIND], np.arange(whole.size), 0.0, review.book(decisions(home)))
    return [int(item) for item in queue.items[~queue.settled, 0]]


def first(home: Path) -> int | None:
    """The first item that waits for a verdict."""
    return next(iter(waits(home)), None)


def at_case(page: Page, item: int | None) -> bool:
    """Whether the page comes to a case, and lets it be judged."""
    try:
        page.locator(f".review[data-ready$=':{item}'][data-shown$=':{item}']").wait_for(timeout=LIMIT)
    except LateError:
        return False
    return True


def taken_back(page: Page, home: Path) -> bool:
    """Undo the last decision, and make it again; whether the page does."""
    before, now = kept(home), first(home)
    last = max(decisions(home), key=lambda one: one.made).item
    left = {item: verdict for item, verdict in before.items() if item != last}
    done = pressed(page, "u", lambda: kept(home) == left) and at_case(page, last)
    if not done or not pressed(page, "y", lambda: kept(home) == before) or not at_case(page, last):
        return False
    settle(page)
    page.keyboard.press("ArrowRight")  # from the case that is judged again to the one that waits
    return at_case(page, now)


def pressed(page: Page, key: str, until: Callable[[], bool]) -> bool:
    """Press a key; whether it did what it should in a minute."""
    end, again = time.monotonic() + 60, 0.0
    while not until():
        if time.monotonic() > end:
            return False
        if time.monotonic() > again:
            page.keyboard.press(key)
            again = time.monotonic() + AGAIN
        page.wait_for_timeout(20)
    return True


def storm(page: Page, moments: random.Random) -> None:
    """Press keys at random pace for a random time; the server is killed at once then."""
    end = time.monotonic() + moments.uniform(*STORM)
    while (left := end - time.monotonic()) > 0:
        page.keyboard.press(moments.choice(KEYS))
        page.wait_for_timeout(1000 * min(left, moments.uniform(*PACE)))


def compare(page: Page, home: Path, found: Found, known: dict[int, str]) -> None:
    """Compare what the page said with what is there."""
    said = [line.split(f": {NAME}/") for line in page.evaluate("window.said")]
    shown = known | {int(item): VERDICTS[word] for word, item in said}
    there = kept(home)
    found.shown += len(shown) - len(known)
    found.lost += sum(there.get(item) != verdict for item, verdict in shown.items())
    found.more.append(float(len(there.keys() - shown.keys())))
    with closing(sqlite3.connect(home / FILE)) as db:
        found.damaged += db.execute("PRAGMA integrity_check").fetchone() != ("ok",)
    known.clear()
    known.update(there)
