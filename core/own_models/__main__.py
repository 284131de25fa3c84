"""``python -m core.own_models COMMAND``: own checkpoints, made of a data set of one's own.

``encode`` borrows a model's weights, ``train`` makes one, ``umap`` adds a map, ``export`` and ``import`` carry one
from machine to machine, ``list`` and ``remove`` keep order. What takes long goes on where it was cut off.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from core import checkpoints, datasets, jobs
from core.cards import CardError
from core.jobs import Reporter, Status, StoppedError
from core.own_models import places, progress
from core.settings import Settings

Work = Callable[[Settings, argparse.Namespace, Reporter], str]


def encode(settings: Settings, args: argparse.Namespace, reporter: Reporter) -> str:
    """Encode a set with an existing model."""
    from core.own_models.encode import encode as work

    if args.checkpoint is None:
        if (source := datasets.sources(settings).get(args.dataset)) is None:
            raise ValueError(f"There is no data set {args.dataset!r} here.")
        fitting = ", ".join(places.fitting(settings, source.shape)) or "there is none"
        raise ValueError(f"Name a model that takes images of {source.shape}: {fitting}.")
    return f"{work(settings, args.dataset, args.checkpoint, reporter)}: every page shows it now."


def train(settings: Settings, args: argparse.Namespace, reporter: Reporter) -> str:
    """Train a model on a set."""
    from core.own_models import training

    wanted = training.Wanted(args.dataset, args.kind, args.minutes, args.seed, args.finish)
    return f"{training.train(settings, wanted, reporter)}: every page shows it now."


def umap(settings: Settings, args: argparse.Namespace, reporter: Reporter) -> str:
    """Add a UMAP map."""
    from core.own_models import umap as own_umap

    return f"{own_umap.add(settings, args.id, reporter, seed=args.seed)}: its UMAP is on the Latent map."


def target(args: argparse.Namespace) -> str:
    """The checkpoint that a command is about."""
    what = {"encode": ("dataset", "checkpoint"), "train": ("dataset", "kind"), "umap": ("id",)}[args.command]
    return progress.target((args.command, *(getattr(args, name) or "" for name in what)))


WORK: dict[str, Work] = {"encode": encode, "train": train, "umap": umap}


def say(status: Status) -> None:
    """One line on how far it is."""
    if status.state == jobs.DONE:
        print(status.text)
        return
    left = "" if status.seconds_left is None else f", {status.seconds_left:.0f} s left"
    print(f"{100 * status.share:3.0f} %  {status.text}{left}", flush=True)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    made = argparse.ArgumentParser(prog="python -m core.own_models", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    one = commands.add_parser("encode", help="encode a set of your own with an existing model")
    one.add_argument("dataset")
    one.add_argument("checkpoint", nargs="?", help="left out: says which would do")
    one = commands.add_parser("train", help="train a model on a set of your own")
    one.add_argument("dataset")
    one.add_argument("kind", help="ae-conv, vae-2d or aae")
    one.add_argument("--minutes", type=float, default=5.0)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--finish", action="store_true", help="publish what a run that was stopped has learned")
    one = commands.add_parser("umap", help="add a UMAP map to a checkpoint of your own")
    one.add_argument("id")
    one.add_argument("--seed", type=int, default=0)
    for name in WORK:
        commands.choices[name].add_argument("--job", type=Path, help="folder to tell of progress in")
    one = commands.add_parser("export", help="write a checkpoint of your own into a zip file")
    one.add_argument("id")
    one.add_argument("file", type=Path)
    one = commands.add_parser("import", help="take in a checkpoint from a zip file")
    one.add_argument("file", type=Path)
    one.add_argument("--name", help="another name for it here")
    commands.add_parser("list", help="checkpoints of your own")
    one = commands.add_parser("remove", help="delete a checkpoint of your own")
    one.add_argument("id")
    return made


def listed(settings: Settings) -> None:
    """Print own checkpoints."""
    root = places.root(settings)
    for name in checkpoints.names(root):
        try:
            card = checkpoints.read_card(root, name)
            print(f"{name}: {card.title}, of {card.dataset}; maps: {', '.join(card.maps) or 'none'}")
        except checkpoints.CheckpointError as error:
            print(f"{name}: cannot be used. {error}")


def at_once(settings: Settings, args: argparse.Namespace) -> None:
    """The commands that take no time."""
    from core.own_models import exchange

    if args.command == "list":
        listed(settings)
    elif args.command == "remove":
        places.remove(settings, args.id)
        print(f"{args.id} is deleted.")
    elif args.command == "export":
        exchange.export(settings, args.id, args.file)
        print(f"{args.id}: {args.file}, {args.file.stat().st_size / 1e6:.1f} MB")
    else:
        print(f"{exchange.import_(args.file, settings, name=args.name)} is here: every page shows it now.")


def work(settings: Settings, args: argparse.Namespace) -> None:
    """The commands that take long."""
    from core import inference

    inference.share_cores()
    told = jobs.reporting(args.job, say=None if args.job else say)
    with told as reporter, places.alone(settings, target(args)):
        text = WORK[args.command](settings, args, reporter)
        reporter.end(jobs.DONE, text)


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    args = parser().parse_args(arguments)
    settings = Settings.from_environment()
    try:
        if args.command in WORK:
            work(settings, args)
        else:
            at_once(settings, args)
    except StoppedError:
        sys.exit("Stopped; the same command goes on from there.")
    except (ValueError, OSError, CardError, checkpoints.CheckpointError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
