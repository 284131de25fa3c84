"""``python -m core.datasets [list | get NAME | add NAME PATH | remove NAME]``: which data sets are here, getting
those that are not, and bringing your own."""

import argparse
import sys

from core import jobs
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
        for name in SOURCES:
            found = load(name, settings)
            print(f"{name}: {found.origin if found else f'not here; python -m core.datasets get {name}'}")
        print(*command.listed(settings), sep="\n", end="")
    except (DatasetError, jobs.JobError) as error:
        sys.exit(f"{args.command or 'list'}: {error}")


if __name__ == "__main__":
    main()
