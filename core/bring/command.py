"""``python -m core.datasets add | remove``: own images from the command line, and as a job of the page."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core import datasets, jobs
from core.bring import finish, scripted, telling
from core.bring.base import LISTED, NONE, BringError, Source, Wish, text
from core.bring.build import Plan, build, check_name, completed, part_folder
from core.bring.fitting import FITS, SIDES
from core.bring.levels import LEVELS
from core.bring.removal import UPLOADS, discard, half_finished, holds, remove
from core.bring.report import look
from core.bring.sources import TAKEN, open_source
from core.datasets import own
from core.jobs import Reporter, Status
from core.settings import Settings

NEXT = """What comes next:
  python -m core.own_models encode {name}
      codes and maps, by a model that is there; `train` makes one of its own
  python -m core.audit {name}
      what may be wrong with it
  make run
      all of it on the pages"""


def parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verbs to a command line."""
    adder = commands.add_parser("add", help="bring images of your own as a data set")
    adder.add_argument("name", help="small letters, digits and dashes")
    adder.add_argument("path", type=Path, help=TAKEN)
    adder.add_argument("--size", type=int, choices=SIDES, help="px a side; told by the images where left out")
    colour = adder.add_mutually_exclusive_group()
    colour.add_argument("--grey", dest="channels", action="store_const", const=1, help="one channel")
    colour.add_argument("--colour", dest="channels", action="store_const", const=3, help="three channels")
    adder.add_argument(
        "--fit", choices=sorted(FITS), help="; ".join(f"{key}: {text}" for key, text in FITS.items())
    )
    adder.add_argument(
        "--label", help=f"column that is the label, or level of folders ({', '.join(LEVELS)}); {NONE!r}: none"
    )
    adder.add_argument("--group", help="column, or level of folders, that tells who made an image, or where")
    adder.add_argument("--root", type=Path, help="folder that the paths of a table are below")
    adder.add_argument("--title", help="what the set is called on screen")
    adder.add_argument("--terms", default="your own", help="what you say of its terms")
    adder.add_argument("--yes", action="store_true", help="do not ask")
    adder.add_argument("--anew", action="store_true", help="discard a half-finished set of this name first")
    adder.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    remover = commands.add_parser("remove", help="delete a data set of your own, with its models and findings")
    remover.add_argument("name")
    remover.add_argument("--yes", action="store_true", help="do not ask")


def arguments(path: Path, plan: Plan, wish: Wish) -> list[str]:
    """The command line that brings what ``plan`` and ``wish`` say, without questions."""
    colour = "--grey" if plan.shape[2] == 1 else "--colour"
    line = ["add", plan.name, str(path), "--size", str(plan.shape[0]), colour, "--fit", plan.fit, "--yes"]
    line += [f"--title={plan.title}", f"--terms={plan.terms}"]
    line += [f"--label={wish.label or NONE}", f"--group={wish.group or NONE}"]
    return line + ([f"--root={wish.root}"] if wish.root else [])


def add(args: argparse.Namespace, settings: Settings) -> None:
    """Bring a set; as a job where a job's folder is given."""
    say = None if args.job else show
    with jobs.reporting(args.job, say=say) as reporter:
        folder = datasets.own_folder(settings)
        if not completed(part_folder(folder, args.name)):
            _bring(args, settings, reporter)
        about = own.read_about(folder / args.name)
        left = len(finish.read_unreadable(folder / args.name, most=LISTED))
        told = f" Left out: {left:,}; {finish.UNREADABLE} says why." if left else ""
        size = telling.number(about.size, "image")
        reporter.end(jobs.DONE, f"“{about.title}” is a data set now: {size}.{told}")
        if args.job is None:
            print(NEXT.format(name=args.name))


def _bring(args: argparse.Namespace, settings: Settings, reporter: Reporter) -> None:
    folder = datasets.own_folder(settings)
    check_name(args.name, folder)
    reporter.told(0, 0, "Listing the images")
    with open_source(args.path, Wish(args.label, args.group, args.root, settings.own / UPLOADS)) as source:
        plan = planned(args, source)
        if not args.yes and asked("Bring it in? [y/N] ").casefold() not in ("y", "yes"):
            raise BringError("Nothing was written.")
        if args.anew and args.name in half_finished(settings):
            discard(args.name, settings)
        try:
            build(source, plan, folder, reporter)
        except BaseException:
            if args.job is None and sys.stdout.isatty():
                print()  # what is said next does not belong to the line of progress
            raise


def planned(args: argparse.Namespace, source: Source) -> Plan:
    """What the command line asks for, and what the images suggest where it leaves that open."""
    title, terms = text(args.title or "") or args.name, text(args.terms)
    if args.job and args.size and args.channels and args.fit:
        return Plan(args.name, title, (args.size, args.size, args.channels), args.fit, terms)
    found = look(source)
    plan = scripted.planned(
        found, args.name, title=title, size=args.size, channels=args.channels, fit=args.fit, terms=terms
    )
    print("\n".join([*telling.lines(found), f"As a data set: {telling.shape(plan.shape)}, {FITS[plan.fit]}."]))
    return plan


def show(status: Status) -> None:
    """Write how far it is over the line before; where nobody watches, as in a log, only how it ends."""
    if not sys.stdout.isatty():
        if status.state != jobs.RUNNING:
            print(status.text)
        return
    left = "" if status.seconds_left is None else f", {telling.duration(status.seconds_left)} to go"
    count = f"{status.done:,} of {status.total:,}: " if status.total else ""
    end = "" if status.state == jobs.RUNNING and status.total else "\n"
    sys.stdout.write(f"\r\033[K{count}{status.text}{left}{end}")
    sys.stdout.flush()


def asked(question: str) -> str:
    """What somebody answers; nothing where nobody is there to."""
    try:
        return input(question).strip()
    except EOFError:
        print()
        raise BringError("Nothing was done, as nobody answered. With --yes there is no question.") from None


def take_away(args: argparse.Namespace, settings: Settings) -> None:
    """Remove a set, or a half-finished one, after asking."""
    half = args.name not in own.names(datasets.own_folder(settings)) and args.name in half_finished(settings)
    what = [f"the half-finished set {args.name!r}"] if half else holds(args.name, settings)
    print(f"This deletes {', '.join(what)}. Your originals stay where they are.")
    if not args.yes and asked(f"Type {args.name!r} to delete it: ") != args.name:
        raise BringError("Nothing was deleted.")
    if half:
        discard(args.name, settings)
    else:
        remove(args.name, settings)
    print(f"{args.name}: deleted")


def listed(settings: Settings) -> Sequence[str]:
    """A line for each of a person's own sets, of those that are half finished, and of what is damaged."""
    found = [f"{name}: half finished; bring the same again to go on" for name in half_finished(settings)]
    folder = datasets.own_folder(settings)
    for name in own.names(folder):
        try:
            own.read_about(folder / name)
        except datasets.DatasetError as error:
            found.append(f"{name}: {error}")
    for name, source in datasets.sources(settings).items():
        if source.own:
            about = f"{source.title}, {telling.number(source.size, 'image')} of {telling.shape(source.shape)}"
            found.append(f"{name}: {about}, {telling.number(len(source.labels), 'label')}; your own")
    return found
