"""Writers: every view opens, wrong links are told, what was hidden is compared, and files carry it all."""

import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import checkpoints
from core.handwriting import Penman
from dashboard import completion, matrix, writing
from tests.ui.app import address, opened, shown, sound, text

VIEWS = ("Missing digit", "Row", "Number", "Hands", "Map")


@pytest.fixture(autouse=True)
def gans(tiny_gans_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dashboard on the tiny GANs."""
    monkeypatch.setenv("MORPHOSPACE_CHECKPOINTS", str(tiny_gans_root))
    return tiny_gans_root


def book(root: Path) -> Any:
    """What the tiny GAN's writers wrote."""
    return checkpoints.load_book(root, checkpoints.read_card(root, checkpoints.GAN))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens(view: str) -> None:
    app = opened("writers", wr_view=view)
    assert app.button_group(key="wr_view").value == view
    assert shown(app, "wr_matrix")["heads"] == list("0123456789")


def test_the_map_can_show_what_the_critic_says(gans: Path) -> None:
    app = opened("writers", wr_view="Map", wr_colour="Word of the critic")
    (chart,) = app.get("plotly_chart")
    trace = json.loads(chart.proto.spec)["data"][0]
    known = book(gans)
    writers, values = (
        np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
        for array in (trace["customdata"], trace["marker"]["color"])
    )
    said = dict(zip(writers.tolist(), values.tolist(), strict=True))
    for row in (0, len(known.record.writers) - 1):
        mean = known.realism[known.writer == row].mean()
        assert said[int(known.record.writers[row])] == pytest.approx(mean, abs=1e-3)


def test_a_link_opens_its_cell_and_holes_are_hatched(gans: Path) -> None:
    known = book(gans)
    row, label = np.argwhere(known.record.written == 0)[0]
    writer = str(known.record.writers[row])
    app = opened("writers", wr_writer=writer, wr_digit=str(label))
    held = shown(app, "wr_matrix")
    assert held["rows"][0] == writer
    assert held["cell"] == label
    assert "never written" in held["captions"][label]
    (holes,) = re.findall(r"never a ([\d, ]+)\.", text(app))
    assert holes.split(", ") == [str(digit) for digit in np.flatnonzero(known.record.written[row] == 0)]
    assert address(app, "wr_writer") == writer


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"wr_writer": "9999"}, "names no writer: '9999'"), ({"wr_digit": "x"}, "names no digit: 'x'")],
)
def test_a_wrong_link_is_told_and_another_cell_opened(asked: dict[str, str], said: str) -> None:
    app = opened("writers", **asked)
    assert said in text(app)
    assert shown(app, "wr_samples")["sheet"]["count"] == writing.SAMPLES


def test_a_written_cell_shows_the_real_ones_and_a_hole_does_not(gans: Path) -> None:
    known = book(gans)
    row, label = np.argwhere(known.record.written > 2)[0]
    app = opened("writers", wr_writer=str(known.record.writers[row]), wr_digit=str(label))
    count = int(known.record.written[row, label])
    assert shown(app, "wr_real")["sheet"]["count"] == count
    assert f"their {count} real characters" in text(app)
    row, label = np.argwhere(known.record.written == 0)[0]
    app = opened("writers", wr_writer=str(known.record.writers[row]), wr_digit=str(label))
    assert "The real ones" not in text(app)


def test_votes_are_those_of_the_core(gans: Path) -> None:
    app = opened("writers")
    row, label = app.session_state[matrix.WRITER], app.session_state[matrix.DIGIT]
    captions = shown(app, "wr_votes_style")["captions"]
    from core import writers

    known = book(gans)
    others = np.arange(10) != label
    own = writers.style(known.record.styles[[row]], known.record.written[[row]], others)[0]
    voters = np.flatnonzero((known.part == 0) & (np.arange(len(known.part)) != row))
    vote = writers.vote_by_style(known.record.only(voters), own, label)
    assert captions == [f"{share:.0%}" for share in vote.votes / vote.votes.sum()]
    assert shown(app, "wr_votes_style")["selected"] == vote.chosen


def test_neighbours_are_the_nearest_who_voted(gans: Path) -> None:
    app = opened("writers")
    row, label = app.session_state[matrix.WRITER], app.session_state[matrix.DIGIT]
    known = book(gans)
    names = [int(name) for name in shown(app, "wr_neighbours")["captions"]]
    rows = [known.record.row(name) for name in names]
    assert row not in rows
    assert all(known.part[other] == 0 and known.record.written[other, label] for other in rows)


def test_drawing_again_changes_the_samples_and_the_strength_does_too() -> None:
    app = opened("writers")
    first = shown(app, "wr_samples")["sheet"]["token"]
    app = sound(app.button(key="wr_again").click().run())
    second = shown(app, "wr_samples")["sheet"]["token"]
    app = sound(app.slider(key="wr_strength").set_value(0.0).run())
    assert len({first, second, shown(app, "wr_samples")["sheet"]["token"]}) == 3


def test_samples_are_in_the_order_of_the_critic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Penman, "realism", lambda self, images, *more: np.linspace(0.1, 0.9, len(images)))
    spoken = shown(opened("writers"), "wr_samples")["spoken"]
    assert "critic 0.90" in spoken[0]
    assert "critic 0.10" in spoken[-1]


