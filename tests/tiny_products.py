"""Made-up products: patches on white whose shape is the type and whose colour is the colour."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from core import checkpoints
from core.datasets import products
from core.datasets.base import ImageSet
from core.models import build
from core.training import product_recipes, publish

TYPES = {
    "Shirts": (slice(8, 56), slice(8, 56)),
    "Belts": (slice(26, 38), slice(4, 60)),
    "Ties": (slice(4, 60), slice(26, 38)),
}
COLOURS = {"Red": (200, 20, 20), "Blue": (20, 20, 200), "Green": (20, 160, 20), "Black": (10, 10, 10)}
GENDERS = {"Men": 1, "Women": 0}  # a mark in the corner
PATTERNS = {"Solid": 0, "Striped": 120}  # how bright stripes are
BRANDS = ("Acme", "Zeta", "Orion", "Lumen", "Nova", "Kappa")
CONFIGS = {
    "products-text": {"channels": 4, "dim": 16, "words": 40, "layers": 1, "heads": 2, "kinds": (4, 5, 3)},
    "products-reader": {"channels": 4, "kinds": (4, 5, 3), "words": 12},
    "products-compose": {"dim": 16, "hidden": 16, "kinds": (4, 2, 3, 1, 2), "channels": 4},
}


def made_up(n: int = 360, *, seed: int = 0) -> ImageSet:
    """``n`` products, split by caption like the real ones."""
    random = np.random.default_rng(seed)
    kinds = {
        "type": random.choice(list(TYPES), n),
        "colour": random.choice(list(COLOURS), n),
        "gender": random.choice(list(GENDERS), n),
        "pattern": random.choice(list(PATTERNS), n),
    }
    images = np.full((n, 64, 64, 3), 255, np.uint8)
    captions = []
    for i, (kind, colour, gender, pattern) in enumerate(zip(*kinds.values(), strict=True)):
        patch = images[i][TYPES[kind]]
        patch[:] = COLOURS[colour]
        patch[::4] = np.minimum(patch[::4].astype(int) + PATTERNS[pattern], 255)
        images[i, :6, :6] = 255 * (1 - GENDERS[gender])
        captions.append(f"{random.choice(BRANDS)} {gender} {pattern} {colour} {kind}")
    parts = products.part(np.array(captions))
    order = np.argsort(parts, kind="stable")
    blank = np.full(n, "Casual")
    fields = {name: kinds[name] for name in ("type", "colour", "gender")} | dict.fromkeys(
        ("season", "usage"), blank
    )
    return ImageSet(
        "products",
        images[order],
        np.zeros(n, np.uint8),
        np.arange(n),
        int((parts == 0).sum()),
        products.LABELS,
        "made up",
        validation_size=int((parts == 1).sum()),
        captions=np.array(captions)[order],
        fields={name: column[order] for name, column in fields.items()},
    )


def build_products(root: Path, runs: Path) -> Path:
    """Write untrained models of made-up products into ``root``, and the products beside it."""
    data = made_up()
    for recipe in (recipe for recipe in product_recipes.RECIPES if recipe.dataset == "products"):
        torch.manual_seed(7)
        folder = runs / f"{recipe.id}-0"
        folder.mkdir(parents=True)
        model = build(recipe.architecture, CONFIGS[recipe.id])
        save_file(model.state_dict(), folder / checkpoints.MODEL)
        (folder / "log.jsonl").write_text('{"epoch": 1, "seconds": 1.0}\n')
        publish.publish(replace(recipe, config=CONFIGS[recipe.id]), runs=runs, root=root, data=data)
    write_data(data, data_beside(root))
    return root


def data_beside(root: Path) -> Path:
    """The data folder that belongs to checkpoints in ``root``."""
    return root.with_name(f"{root.name}-data")


def write_data(data: ImageSet, folder: Path) -> None:
    """A data folder with the file of products."""
    parts = []
    for image in data.images:
        buffer = io.BytesIO()
        Image.fromarray(image).resize(products.STORED[:2]).save(buffer, "WEBP", lossless=True, method=0)
        parts.append(buffer.getvalue())
    assert data.captions is not None
    columns = {column: data.fields.get(name, data.captions) for name, column in products.FIELDS.items()}
    (folder / products.FOLDER).mkdir(parents=True)
    np.savez(
        folder / products.FOLDER / products.FILE,
        webp=np.frombuffer(b"".join(parts), np.uint8),
        offsets=np.cumsum([0, *map(len, parts)]),
        caption=data.captions,
        **columns,
    )
