"""Components that answer in the browser: a clickable grid, scrubbers of one and two ways, a pad, sliders."""

from dashboard.components.grid import grid
from dashboard.components.scrubber import scrubber
from dashboard.components.sketch import sketch
from dashboard.components.sprites import Beside
from dashboard.components.tiles import MARKS, tiles

__all__ = ["MARKS", "Beside", "grid", "scrubber", "sketch", "tiles"]