def test_without_originals_copies_are_not_spoken_of_and_the_table_says_so() -> None:
    app = opened("writers")
    assert "cannot be said here" in text(app)
    found = writing.Cell(0, 7, np.zeros(0, np.int64), np.zeros(8), (1,))
    drawn = completion.Drawn("All they wrote", 2, 1.0, np.array([2, 0]), np.array([0.75, 0.5]), None)
    rows = list(csv.DictReader(io.StringIO(completion.table(found, drawn))))
    assert {(row["rule"], row["asked"], row["strength"]) for row in rows} == {("All they wrote", "3", "1.0")}
    assert [(row["cluster"], row["critic"]) for row in rows] == [("3", "0.750"), ("1", "0.500")]
    assert {row["nearest_distance"] for row in rows} == {""}


@pytest.mark.parametrize(("asked", "count"), [("2026", 4), ("7", 1), ("19x6", 3)])
def test_a_number_is_written(asked: str, count: int) -> None:
    app = opened("writers", wr_view="Number", wr_number=asked)
    assert shown(app, "wr_written")["sheet"]["count"] == count
    assert ("nothing else was learned" in text(app)) == ("x" in asked)


def test_no_digits_at_all_are_asked_for_kindly() -> None:
    app = opened("writers", wr_view="Number", wr_number="hello")
    assert "Type one to" in text(app)


@pytest.mark.parametrize("order", matrix.ORDERS)
@pytest.mark.parametrize("who", matrix.WHO)
def test_orders_and_filters_keep_the_open_writer_on_top(gans: Path, order: str, who: str) -> None:
    app = opened("writers", wr_order=order, wr_who=who)
    rows = shown(app, "wr_matrix")["rows"]
    known = book(gans)
    assert rows[0] == str(known.record.writers[app.session_state[matrix.WRITER]])
    assert len(set(rows)) == len(rows)
    if who == matrix.WHO[3]:
        assert all(known.part[known.record.row(int(name))] == 2 for name in rows[1:])


def test_going_to_a_writer_that_is_not_there_takes_the_nearest() -> None:
    app = sound(opened("writers").number_input(key="wr_jump").set_value(9999).run())
    assert "There is no writer 9999" in text(app)


def test_without_the_checkpoint_the_page_says_so(tiny_checkpoints: Path) -> None:
    app = opened("writers")
    assert "No models of writers here" in text(app)


def test_a_link_reopens_the_same_samples_and_the_same_observed_digit(gans: Path) -> None:
    app = opened("writers")
    sound(app.button(key="wr_again").click().run())
    sound(app.button(key="wr_again").click().run())
    held = {"row": app.session_state[matrix.WRITER], "label": app.session_state[matrix.DIGIT]}
    choice = app.button_group(key=f"wr_observed_{held['row']}_{held['label']}")
    other = choice.options[-1]
    assert str(choice.value) != other
    sound(choice.set_value(int(other)).run())
    names = ("wr_writer", "wr_digit", "wr_seed", "wr_observed")
    link = {name: address(app, name) for name in names}
    assert (link["wr_seed"], link["wr_observed"]) == ("2", other)
    again = opened("writers", **link)
    assert {name: address(again, name) for name in names} == link
    for key in ("wr_samples", "wr_told_from"):
        assert shown(again, key)["sheet"]["token"] == shown(app, key)["sheet"]["token"]
    assert shown(again, "wr_votes_rule")["captions"] == shown(app, "wr_votes_rule")["captions"]
    assert shown(again, "wr_samples")["sheet"]["token"] != shown(opened("writers"), "wr_samples")["sheet"]["token"]


def test_another_cell_is_told_from_what_its_writer_wrote_most(gans: Path) -> None:
    known = book(gans).record
    row = int(np.flatnonzero((known.written > 0).all(1))[0])
    order = sorted(range(1, 10), key=lambda c: (-known.written[row, c], c))
    app = opened("writers", wr_writer=str(known.writers[row]), wr_digit="0", wr_observed=str(order[-1]))
    assert address(app, "wr_observed") == str(order[-1])
    matrix_key = {"wr_writer": str(known.writers[row]), "wr_digit": str(order[-1])}
    app.query_params.update(matrix_key)
    del app.query_params["wr_observed"]
    most = next(c for c in sorted(range(10), key=lambda c: (-known.written[row, c], c)) if c != order[-1])
    assert address(sound(app.run()), "wr_observed") == str(most)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"wr_seed": "-1"}, "names no draw of samples: '-1'"),
        ({"wr_seed": "x"}, "Showing draw 0 instead"),
        ({"wr_seed": "9" * 400}, "a number of up to 6 digits"),
        ({"wr_digit": "4", "wr_observed": "4"}, "wrote no other digit of: '4'"),
        ({"wr_observed": "<b>"}, "no other digit of: 'b'"),
    ],
)
def test_a_stale_seed_or_observed_digit_is_told(asked: dict[str, str], said: str) -> None:
    app = opened("writers", **asked)
    assert said in text(app)
    assert address(app, "wr_seed") == "0"
    assert address(app, "wr_observed") != asked.get("wr_observed")
    assert shown(app, "wr_votes_rule")["selected"] is not None


def test_other_views_keep_the_seed_and_the_observed_digit(gans: Path) -> None:
    known = book(gans).record
    row = int(np.flatnonzero((known.written > 0).all(1))[0])
    link = {"wr_writer": str(known.writers[row]), "wr_digit": "0", "wr_seed": "5", "wr_observed": "7"}
    app = opened("writers", wr_view="Row", **link)
    sound(app.button(key="wr_again_row").click().run())
    assert {name: address(app, name) for name in link} == link | {"wr_seed": "6"}
    app = sound(app.button_group(key="wr_view").set_value("Missing digit").run())
    assert app.button_group(key=f"wr_observed_{row}_0").value == 7
