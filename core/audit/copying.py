"""``python -m core.audit.copying NAME FOLDER [--link]``: a cleaned copy, as a job that can be resumed."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from core import datasets, jobs
from core.audit import brought, cleaned, originals, review
from core.audit.cleaned import CleanedError
from core.audit.decisions import Decisions
from core.audit.originals import Originals
from core.audit.review import Book
from core.settings import Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the cleaned copy that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m core.audit.copying", description=__doc__)
    parser.add_argument("name", help="of the data set")
    parser.add_argument("folder", help="a new one")
    parser.add_argument("--link", action="store_true", help="hard-link originals where that is possible")
    parser.add_argument("--job", type=Path, help="folder of the job, which the dashboard gives")
    asked = parser.parse_args(arguments)
    with jobs.reporting(asked.job) as reporter:
        settings = Settings.from_environment()
        data, files = datasets.load(asked.name, settings), originals.of(asked.name, settings)
        if data is None:
            raise CleanedError(f"The images of {asked.name!r} are not on this machine.")
        known = _book(Decisions.under(settings.own), asked.name, files)
        folder = Path(asked.folder)
        if not (folder / cleaned.MARK).is_file():
            folder = cleaned.target(asked.folder, keep_out=cleaned.kept_out(files, settings))
        made = cleaned.write(
            folder,
            data,
            known,
            files,
            link=asked.link,
            told=lambda done, total: reporter.told(done, total, f"Writing into {folder}"),
        )
        reporter.end(jobs.DONE, cleaned.sentence(made))


def _book(store: Decisions, name: str, files: Originals | None) -> Book:
    """What was decided of the set as it is now, and on the same pictures before."""
    brought.carry(store, name, files)
    decisions = store.all(brought.scope(name, "" if files is None else files.made))
    return review.book(decisions, None if files is None else files.files)


if __name__ == "__main__":
    main()
