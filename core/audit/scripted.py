"""Audits from a script: one call that looks, as the command line does, and one for what people decided since."""

from pathlib import Path

from core import checkpoints, datasets
from core.audit import brought, exported, review, run
from core.audit.decisions import Decisions
from core.audit.exported import Line
from core.audit.findings import Findings, save
from core.datasets import ImageSet, own
from core.gallery import Gallery
from core.inference import Runner, choose_device
from core.jobs import Reporter
from core.settings import Settings

FOLDER = "audits"  # of findings, below `Settings.own`


def audit(
    name: str, settings: Settings, *, checkpoint: str | None = None, reporter: Reporter | None = None
) -> Findings:
    """Audit a data set, or go on where an audit was cut off; what is found is written to ``audits/NAME.npz``.

    Parameters
    ----------
    checkpoint : whose codes, reconstructions, categories and critic are asked too.
    reporter : hears how far it is.

    Raises
    ------
    ValueError
        If there is no such data set, its originals are not here, or it was brought anew meanwhile.
    CheckpointError
        If the model cannot be used.
    core.jobs.StoppedError
        If the reporter was asked for a stop.
    """
    data = _here(name, settings)
    folder = settings.own / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    runner, gallery = _seen_by(settings, checkpoint)
    known = _originals(settings, name)
    findings = run.audit(
        data,
        runner=runner,
        gallery=gallery if runner is not None and runner.card.dataset == name else None,
        originals=known,
        told=(reporter or Reporter()).told,
        unfinished=folder / f"{name}.{run.digest(data, checkpoint or '')}.unfinished",
    )
    if brought.made(name, settings) != known.made:
        raise ValueError(f"{name!r} was removed or brought anew while it was audited. Run the audit again.")
    save(findings, folder / f"{name}.npz")
    return findings


def decided(name: str, settings: Settings) -> list[Line]:
    """What people decided of a data set as it is here, by item: what the page exports.

    Raises
    ------
    ValueError
        If there is no such data set, or its originals are not here.
    StoreError
        If the decisions cannot be read.
    """
    data = _here(name, settings)
    files = data.fields.get("file")
    scope = brought.scope(name, brought.made(name, settings))
    known = review.book(Decisions.under(settings.own).all(scope), files)
    index = data.index.tolist()
    labels = {item: data.label_names[label] for item, label in zip(index, data.labels.tolist(), strict=True)}
    names = {} if files is None else dict(zip(index, files.tolist(), strict=True))
    return exported.lines(name, known, labels, names)


def _here(name: str, settings: Settings) -> ImageSet:
    data = datasets.load(name, settings)
    if data is None:
        raise ValueError(f"the originals of {name!r} are not on this machine: python -m core.datasets get {name}")
    return data


def _seen_by(settings: Settings, name: str | None) -> tuple[Runner | None, Gallery | None]:
    """The checkpoint ``name`` on this machine's device, and its gallery where that is of own images."""
    if not name:
        return None, None
    root = checkpoints.root_of(settings, name)
    card = checkpoints.read_card(root, name)
    device = choose_device(settings.device).name
    runner = Runner(checkpoints.load_model(root, card), card, device)
    return runner, checkpoints.load_gallery(root, card)


def _originals(settings: Settings, name: str) -> run.Originals:
    """Files, sizes and group names of an own set; nothing of another."""
    folder = datasets.own_folder(settings) / name
    if name in datasets.SOURCES:
        return run.Originals()
    about = own.read_about(folder)
    source = Path(about.source).expanduser() if about.source else None
    facts, there = own.read_items(folder, about).facts, source is not None and source.is_dir()
    return run.Originals(source if there else None, facts, about.groups, about.made)
