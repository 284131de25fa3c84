"""The colours of a chart that is drawn without a browser: what a theme makes of the names in a Plotly figure."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.board import Look
from dashboard.figures import PAGE, PALETTE, TEXT

Colour = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours of paper and words, of groups (k, 3) uint8, and a ramp (m, 3) uint8 for numbers."""

    look: Look
    groups: np.ndarray
    ramp: np.ndarray

    def of(self, colour: str | None, number: int, strength: float = 1) -> Colour:
        """A colour as a figure names it, else that of trace ``number``; weaker where its strength is below 1."""
        if colour in (TEXT, PAGE):
            found = np.array(self.look.ink if colour == TEXT else self.look.paper)
        else:
            found = self.groups[PALETTE.index(colour) if colour in PALETTE else number % len(PALETTE)]
        mixed = strength * found + (1 - strength) * np.array(self.look.paper)
        return tuple(int(round(value)) for value in mixed.tolist())

    def along(self, share: float) -> Colour:
        """The colour of a number that is so far along the ramp, 0 to 1."""
        place = round(float(np.clip(share, 0, 1)) * (len(self.ramp) - 1))
        return tuple(self.ramp[place].tolist())

    def shades(self, trace: Any, number: int, count: int) -> list[Colour]:
        """Colours of ``count`` points of a trace, the ``number``-th of its figure."""
        given = (trace.line.color if trace.type.startswith("scatter") else None) or trace.marker.color
        if given is None or isinstance(given, str):
            return [self.of(given, number)] * count
        if isinstance(given[0], str):
            return [self.of(colour, number) for colour in given]
        low, high = np.percentile(given, (1, 99))  # as `figures.by_value` has it
        return [self.along((float(value) - low) / max(high - low, 1e-9)) for value in given]
