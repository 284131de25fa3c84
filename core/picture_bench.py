"""Loading the GAN of pictures, and measuring it with what it needs for that."""

from pathlib import Path

from core import checkpoints, picture_measures, product_bench
from core.cards import Card, Metric
from core.datasets import ImageSet
from core.illustrating import Illustrator
from core.inference import DigitProber, Runner
from core.wares import PRODUCTS, WARES, Wares


def load_illustrator(root: Path, *, device: str = "cpu", wares: Wares = PRODUCTS) -> Illustrator:
    """The GAN of pictures, with the decoder and the model of phrases that it was trained with."""
    gan, pictures = (checkpoints.read_card(root, id) for id in (wares.gan, wares.pictures))
    model, decoder = (checkpoints.load_model(root, card) for card in (gan, pictures))
    return Illustrator(model, decoder, product_bench.load_matcher(root, device=device, wares=wares), device)


def measure(
    root: Path, card: Card, data: ImageSet, *, device: str = "cpu", split: str = "test", seed: int = 0
) -> dict[str, Metric]:
    """Every metric of the GAN of pictures, on items of ``split``; settings are chosen on ``validation``.

    Raises
    ------
    CheckpointError
        If ``card`` is another's, or a checkpoint that it needs is missing.
    """
    wares = WARES[card.dataset]
    if card.id != wares.gan:
        raise checkpoints.CheckpointError(f"{card.id}: only {wares.gan} can be measured")
    pictures = checkpoints.read_card(root, wares.pictures)
    decoder = Runner(checkpoints.load_model(root, pictures), pictures, device)
    reader = product_bench.load_reader(root, device=device, wares=wares)
    illustrator = load_illustrator(root, device=device, wares=wares)
    probe = None
    if wares.probe:
        known = checkpoints.read_card(root, wares.probe)
        probe = DigitProber(checkpoints.load_model(root, known), known, device)
    data = wares.described(data) if data.captions is None else data
    held = product_bench.measured_on(data, wares, split)
    made = picture_measures.bench(illustrator, decoder, reader, data, split, seed=seed, held=held, probe=probe)
    return picture_measures.measure(made)
