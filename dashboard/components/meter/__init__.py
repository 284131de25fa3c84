"""Bars of what an edit changed, attribute by attribute."""

from dataclasses import dataclass

from dashboard.components.mount import mount

_MOUNT = mount("meter")


@dataclass(frozen=True)
class Bar:
    """One attribute.

    Attributes
    ----------
    title : what it is called.
    before, after : its probability, 0..1.
    mean, low, high : of the change over several edits, with an interval; None where there is but one edit.
    correlation : of the training labels with the edited attribute, -1..1; None for that one itself.
    edited : it was meant to change.
    """

    title: str
    before: float
    after: float
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    correlation: float | None = None
    edited: bool = False


def bars(shown: list[Bar], *, key: str, label: str, against: str, first: int = 9) -> None:
    """Draw a table of bars.

    Parameters
    ----------
    shown : the bars, in order.
    key : of the component, unique in the app.
    label : what the table shows, for screen readers.
    against : the attribute that correlations are with.
    first : so many are shown, the rest folds out.
    """
    data = {"bars": [vars(bar) for bar in shown], "label": label, "against": against, "first": first}
    _MOUNT(key=key, data=data)
