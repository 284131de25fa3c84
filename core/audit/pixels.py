"""What plain pixels tell: blank, dark, bright and blurred images, and originals of an odd size or shape."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from core.audit.features import Told, rows
from core.audit.findings import Issue
from core.audit.severity import HALF, from_z, robust_z

FLAT = 4.0  # standard deviation of pixels (of 255) below which an image is blank
READ = 20_000  # originals that are opened at most: beyond, the set's own pixels tell
THRESHOLDS = {"dark": 0.32, "bright": 0.05, "blurred": 0.29, "aspect": 0.35}  # cleanvision's own, of its scores
NAMES = {"dark": "dark", "bright": "light"}  # what cleanvision calls them
SIDE = 512  # px of a side that an original is made smaller to while it is decoded, at least


def blank(images: np.ndarray, told: Told = lambda share: None) -> Issue:
    """Images that are constant or nearly so: the standard deviation of the pixels, of the liveliest channel."""
    spread = np.empty(len(images))
    for block in rows(len(images)):
        spread[block] = np.asarray(images[block]).std(axis=(1, 2), dtype=np.float32).max(axis=1)
        told(block.stop / len(images))
    severity = 1 / (1 + np.square(spread / FLAT))
    how = f"Standard deviation of the pixels; reported below {FLAT:g} of 255."
    return Issue("blank", severity.astype(np.float32), 0.5, how)


def light(
    images: np.ndarray, empty: np.ndarray, files: list[Path] | None, told: Told = lambda share: None
) -> dict[str, Issue]:
    """Dark, bright and blurred images, as cleanvision tells them.

    Parameters
    ----------
    images : (n, H, W, C) uint8.
    empty : (n,) bool, blank images, of which nothing is said.
    files : originals in the order of the images; the image stands in for one that cannot be read. None: no files.
    """
    import pandas as pd
    from cleanvision.issue_managers.image_property import BlurrinessProperty, BrightnessProperty

    bright, blurred = BrightnessProperty("dark"), BlurrinessProperty()
    files = None if files is None or len(files) > READ else files
    columns: dict[str, np.ndarray] = {}  # a dictionary for each image would take 3 kB of it
    for row in range(len(images)):
        image = _original(images[row], None if files is None else files[row])
        for name, value in {**bright.calculate(image), **blurred.calculate(image)}.items():
            columns.setdefault(name, np.full(len(images), np.nan))[row] = value
        if row % 500 == 0:
            told(row / len(images))
    table = pd.DataFrame(columns)
    where = "the originals" if files is not None else "the set's pixels"
    found = {}
    for kind, name in NAMES.items():
        scores = BrightnessProperty(name).get_scores(table, name)
        found[kind] = _issue(kind, scores.iloc[:, 0].to_numpy(), empty, where)
    if files is None:
        return found | {"blurred": soft(images, empty)}
    scores = blurred.get_scores(table, "blurry", normalizing_factor=0.01, color_threshold=0.18)
    return found | {"blurred": _issue("blurred", scores.iloc[:, 0].to_numpy(), empty, where)}


def soft(images: np.ndarray, empty: np.ndarray) -> Issue:
    """Images whose neighbouring pixels differ less, for their contrast, than is usual in the set.

    For the small images of a set: cleanvision's measure counts the outermost pixels as edges, which of an original
    are few.
    """
    sharp = np.full(len(images), np.nan)
    for block in rows(len(images)):
        grey = np.asarray(images[block]).mean(axis=3, dtype=np.float32)
        steps = np.square(np.diff(grey, axis=1)).mean(axis=(1, 2)) + np.square(np.diff(grey, axis=2)).mean(
            axis=(1, 2)
        )
        sharp[block] = np.log((steps + 1) / (grey.var(axis=(1, 2)) + 1))
    sharp[empty] = np.nan
    how = "Squared steps between neighbouring pixels over the variance: robust deviations below the median."
    return Issue("blurred", from_z(robust_z(-sharp)), HALF, how)


def shape(facts: Mapping[str, np.ndarray]) -> dict[str, Issue]:
    """Originals of an odd size, and very long or tall ones; nothing where no size is known."""
    if not {"width", "height"} <= set(facts) or not len(facts["width"]):
        return {}
    import pandas as pd
    from cleanvision.issue_managers.image_property import SizeProperty

    width, height = (np.maximum(facts[name], 1).astype(float) for name in ("width", "height"))
    odd = SizeProperty()
    score = odd.get_scores(pd.DataFrame({odd.name: np.sqrt(width * height)}), "odd_size").iloc[:, 0].to_numpy()
    least = 1 - float(odd.threshold) if odd.threshold < 1 else 1e-6  # all of one size: any other is odd
    none = np.zeros(len(width), bool)
    size = Issue("size", _severity(score, none), least + 1e-6, _how("size", "the originals"))
    return {
        "size": size,
        "aspect": _issue("aspect", np.minimum(width / height, height / width), none, "the originals"),
    }


def _original(pixels: np.ndarray, file: Path | None) -> Image.Image:
    if file is not None:
        try:
            with Image.open(file) as image:
                image.draft("RGB", (SIDE, SIDE))
                image.thumbnail((2 * SIDE, 2 * SIDE))
                return image.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            pass  # moved or damaged since it was brought: the set's own copy tells
    pixels = np.asarray(pixels)
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels[..., :3])


def _severity(score: np.ndarray, empty: np.ndarray) -> np.ndarray:
    severity = np.clip(1 - score.astype(float), 0, 1).astype(np.float32)
    severity[empty] = np.nan
    return severity


def _issue(kind: str, score: np.ndarray, empty: np.ndarray, where: str) -> Issue:
    return Issue(kind, _severity(score, empty), 1 - THRESHOLDS[kind] + 1e-6, _how(kind, where))


def _how(kind: str, where: str) -> str:
    return f"cleanvision's score of {where}, 1 less it; reported where cleanvision reports."
