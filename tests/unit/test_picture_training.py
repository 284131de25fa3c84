"""The autoencoder of photos and the GAN in its codes: toy runs on made-up photos, codes and phrases."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core import history
from core.models import build
from core.training import drawing, gans, picture_recipes
from core.training.drawing import Draughts, DrawingWeights, Helpers
from core.training.loop import train
from core.training.objectives import Plan
from core.training.pictures import Pictures, PictureWeights, between, restarted
from core.wares import PRODUCTS

AE = {"channels": 4, "width": 4, "critic": 4, "planes": 2}
GAN = {"noise": 4, "text": 8, "width": 32, "critic": 32, "known": 8, "place": 4, "planes": 2}
TEXT = {"channels": 2, "dim": 8, "words": 20, "layers": 1, "heads": 2, "kinds": (4, 4, 4)}


def photos(count: int) -> np.ndarray:
    """Squares of a colour on white, (count, 64, 64, 3) uint8."""
    random = np.random.default_rng(0)
    images = np.full((count, 64, 64, 3), 255, np.uint8)
    for image in images:
        top, left = random.integers(0, 32, 2)
        image[top : top + 32, left : left + 32] = random.integers(0, 200, 3)
    return images


def toy(epochs: int):  # type: ignore[no-untyped-def]
    (recipe,) = (r for r in picture_recipes.RECIPES if r.id == "products-ae")
    return replace(recipe, config=AE, plan=Plan(epochs, 8, 3e-3))


def test_the_autoencoder_learns_goes_on_where_it_was_cut_off_and_its_critic_begins(tmp_path: Path) -> None:
    images = photos(32)
    whole = train(toy(4), images, folder=tmp_path / "whole", seed=0)
    train(toy(4), images, folder=tmp_path / "cut", seed=0, epochs=2)
    resumed = train(toy(4), images, folder=tmp_path / "cut", seed=0).state_dict()
    for key, value in whole.state_dict().items():
        torch.testing.assert_close(resumed[key], value, rtol=0, atol=0)
    torch.manual_seed(0)
    start = build("product-ae", AE)
    moved = [name for name, value in start.named_parameters() if not torch.equal(value, resumed[name])]
    assert len(moved) == len(list(start.parameters())), "a weight that nothing teaches"


def test_codes_are_maps_of_numbers_around_0_and_decode_to_two_sizes() -> None:
    torch.manual_seed(0)
    model = build("product-ae", AE)
    x = torch.rand(16, 3, 64, 64)
    z = model.encode(x)
    assert z.shape == (16, model.dim) == (16, 32)
    planes = z.unflatten(1, (2, 16)).transpose(0, 1).flatten(1)
    torch.testing.assert_close(planes.mean(1), torch.zeros(2), atol=1e-4, rtol=0)
    torch.testing.assert_close(planes.std(1), torch.ones(2), atol=2e-2, rtol=0)
    fine, coarse = model.eval().decode_both(z)
    assert (fine.shape, coarse.shape) == ((16, 3, 64, 64), (16, 3, 16, 16))
    torch.testing.assert_close(fine, model.decode(z))


def test_beside_the_critic_a_wrong_colour_costs_more_than_a_wrong_pattern() -> None:
    objective = Pictures(build("product-ae", AE), Plan(1, 8), 10, weights=PictureWeights())
    x = torch.full((1, 3, 64, 64), 0.5)
    tint = x + 0.1
    pattern = x + 0.1 * (1 - 2 * ((torch.arange(64)[:, None] + torch.arange(64)) % 2))
    assert objective.error(tint, x, judging=True) > 2 * objective.error(pattern, x, judging=True)
    assert objective.error(pattern, x, judging=False) > 2 * objective.error(tint, x, judging=False)


def test_once_it_is_held_codes_stay_and_the_decoder_learns_on() -> None:
    torch.manual_seed(0)
    model = build("product-ae", AE)
    objective = Pictures(model, Plan(1, 8, 1e-2), 30, weights=PictureWeights())
    generator, x = torch.Generator().manual_seed(0), torch.rand(8, 3, 64, 64)
    for schedule in objective.schedules:
        schedule.last_epoch = 19
    model.train()
    objective.step(x, generator)  # the last before
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for _ in range(3):
        losses = objective.step(x, generator)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert not [name for name in changed if name.startswith("encoder") or "running" in name]
    assert {name.split(".")[0] for name in changed} == {"decoder", "critic"}
    assert {"mse", "error", "critic", "apart"} == losses.keys()


def test_rates_fall_twice() -> None:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0)
    factor = restarted(optimiser, 60, 100, 0.5).lr_lambdas[0]
    rates = [factor(step) for step in range(101)]
    assert max(rates[:60]) == pytest.approx(1, abs=1e-2)
    assert rates[59] < 0.01
    assert rates[60] == 0.5
    assert rates[100] == pytest.approx(0)
    assert all(a > b for a, b in zip(rates[60:], rates[61:], strict=False))


def test_codes_between_two_lie_on_the_line_between_them() -> None:
    z = torch.eye(6)
    made = between(z, 4, torch.Generator().manual_seed(0))
    assert made.shape == (4, 6)
    torch.testing.assert_close(made.sum(1), torch.ones(4))
    assert ((made > 0).sum(1) == 2).all()


def world() -> tuple[torch.nn.Module, torch.Tensor]:
    """A GAN with helpers, and facts of 64 items of four captions, whose codes are four points."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    text = build("product-text", TEXT).eval().requires_grad_(False)
    numbers = np.zeros((4, 16), np.int64)
    numbers[:, :2] = [[1, 2], [3, 4], [5, 6], [7, 8]]
    shown = drawing.embedded(text, np.repeat(numbers[:1], len(PRODUCTS.sheet), 0))
    gan = build("product-gan", GAN)
    gan.helpers = Helpers(
        build("product-ae", AE).eval().requires_grad_(False), text, shown, *drawing.embedded(text, numbers)
    )
    which = np.arange(64) % 4
    keys, said = (
        np.repeat(which[:, None], len(PRODUCTS.keys), 1),
        np.repeat(which[:, None], len(PRODUCTS.kinds), 1),
    )
    codes = random.choice([-1.0, 1.0], (4, gan.dim))[which]
    return gan, torch.from_numpy(np.concatenate([keys, said, codes, codes], axis=1, dtype=np.float32))


