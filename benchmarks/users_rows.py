"""Thirty users who click at the same moment, on our map and on the naive page."""

import json

from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks import latent_map, naive
from benchmarks.bench import Bench
from benchmarks.browser import memory, serving
from benchmarks.charts import ITEMS, Chart
from benchmarks.rows import Row, row
from benchmarks.users import Click, Clicking, Crowd, User, Visit, crowds

USERS = 30
TTL = 3  # s that the server keeps the session of someone who left; 120 unless told otherwise
TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # of a component; see streamlit's bidi_component/main.py


def item(user: User, at: int) -> int:
    """An item that nobody else clicks."""
    return (7919 * (user.number + 100 * at) + 17) % ITEMS


def pick(user: User, at: int) -> Click:
    """A click on a point of our map, as its component tells it."""
    chosen = item(user, at)
    value = {"id": chosen, "map": latent_map.MODEL, "kind": "plane"}
    told = json.dumps([{"event": "picked", "value": value}])
    name = TRIGGER.format(user.widget("bidi_component", "map_view"))
    return Click([WidgetState(id=name, json_trigger_value=told)], f"`fashion/{chosen}`")


def slide(user: User, at: int) -> Click:
    """A step of the naive page's slider, which shows another picture: the least that such a page can do."""
    value = DoubleArray(data=[float(item(user, at) % 1000)])
    return Click([WidgetState(id=user.widget("slider", "along"), double_array_value=value)])


def visit(bench: Bench, chart: Chart, page: str, query: str, click: Clicking, rounds: int) -> list[Crowd]:
    """Two crowds on a server of their own."""
    ttl = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(TTL)}
    with serving(chart.script, bench.folder("users"), **ttl) as url:
        found = crowds(Visit(url, page, query, click, lambda: memory(url), TTL), users=USERS, rounds=rounds)
    if errors := [error for crowd in found for error in crowd.errors]:
        raise RuntimeError(f"{len(errors)} errors, the first: {errors[0]}")
    return found


def measure(bench: Bench) -> list[Row]:
    """Answers, and what the server keeps of users who are there and who were."""
    ours = visit(bench, latent_map.CHART, "latent_map", latent_map.QUERY, pick, bench.few)
    plain = visit(bench, naive.CHART, "", "", slide, bench.few)
    what = f"{USERS} users clicking at once"
    answers, growth, kept, again = (list(map(get, (ours, plain))) for get in (_answers, _growth, _kept, _again))
    return [
        row(f"{what}, click to the end of the answer", answers[0], "s", naive=answers[1]),
        row(f"{what}, server memory a session", growth[0], "MB", naive=growth[1]),
        row(f"{what}, still there a session after they left", kept[0], "MB", naive=kept[1]),
        row(f"{what}, memory that as many new users take above that", again[0], "MB", naive=again[1]),
    ]


def _answers(found: list[Crowd]) -> list[float]:
    return [seconds for crowd in found for seconds in crowd.answers]


def _growth(found: list[Crowd]) -> list[float]:
    return [(found[0].during - found[0].before) / USERS]


def _kept(found: list[Crowd]) -> list[float]:
    return [(found[0].after - found[0].before) / USERS]


def _again(found: list[Crowd]) -> list[float]:
    """What the second crowd needs beyond the first: 0 where all that the first had was free for it."""
    return [(found[1].during - found[0].during) / USERS]
