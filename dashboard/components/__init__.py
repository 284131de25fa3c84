"""Components that answer in the browser: a clickable grid, a frame scrubber and a drawing pad."""

from dashboard.components.scrubber import scrubber
from dashboard.components.sketch import sketch
from dashboard.components.tiles import MARKS, tiles

__all__ = ["MARKS", "scrubber", "sketch", "tiles"]