def test_drawings_come_to_be_those_of_their_phrases() -> None:
    gan, facts = world()
    weights = DrawingWeights(rounds=8, mean=0.1, often=8, shown=8)
    objective = Draughts(gan, Plan(1, 64, 2e-3), 40, weights=weights)
    generator = torch.Generator().manual_seed(0)

    def wrong() -> float:
        """Share of drawings that lie nearer to another phrase's code."""
        helpers, which = gan.helpers, torch.arange(4).repeat(8)
        noise = torch.randn(32, GAN["noise"], generator=torch.Generator().manual_seed(1))
        told = helpers.sentences[which].float(), helpers.words[which].float(), helpers.some[which]
        with torch.no_grad():
            drawn = gan.sample(noise, *told).second
        return (torch.cdist(drawn, facts[:4, -gan.dim :]).argmin(1) != which).float().mean().item()

    assert wrong() > 0.4
    losses = [objective.step(torch.zeros(0), generator, facts) for _ in range(40)]
    assert wrong() < 0.1
    assert {"generator", "critic", "real", "fake", "match"} <= losses[0].keys()
    assert float(gan.usual) > 0


def test_words_that_are_not_there_change_nothing_and_attention_sums_to_one() -> None:
    gan, _ = world()
    helpers = gan.helpers
    noise = torch.randn(4, GAN["noise"])
    short = gan.sample(noise, helpers.sentences.float(), helpers.words.float(), helpers.some)
    padded = torch.cat([helpers.words.float(), torch.randn(4, 3, 8)], dim=1)
    some = torch.cat([helpers.some, torch.zeros(4, 3, dtype=torch.bool)], dim=1)
    long = gan.sample(noise, helpers.sentences.float(), padded, some)
    torch.testing.assert_close(long.second, short.second)
    torch.testing.assert_close(long.attention.sum(2), torch.ones(4, 16))
    assert (long.attention[..., 2:] == 0).all()
    silent = gan.sample(noise, helpers.sentences.float(), padded, torch.zeros_like(some))
    assert torch.isfinite(silent.second).all()
    assert (silent.attention == 0).all()


