"""``directions.npz`` of a checkpoint of faces: its attributes' directions, and how a probe answers to them."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.attributes import Direction, names_of, orthogonalise


@dataclass(frozen=True)
class Directions:
    """Directions of m attributes in a latent space of d numbers, computed from training faces alone.

    Attributes
    ----------
    names : of the m directions.
    vectors : (m, d) float32; once along one is from the mean without the attribute to the mean with it.
    strengths, removals : (m,) float32; by default so often along it to add, and (negative) to take away.
    steps, responses : (s,) and (m, s) float32; the probe's mean probability of the attribute so often along it.
    labels : names of the k attributes that normals and correlations are of: the probe's, then the derived ones.
    normals : (k, d) float32, the linear readings of each attribute: what a step adds to them is the product.
    correlations : (k, k) float32, of the training labels with each other.
    mean, spread : (d,) float32, mean and standard deviation of the training codes.
    """

    names: tuple[str, ...]
    vectors: np.ndarray
    strengths: np.ndarray
    removals: np.ndarray
    steps: np.ndarray
    responses: np.ndarray
    labels: tuple[str, ...]
    normals: np.ndarray
    correlations: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    def __post_init__(self) -> None:
        m, k, d = len(self.names), len(self.labels), self.mean.size
        shapes = {
            "vectors": (m, d),
            "strengths": (m,),
            "removals": (m,),
            "responses": (m, len(self.steps)),
            "normals": (k, d),
            "correlations": (k, k),
            "spread": (d,),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"directions: {name} has shape {getattr(self, name).shape}, not {shape}")

    def get(self, name: str) -> Direction:
        """The direction called ``name``; ValueError that lists them."""
        (i,) = names_of([name], self.names)
        return Direction(
            name,
            self.vectors[i],
            float(self.strengths[i]),
            float(self.removals[i]),
            self.steps,
            self.responses[i],
        )

    def freed(self, name: str, others: list[str]) -> np.ndarray:
        """The vector (d,) of ``name`` without what it adds to the readings of ``others``, its own reading kept."""
        own = self.normals[names_of([name], self.labels)[0]]
        return orthogonalise(self.get(name).vector, self.normals[names_of(others, self.labels)], keep=own)


def save(found: Directions, path: Path) -> None:
    """Write ``directions.npz``."""
    arrays = {
        name: np.array(value) if isinstance(value, tuple) else np.asarray(value, np.float32)
        for name, value in vars(found).items()
    }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load(path: Path) -> Directions:
    """Read ``directions.npz``; ValueError if it is damaged, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
        names, labels = (tuple(str(word) for word in raw.pop(name)) for name in ("names", "labels"))
        return Directions(names=names, labels=labels, **raw)
    except (zipfile.BadZipFile, EOFError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error
