"""``python -m core.datasets [list | get NAME | add NAME PATH | remove NAME]``: which data sets are here, getting
those that are not, and bringing your own."""

import argparse
import sys
from collections.abc import Iterator

from core.bring import command
from core.datasets import SOURCES, DatasetError, download, load
from core.settings import Settings


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.datasets", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    getter = commands.add_parser("get", help="download a data set into the cache")
    getter.add_argument("name", choices=sorted(download.ADDRESSES))
    getter.add_argument("--base", help="address of a folder that holds the files, instead of the usual one")
    commands.add_parser("list", help="say which data sets are here")
    command.parsers(commands)
    args = parser.parse_args(arguments)
    settings = Settings.from_environment()
    try:
        if args.command == "get":
            target = settings.cache / "data"
            print(f"{args.name}: {download.get(args.name, target, report=print, base=args.base)}")
            return
        if args.command == "add":
            return command.add(args, settings)
        if args.command == "remove":
            return command.take_away(args, settings)
        for line in (*shipped(settings), *command.listed(settings)):
            print(line)
    except (DatasetError, ValueError, OSError) as error:
        sys.exit(f"{args.command or 'list'}: {error}")
    except KeyboardInterrupt:
        kept = " What was brought is kept: the same command goes on from there." if args.command == "add" else ""
        sys.exit(f"\n{args.command or 'list'}: stopped.{kept}")


def shipped(settings: Settings) -> Iterator[str]:
    """A line for each data set that Morphospace knows by itself."""
    for name in SOURCES:
        try:
            found = load(name, settings)
        except DatasetError as error:
            yield f"{name}: {error}"
            continue
        way = f"python -m core.datasets get {name}" if name in download.ADDRESSES else "see the README, Data"
        yield f"{name}: {found.origin if found else f'not here; {way}'}"


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal may lack letters
    main()
