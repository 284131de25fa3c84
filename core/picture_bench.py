"""Loading the GAN of pictures, and measuring it with what it needs for that."""

from pathlib import Path

from core import checkpoints, picture_measures, product_bench
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.illustrating import Illustrator
from core.inference import Runner


def load_illustrator(root: Path, *, device: str = "cpu") -> Illustrator:
    """The GAN of pictures, with the decoder and the model of phrases that it was trained with."""
    gan, pictures = (checkpoints.read_card(root, id) for id in (checkpoints.PICTURE_GAN, checkpoints.PICTURES))
    model, decoder = (checkpoints.load_model(root, card) for card in (gan, pictures))
    return Illustrator(model, decoder, product_bench.load_matcher(root, device=device), device)


def measure(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test", seed: int = 0
) -> dict[str, Metric]:
    """Every metric of the GAN of pictures, on items of ``split``; settings are chosen on ``validation``.

    Raises
    ------
    CheckpointError
        If ``card`` is another's, or a checkpoint that it needs is missing.
    """
    if card.id != checkpoints.PICTURE_GAN:
        raise checkpoints.CheckpointError(f"{card.id}: only {checkpoints.PICTURE_GAN} can be measured")
    pictures = checkpoints.read_card(root, checkpoints.PICTURES)
    decoder = Runner(checkpoints.load_model(root, pictures), pictures, device)
    reader = product_bench.load_reader(root, device=device)
    illustrator = load_illustrator(root, device=device)
    return picture_measures.measure(picture_measures.bench(illustrator, decoder, reader, data, split, seed=seed))