def test_the_critic_judges_a_code_with_its_phrase_and_one_code_as_it_does_among_many() -> None:
    gan, facts = world()
    sentences, codes = gan.helpers.sentences.float(), facts[:4, -gan.dim :]
    gan.usual.fill_(0.5)
    together = gan.realism(codes, sentences)
    assert (together != gan.realism(codes, sentences.roll(1, 0))).all()
    torch.testing.assert_close(gan.realism(codes[:1], sentences[:1]), together[:1])


def test_what_is_shipped_draws_and_judges_alike_and_does_not_learn() -> None:
    gan, facts = world()
    made, helpers = gan.finished(), gan.helpers
    told = helpers.sentences.float(), helpers.words.float(), helpers.some
    noise = torch.randn(4, GAN["noise"])
    torch.testing.assert_close(made.sample(noise, *told).second, gan.sample(noise, *told).second)
    codes = facts[:4, -gan.dim :]
    torch.testing.assert_close(made.realism(codes, told[0]), gan.realism(codes, told[0]))
    assert not made.config.learns
    assert not [name for name in made.state_dict() if name.startswith("generator")]


def test_the_sheet_is_in_colour_and_comes_back_from_a_history(tmp_path: Path) -> None:
    gan, _ = world()
    sheet = Draughts(gan, Plan(1, 64), 10, weights=DrawingWeights()).sheet()
    assert (sheet.shape, sheet.dtype) == ((64 * len(PRODUCTS.sheet), 64 * drawing.COLUMNS, 3), np.uint8)
    made = history.History({"critic": np.ones(1, np.float32)}, sheet[None], 64)
    history.save(made, tmp_path / "history.npz")
    found = history.load(tmp_path / "history.npz")
    np.testing.assert_array_equal(found.pictures[0], sheet)
    np.testing.assert_array_equal(found.cell(0, 1, 2), sheet[64:128, 128:192])
    history.save(replace(made, sheets=sheet[None, ..., :2]), tmp_path / "history.npz")
    with pytest.raises(ValueError, match=r"sheets are .* not \(1, 384, 256, 2\)"):
        history.load(tmp_path / "history.npz")


def test_tiles_of_colour_stand_row_after_row() -> None:
    made = torch.arange(18).float().view(6, 3, 1, 1).expand(6, 3, 2, 2) / 255
    assert gans.tiled(made, 3)[::2, ::2].tolist() == [
        [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
        [[9, 10, 11], [12, 13, 14], [15, 16, 17]],
    ]


def test_facts_of_phrases_and_codes_are_told_apart() -> None:
    gan, facts = world()
    facts[:, -gan.dim :] *= -1  # the codes of mirror images
    objective = Draughts(gan, Plan(1, 64), 10, weights=DrawingWeights())
    keys, numbers, codes = objective.given(facts, torch.Generator().manual_seed(0))
    assert (keys == torch.arange(64)[:, None] % 4).all()
    assert (numbers == torch.arange(64)[:, None] % 4).all()
    first = objective.widths[1]
    one = facts[:, first : first + gan.dim]
    same, turned = (codes == one).all(1), (codes == -one).all(1)
    assert (same ^ turned).all()
    assert 16 < int(same.sum()) < 48


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_step_makes_so_many_rounds(rounds: int) -> None:
    gan, facts = world()
    objective = Draughts(gan, Plan(1, 64), 10, weights=DrawingWeights(rounds=rounds, shown=4))
    objective.step(torch.zeros(0), torch.Generator().manual_seed(0), facts)
    assert objective.round == rounds
