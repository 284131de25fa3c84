"""``python -m core.audit NAME``: look for what is wrong with a data set.

A run that was cut off is gone on with by running it again.
"""

import argparse
import sys
from pathlib import Path

from core import checkpoints, datasets, jobs
from core.audit import brought
from core.audit.findings import Findings, save
from core.audit.run import Originals, audit, digest
from core.datasets import own
from core.gallery import Gallery
from core.inference import Runner, choose_device
from core.jobs import Status
from core.settings import Settings

FOLDER = "audits"  # of findings, below `Settings.own`


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.audit", description=__doc__)
    parser.add_argument("name", help="of a data set")
    parser.add_argument("--checkpoint", help="whose codes, reconstructions, categories and critic are asked too")
    parser.add_argument("--job", type=Path, help="folder in which progress is told")
    args = parser.parse_args(arguments)
    try:
        with jobs.reporting(args.job, say=None if args.job else _say) as reporter:
            findings = run(Settings.from_environment(), args.name, args.checkpoint, reporter)
            counts = ", ".join(f"{kind} {len(issue.found()):,}" for kind, issue in findings.issues.items())
            reporter.end(jobs.DONE, f"{findings.size:,} items looked at. {counts}.")
    except (ValueError, OSError, checkpoints.CheckpointError) as error:
        sys.exit(str(error))


def run(settings: Settings, name: str, checkpoint: str | None, reporter: jobs.Reporter) -> Findings:
    """Audit a data set and write what is found to ``audits/NAME.npz``."""
    data = datasets.load(name, settings)
    if data is None:
        raise ValueError(f"the originals of {name!r} are not on this machine: python -m core.datasets get {name}")
    folder = settings.own / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    runner, gallery = _seen_by(settings, checkpoint)
    known = _originals(settings, name)
    findings = audit(
        data,
        runner=runner,
        gallery=gallery if runner is not None and runner.card.dataset == name else None,
        originals=known,
        told=reporter.told,
        unfinished=folder / f"{name}.{digest(data, checkpoint or '')}.unfinished",
    )
    if brought.made(name, settings) != known.made:
        raise ValueError(f"{name!r} was removed or brought anew while it was audited. Run the audit again.")
    save(findings, folder / f"{name}.npz")
    return findings


def _seen_by(settings: Settings, name: str | None) -> tuple[Runner | None, Gallery | None]:
    """The checkpoint ``name`` on this machine's device, and its gallery where that is of own images."""
    if not name:
        return None, None
    root = checkpoints.root_of(settings, name)
    card = checkpoints.read_card(root, name)
    device = choose_device(settings.device).name
    runner = Runner(checkpoints.load_model(root, card), card, device)
    return runner, checkpoints.load_gallery(root, card)


def _originals(settings: Settings, name: str) -> Originals:
    """Files, sizes and group names of an own set; nothing of another."""
    folder = datasets.own_folder(settings) / name
    if name in datasets.SOURCES:
        return Originals()
    about = own.read_about(folder)
    source = Path(about.source).expanduser() if about.source else None
    facts, there = own.read_items(folder, about).facts, source is not None and source.is_dir()
    return Originals(source if there else None, facts, about.groups, about.made)


def _say(status: Status) -> None:
    share = f"{status.done / status.total:4.0%}  " if status.total else ""
    print(f"{share}{status.text}", flush=True)


if __name__ == "__main__":
    main()
