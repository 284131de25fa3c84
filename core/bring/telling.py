"""A report in words, as the command line and the page say it."""

from collections.abc import Iterable, Mapping, Sequence

from core.bring.base import CONTROL
from core.bring.report import NAMED, Report, Spread

FEW = 12  # labels that are named
UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def lines(report: Report) -> list[str]:
    """What was found, a sentence a line, then what cannot be read."""
    return [*plain(report), *unread(report)]


def plain(report: Report) -> list[str]:
    """What was found, a sentence a line."""
    return [
        plainly(line)
        for line in (
            _found(report),
            _sizes(report),
            _labels(report),
            _groups(report),
            _parts(report),
            f"Attributes: {', '.join(report.attributes)}." if report.attributes else "",
            _twice(report),
            *report.notes,
        )
        if line
    ]


def _found(report: Report) -> str:
    formats = counts(report.formats)
    modes = counts(report.modes)
    opened = "all" if report.opened == report.images else f"{report.opened:,}"
    told = f"Of {opened} that were opened: {formats}; mode {modes}." if formats else "None could be opened."
    return f"{number(report.images, 'image')} ({report.kind}). {told}"


def _sizes(report: Report) -> str:
    if report.width is None or report.height is None or report.bytes is None:
        return ""
    each = f"{size(report.bytes.least)} to {size(report.bytes.most)} each"
    return f"Width {spread(report.width)} px, height {spread(report.height)} px; {each}."


def _labels(report: Report) -> str:
    if report.label is None:
        others = f" Columns: {', '.join(report.columns)}." if report.columns else ""
        return f"No labels.{others}"
    named = dict(list(report.labels.items())[:FEW])
    more = f" and {len(report.labels) - FEW:,} more" if len(report.labels) > FEW else ""
    return f"{number(len(report.labels), 'label')} from {report.label!r}: {counts(named)}{more}."


def _groups(report: Report) -> str:
    return f"{number(len(report.groups), 'group')} from {report.group!r}." if report.group else ""


def _parts(report: Report) -> str:
    if report.parts:
        rest = report.images - sum(report.parts.values())
        others = f"; {rest:,} of which it says nothing are for training" if rest else ""
        return f"Parts as the source has them: {counts(report.parts)}{others}."
    return "80 % are for training, 10 % to choose on, 10 % for the test, by each file's name."


def _twice(report: Report) -> str:
    seem = "seems to be a copy of another" if report.twice == 1 else "seem to be copies of others"
    return f"{report.twice:,} {seem}: same size, same checksum." if report.twice else ""


def unread(report: Report) -> list[str]:
    """What cannot be read, and what was left out, by name."""
    found = []
    if report.unreadable:
        of = f" of the {report.opened:,} that were opened"
        found.append(f"Cannot be read: {len(report.unreadable):,}{of}. They will be left out and listed.")
        found += _named(report.unreadable)
    for reason, count in report.left.items():
        found.append(f"Left out, {count:,} × {reason}:")
        found += _named([(name, why) for name, why in report.left_out if why == reason], why=False)
    return found


def _named(rows: Sequence[tuple[str, str]], *, why: bool = True) -> list[str]:
    return [f"  {plainly(name)}{f': {plainly(reason)}' if why else ''}" for name, reason in rows[:NAMED]]


def plainly(name: str) -> str:
    """A name on one line, with what a terminal would obey written out."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), name)


def counts(found: Mapping[str, int] | Iterable[tuple[str, int]]) -> str:
    """``cats 12, dogs 3``."""
    return ", ".join(f"{cut(name) or 'none'} {count:,}" for name, count in dict(found).items())


def cut(name: str, most: int = 60) -> str:
    """A name's beginning, where it is long."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def number(count: int, what: str) -> str:
    """``1 image``, ``2,000 images``."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def spread(found: Spread) -> str:
    """``20 to 64, half of them up to 32``; one number where all are equal."""
    if found.least == found.most:
        return f"{found.least:,.0f}"
    return f"{found.least:,.0f} to {found.most:,.0f} (middle {found.middle:,.0f})"


def size(number: float) -> str:
    """Bytes in a unit that fits."""
    for unit, factor in UNITS:
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number:.0f} bytes"


def shape(found: tuple[int, int, int]) -> str:
    """``64 × 64 px, colour``."""
    return f"{found[1]} × {found[0]} px, {'grey' if found[2] == 1 else 'colour'}"


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
