"""Checkpoints go out as zip files and come in only when every part of them passes."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from core import cards, checkpoints
from core.checkpoints import CheckpointError
from core.own_models import exchange, places
from core.own_models.exchange import TakenError
from core.own_models.verify import RefusedError
from core.settings import Settings
from tests import tiny_own

Files = dict[str, bytes]
ID = "shapes-aae"


@pytest.fixture
def settings(tiny_root: Path, tmp_path: Path) -> Settings:
    made = Settings((), tiny_root, tmp_path / "cache", home=tmp_path / "home")
    tiny_own.bring(made.own, n=40, test=10)
    tiny_own.model(made, "shapes", "aae", "aae")
    return made


@pytest.fixture
def files(settings: Settings) -> Files:
    """What an exported checkpoint holds."""
    with zipfile.ZipFile(exported(settings)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def exported(settings: Settings) -> io.BytesIO:
    file = io.BytesIO()
    exchange.export(settings, ID, file)
    return file


def zipped(files: Files) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def with_card(files: Files, **changes: Any) -> Files:
    """The files with another card."""
    raw = json.loads(files[f"{ID}/card.json"]) | changes
    return files | {f"{ID}/card.json": json.dumps(raw).encode()}


def resigned(files: Files, name: str, content: bytes) -> Files:
    """The files with another one, which the card vouches for."""
    import hashlib

    digests = json.loads(files[f"{ID}/card.json"])["sha256"] | {name: hashlib.sha256(content).hexdigest()}
    return with_card(files | {f"{ID}/{name}": content}, sha256=digests)


def without(files: Files, ending: str) -> Files:
    """The files with weights that lack the first tensor, by name, with this ending."""
    held = load(files[f"{ID}/model.safetensors"])
    del held[min(name for name in held if name.endswith(ending))]
    return resigned(files, "model.safetensors", save(held))


def arrays(files: Files, **changes: np.ndarray) -> bytes:
    """The gallery with other arrays."""
    with np.load(io.BytesIO(files[f"{ID}/gallery.npz"])) as file:
        held = {name: file[name] for name in file.files}
    written = io.BytesIO()
    np.savez(written, **{**held, **changes})
    return written.getvalue()


def test_what_goes_out_comes_in_as_it_was(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "model.zip"
    exchange.export(settings, ID, file)
    root = places.root(settings)
    before = {path.name: path.read_bytes() for path in (root / ID).iterdir()}
    places.remove(settings, ID)
    assert checkpoints.names(root) == []
    assert exchange.import_(file, settings) == ID
    after = {path.name: path.read_bytes() for path in (root / ID).iterdir()}
    assert {n: b for n, b in after.items() if n != "card.json"} == {
        n: b for n, b in before.items() if n != "card.json"
    }
    assert json.loads(after["card.json"]) == json.loads(before["card.json"])
    checkpoints.load_model(root, checkpoints.read_card(root, ID))
    assert not any((settings.own / places.RUNS).glob("import-*"))


def test_a_name_that_is_taken_asks_for_another(settings: Settings) -> None:
    with pytest.raises(TakenError, match="another name"):
        exchange.import_(exported(settings), settings)
    with pytest.raises(TakenError):
        exchange.import_(exported(settings), settings, name="digits-aae-10")  # one that comes with it
    assert exchange.import_(exported(settings), settings, name="shapes-again") == "shapes-again"
    root = places.root(settings)
    assert cards.read(root / "shapes-again" / "card.json").id == "shapes-again"
    checkpoints.load_gallery(root, checkpoints.read_card(root, "shapes-again"))


def test_a_damaged_checkpoint_does_not_go_out(settings: Settings) -> None:
    (places.root(settings) / ID / checkpoints.MODEL).write_bytes(b"half")
    with pytest.raises(CheckpointError, match="sha256"):
        exported(settings)


REFUSED: dict[str, tuple[Callable[[Files], Files], str]] = {
    "a path that leads out": (lambda f: f | {"../../evil.npz": b""}, "outside its folder"),
    "an absolute path": (lambda f: f | {"/etc/gallery.npz": b""}, "outside its folder"),
    "a Windows path": (lambda f: f | {"..\\gallery.npz": b""}, "outside its folder"),
    "a deep path": (lambda f: f | {f"{ID}/a/gallery.npz": b""}, "outside its folder"),
    "code": (lambda f: f | {f"{ID}/model.py": b"print()"}, "no part of a checkpoint"),
    "a pickle": (lambda f: f | {f"{ID}/model.pt": b"\x80\x04N."}, "no part of a checkpoint"),
    "two checkpoints": (lambda f: f | {"other/map.npz": b""}, "several folders"),
    "no weights": (
        lambda f: {n: b for n, b in f.items() if "model" not in n},
        "no card.json with a model.safetensors",
    ),
    "a bomb": (lambda f: f | {f"{ID}/map.npz": bytes(30_000_000)}, "would unpack to 30 MB"),
    "a card that is none": (lambda f: f | {f"{ID}/card.json": b"[1]"}, "cannot be read"),
    "a card without a field": (lambda f: f | {f"{ID}/card.json": json.dumps({"id": ID}).encode()}, "incomplete"),
    "a card of other types": (lambda f: with_card(f, title=["x"]), "for title; a str is asked"),
    "a number that is none": (lambda f: with_card(f, maps={"pca": {"n": "many"}}), "measured number that is none"),
    "a name that is none": (lambda f: with_card(f, id="../up"), "no name of a checkpoint"),
    "another family": (lambda f: with_card(f, family="gan"), "of the family 'gan'"),
    "another data set": (lambda f: with_card(f, dataset="cats"), "'cats', which is not here. Bring that set"),
    "another shape": (lambda f: with_card(f, shape=[32, 32, 3]), "Its images are"),
    "unknown architecture": (
        lambda f: with_card(f, architecture="unet"),
        "'unet' is not one of 'aae'",
    ),
    "other hyperparameters": (lambda f: with_card(f, config={"depth": 3}), "do not fit architecture"),
    "huge hyperparameters": (lambda f: with_card(f, config={"hidden": 10**9}), "hyperparameter over 65,536"),
    "too many weights": (lambda f: with_card(f, config={"hidden": 60_000}), "too small to hold them"),
    "another size of code": (lambda f: with_card(f, dim=99), "makes codes of 14 numbers"),
    "a file that was changed": (
        lambda f: f | {f"{ID}/gallery.npz": f[f"{ID}/gallery.npz"] + b"x"},
        "sha256 differs",
    ),
    "a file that the card does not list": (lambda f: with_card(f, sha256={}), "Its card lists"),
    "weights of another network": (
        lambda f: resigned(f, "model.safetensors", save({"a": np.random.default_rng(0).normal(size=400_000)})),
        "does not fit its architecture",
    ),
    "weights without a bias": (lambda f: without(f, ".bias"), "does not fit its architecture"),
    "weights without a count": (lambda f: without(f, ".num_batches_tracked"), "does not fit its architecture"),
    "weights that are none": (
        lambda f: resigned(f, "model.safetensors", np.random.default_rng(0).bytes(1_000_000)),
        "cannot be loaded",
    ),
    "a gallery of other items": (
        lambda f: resigned(f, "gallery.npz", arrays(f, index=np.arange(20, 60))),
        "items that 'shapes' does not have",
    ),
    "a gallery of another version": (
        lambda f: resigned(f, "gallery.npz", arrays(f, label=np.zeros(40, np.uint8))),
        "another version of 'shapes'",
    ),
    "a gallery of other images": (
        lambda f: resigned(f, "gallery.npz", arrays(f, z=np.random.default_rng(0).normal(size=(40, 14)))),
        "another version of 'shapes': images differ",
    ),
    "a gallery that is not finite": (
        lambda f: resigned(f, "gallery.npz", arrays(f, error=np.full(40, np.nan, np.float32))),
        "not finite",
    ),
    "a gallery with a pickle": (
        lambda f: resigned(f, "gallery.npz", arrays(f, extra=np.array([{}], dtype=object))),
        "not what it says",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_pass_is_refused_and_leaves_nothing(what: str, settings: Settings, files: Files) -> None:
    change, says = REFUSED[what]
    places.remove(settings, ID)
    with pytest.raises(RefusedError) as error:
        exchange.import_(zipped(change(files)), settings)
    assert says in str(error.value)
    assert checkpoints.names(places.root(settings)) == []
    assert not any((settings.own / places.RUNS).glob("import-*"))


def test_texts_of_a_card_are_plain_text_here(settings: Settings, files: Files) -> None:
    note = "see ![this](https://elsewhere.example/x.png) and <b>that</b>"
    changed = with_card(files, note=note, title="*A* [model](x)", seeds={"x": {"mean": "y"}})
    id = exchange.import_(zipped(changed), settings, name="shapes-plain")
    card = checkpoints.read_card(places.root(settings), id)
    assert card.title == "A model(x)"
    assert "[" not in card.note
    assert "<" not in card.note
    assert card.seeds == {}
    assert card.metrics["test_mse"].how.startswith("Mean over all pixels")


def test_a_file_that_is_no_zip(settings: Settings) -> None:
    for content in (b"", b"PK\x03\x04 and no more", exported(settings).getvalue()[:5000]):
        with pytest.raises(RefusedError, match="no zip file"):
            exchange.import_(io.BytesIO(content), settings)


def test_a_link_in_a_zip(settings: Settings, files: Files) -> None:
    file = zipped(files)
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo(f"{ID}/map.npz")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(RefusedError, match="a link"):
        exchange.import_(file, settings)


def test_arrays_that_claim_more_than_they_have(settings: Settings, files: Files) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10**12,)})
        archive.writestr("z.npy", header.getvalue())
    places.remove(settings, ID)
    with pytest.raises(RefusedError, match="not what it says"):
        exchange.import_(zipped(resigned(files, "gallery.npz", written.getvalue())), settings)


def test_only_own_checkpoints_can_be_removed(settings: Settings) -> None:
    with pytest.raises(CheckpointError, match="stays as it is"):
        places.remove(settings, "digits-aae-10")
