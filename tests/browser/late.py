"""What a server sends to a page, held back for a while by a test."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute

Message = str | bytes


class Line:
    """The messages to a page that is opened after this.

    Attributes
    ----------
    held : whether they are kept back.
    from_here : the first message that is still let through before they are; none where it is None.
    late : what was kept back, in order.
    """

    def __init__(self, page: Page) -> None:
        self.held = False
        self.from_here: Callable[[Message], bool] | None = None
        self.late: list[Message] = []
        self._send: Callable[[Message], None] = lambda message: None
        page.route_web_socket(re.compile("_stcore/stream"), self._connect)

    def _connect(self, browser: WebSocketRoute) -> None:
        self._send = browser.send
        browser.connect_to_server().on_message(self._answer)

    def _answer(self, message: Message) -> None:
        if self.held:
            self.late.append(message)
        else:
            self.held = self.from_here is not None and self.from_here(message)
            self._send(message)

    def hand_over(self) -> None:
        """Send what was kept back until now."""
        while self.late:
            self._send(self.late.pop(0))

    def release(self) -> None:
        """Hold no longer."""
        self.from_here = None
        self.hand_over()
        self.held = False
