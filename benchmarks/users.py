"""Many users at once, without browsers: clients that speak Streamlit's protocol, so that only the server counts.

A user opens a page over the websocket as the browser's code does, and answers a run with the next click. All click
at the same moment, and again once all have their answer. Bounded: this machine's own address, and few users.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

MOST = 50  # users
WITHIN = 60.0  # s for an answer


@dataclass(frozen=True)
class Click:
    """What a click sends, and a text that the answer must hold."""

    widgets: list[WidgetState]
    says: str = ""


Clicking = Callable[["User", int], Click]


@dataclass
class User:
    """One session.

    Attributes
    ----------
    url : address of the server.
    page, query : what is opened there: "latent_map", "data=fashion".
    number : of this user, so that not all click on the same.
    widgets : kind and id of every widget that was on the page.
    texts : Markdown of the last run.
    errors : what went wrong, as the page says it.
    hashes : of messages that the browser keeps.
    choices : what the page's boxes hold; a browser sends that with every click.
    page_hash : the page that is open, as the server calls it.
    """

    url: str
    page: str
    query: str
    number: int
    socket: ClientConnection | None = None
    widgets: set[tuple[str, str]] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)
    choices: dict[str, WidgetState] = field(default_factory=dict)
    page_hash: str = ""

    async def enter(self) -> float:
        """Connect and open the page; seconds until its script is done."""
        place = urlsplit(self.url)
        if place.hostname != "127.0.0.1":
            raise ValueError(f"{self.url!r} is not this machine")
        self.socket = await connect(
            f"ws://{place.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )
        return await self.run(Click([]))

    async def leave(self) -> None:
        """Close the page."""
        if self.socket is not None:
            await self.socket.close()

    async def run(self, click: Click) -> float:
        """Send a click, and wait for the end of the run that answers it; seconds."""
        if self.socket is None:
            raise RuntimeError("this user has not entered")
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page_hash
        state.page_name = "" if self.page_hash else self.page
        state.cached_message_hashes.extend(self.hashes)
        state.context_info.url = f"{self.url}/{self.page}"
        state.widget_states.widgets.extend([*self.choices.values(), *click.widgets])
        self.texts.clear()
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(WITHIN):
            while not self._done(await self.socket.recv()):
                pass
        seconds = time.perf_counter() - started
        if click.says and not any(click.says in text for text in self.texts):
            self.errors.append(f"the answer does not say {click.says!r}")
        return seconds

    def _done(self, payload: str | bytes) -> bool:
        """Take in a message from the server; whether it is the run's last."""
        if isinstance(payload, str):
            raise RuntimeError(f"the server sent text: {payload[:80]!r}")
        message = ForwardMsg.FromString(payload)
        if message.metadata.cacheable and message.hash:
            self.hashes.add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._keep(message.delta.new_element)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.errors.append("the script does not compile")
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _keep(self, element: Element) -> None:
        kind = element.WhichOneof("type") or ""
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        if kind == "alert" and element.alert.format == element.alert.ERROR:
            self.errors.append(element.alert.body)
        if kind == "selectbox":
            self._choose(element.selectbox)
        if kind == "markdown":
            self.texts.append(element.markdown.body)
        if kind and getattr(content := getattr(element, kind), "id", ""):
            self.widgets.add((kind, content.id))

    def _choose(self, box: Selectbox) -> None:
        if box.set_value or (box.id not in self.choices and box.HasField("default")):
            value = box.raw_value if box.set_value else box.options[box.default]
            self.choices[box.id] = WidgetState(id=box.id, string_value=value)

    def widget(self, kind: str, key: str) -> str:
        """Id of the widget that was made with ``key``; RuntimeError where the page shows none."""
        for name, id in self.widgets:
            if name == kind and id.endswith(f"-{key}"):
                return id
        raise RuntimeError(f"no {kind} {key!r} on the page; there are: {self.widgets or 'none'}")


@dataclass(frozen=True)
class Visit:
    """Where users go, and what they do there.

    Attributes
    ----------
    url, page, query : the server's address, a page of it, and the query of the page's address.
    click : user and round -> what is clicked.
    memory : of the server, in MB.
    ttl : s that the server keeps a session whose user left.
    """

    url: str
    page: str
    query: str
    click: Clicking
    memory: Callable[[], float]
    ttl: float

    def user(self, number: int) -> User:
        """Someone who has not come yet."""
        return User(self.url, self.page, self.query, number)


@dataclass(frozen=True)
class Crowd:
    """What users met with: seconds of each answer, errors; MB of the server before, with them and after."""

    answers: list[float]
    errors: list[str]
    before: float
    during: float
    after: float


def crowds(visit: Visit, *, users: int, rounds: int, times: int = 2) -> list[Crowd]:
    """Let ``users`` come, click ``rounds`` times all at once, and leave; and as many anew, ``times`` in all.

    Playwright has an event loop of its own in the thread that uses it, so this one runs in another.
    """
    if not 0 < users <= MOST:
        raise ValueError(f"{users} users; allowed: 1 to {MOST}")
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _crowds(visit, users, rounds, times)).result()


async def _crowds(visit: Visit, users: int, rounds: int, times: int) -> list[Crowd]:
    await _passer_by(visit)  # loads what all share, so that it does not count as theirs
    return [await _crowd(visit, users, rounds) for _ in range(times)]


async def _crowd(visit: Visit, users: int, rounds: int) -> Crowd:
    before = visit.memory()
    people = [visit.user(number) for number in range(1, users + 1)]
    answers: list[float] = []
    try:
        for person in people:
            await person.enter()
        for at in range(rounds):
            answers += await asyncio.gather(*(person.run(visit.click(person, at)) for person in people))
        during = visit.memory()
    finally:
        for person in people:
            await person.leave()
    await asyncio.sleep(visit.ttl + 1)
    errors = await _passer_by(visit)  # the server drops the sessions that are overdue when the next user leaves
    errors += [error for person in people for error in person.errors]
    return Crowd(answers, errors, before, during, visit.memory())


async def _passer_by(visit: Visit) -> list[str]:
    """Someone who comes alone, clicks and leaves; what went wrong."""
    person = visit.user(0)
    await person.enter()
    for at in range(3):
        await person.run(visit.click(person, at))
    await person.leave()
    await asyncio.sleep(visit.ttl)
    return person.errors
