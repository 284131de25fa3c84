"""What the parts of the bench share: a browser, servers that stay, and how often things are measured."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import serving
from benchmarks.charts import Chart


@dataclass
class Bench:
    """One run.

    Attributes
    ----------
    browser : a Chromium.
    scratch : folder that goes with the run.
    rounds : how often quick things are measured; 95th percentiles need many.
    few : how often slow ones are.
    """

    browser: Browser
    scratch: Path
    rounds: int
    few: int
    stack: ExitStack
    urls: dict[Path, str] = field(default_factory=dict)

    def folder(self, name: str) -> Path:
        """A new place for a server's cache and log."""
        return self.scratch / f"{name}-{len(list(self.scratch.iterdir()))}"

    def url(self, chart: Chart) -> str:
        """Address of a server with a chart's page, started at its first use."""
        if chart.script not in self.urls:
            server = serving(chart.script, self.folder(chart.script.stem))
            self.urls[chart.script] = self.stack.enter_context(server)
        return self.urls[chart.script]
