"""A review at its own pace: from a key that judges a case to the pictures of the next one."""

import time

from benchmarks.bench import Bench
from benchmarks.browser import fresh_page
from benchmarks.kill_review import KIND, NAME, at_case, audited, decisions, home_env, waits
from benchmarks.rows import Row, row
from core.audit.decisions import KEEP
from core.settings import ROOT
from tests.browser.servers import running

UNTIMED = 3  # the first keys warm the server up


def measure(bench: Bench) -> list[Row]:
    """Keep case after case of a set of 1,000 images."""
    home, seconds = bench.folder("reviewed"), list[float]()
    audited(bench.folder("files"), home)
    server = running(ROOT / "dashboard" / "app.py", env=home_env(home), cwd=ROOT, log=home / "server.log")
    with server as url, fresh_page(bench.browser) as page:
        page.goto(f"{url}/audit?data={NAME}&audit_kind={KIND}&audit_from=0")
        order = waits(home)[: UNTIMED + bench.rounds + 1]
        assert at_case(page, order[0]), "the page did not come to its first case"
        for following in order[1:]:
            began = time.perf_counter()
            page.keyboard.press("k")
            assert at_case(page, following), f"item {following} did not come"
            seconds.append(time.perf_counter() - began)
    kept = [one.item for one in sorted(decisions(home), key=lambda one: one.made) if one.verdict == KEEP]
    assert kept == order[:-1], "not what was judged was kept"
    return [row("a key in a review, to the pictures of the next case", seconds[UNTIMED:], "s")]
