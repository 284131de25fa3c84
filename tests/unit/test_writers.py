"""Writers: parts by person, clusters, records and votes against slow references; LEAF, folders; the GAN."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core import writers
from core.datasets import DatasetError, alphabets
from core.datasets import writers as nist
from core.handwriting import Penman
from core.matrix_completion import complete
from core.models import build
from core.writers import Record

SMALL = {"channels": 2, "critic": 2, "noise": 4, "condition": 5, "style": 6, "clusters": 3, "writers": 4}


def shapes(seed: int, *, classes: int = 3, each: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Bars of two directions and three weights on a dark ground, (n, 28, 28, 1) uint8, and their classes."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    for i in range(len(labels)):
        wide, place = 2 + 3 * (i % 3), int(random.integers(4, 16))
        if i % 2:
            images[i, 4:24, place : place + wide] = 255
        else:
            images[i, place : place + wide, 4:24] = 255
    return images, labels


def made_up(*, seed: int = 0, w: int = 12, classes: int = 4, k: int = 3) -> Record:
    """What twelve writers wrote, some of it never."""
    random = np.random.default_rng(seed)
    counts = random.integers(0, 4, size=(w, classes, k)) * (random.uniform(size=(w, classes, 1)) > 0.2)
    styles = random.normal(size=(w, classes, 5)).astype(np.float32) * (counts.sum(2) > 0)[..., None]
    return Record(np.arange(w) * 7 + 1, counts, styles)


def test_parts_go_by_the_person_alone() -> None:
    numbers = np.random.default_rng(0).permutation(4000)[:2000]
    parts = nist.part(numbers)
    assert (parts[::-1] == nist.part(numbers[::-1])).all()
    assert np.bincount(parts) / 2000 == pytest.approx([0.7, 0.1, 0.2], abs=0.03)


def test_writers_are_in_one_part_each_and_damage_is_told(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    n, path = 400, tmp_path / nist.FILE
    fields = {
        "images": random.integers(0, 255, (n, 28, 28)).astype(np.uint8),
        "labels": random.integers(0, 10, n).astype(np.uint8),
        "writer": random.integers(0, 50, n).astype(np.int16),
        "hsf": np.full(n, 4, np.uint8),
    }
    np.savez(path, **fields)
    data = nist.read(path)
    people = [set(data.split(name).people.tolist()) for name in ("train", "validation", "test")]
    assert sum(map(len, people)) == len(set.union(*people)) == len(np.unique(fields["writer"]))
    first = int(np.flatnonzero((fields["images"] == data.images[0, ..., 0]).all(axis=(1, 2)))[0])
    assert fields["writer"][first] == data.people[0]
    assert fields["labels"][first] == data.labels[0]
    np.savez(path, **{**fields, "labels": fields["labels"][:-1]})
    with pytest.raises(DatasetError, match="n labels"):
        nist.read(path)
    path.write_bytes(b"no archive")
    with pytest.raises(DatasetError, match="cannot be read"):
        nist.read(path)


def test_clusters_are_of_blurred_pixels_and_the_nearest_centre() -> None:
    images, labels = shapes(0)
    hands = writers.fit(images, labels, classes=3, k=4)
    features = hands.features(images, labels)
    for label in range(3):
        own = features[labels == label]
        assert own.mean(0) == pytest.approx(0, abs=1e-3)  # principal components are told from the mean
        assert (np.diff(own.var(0)) < 1e-4).all()  # and the first tells most
    slow = [np.linalg.norm(hands.centres[c] - f, axis=1).argmin() for f, c in zip(features, labels, strict=True)]
    assert hands.assign(images, labels).tolist() == slow
    again = writers.fit(images, labels, classes=3, k=4)
    assert np.array_equal(again.centres, hands.centres)
    with pytest.raises(ValueError, match="class 3 has 0 characters"):
        writers.fit(images, labels, classes=4, k=4)


def test_records_count() -> None:
    random = np.random.default_rng(1)
    n = 200
    people, labels, clusters = random.integers(3, 9, n), random.integers(0, 4, n), random.integers(0, 3, n)
    styles = random.normal(size=(n, 5)).astype(np.float32)
    found = writers.record(people, labels, clusters, styles, classes=4, k=3)
    for row, writer in enumerate(found.writers):
        for label in range(4):
            here = (people == writer) & (labels == label)
            assert found.counts[row, label].tolist() == [int((clusters[here] == c).sum()) for c in range(3)]
            assert found.styles[row, label] == pytest.approx(styles[here].sum(0), abs=1e-4)
    assert found.row(int(found.writers[2])) == 2
    assert found.row(10_000) is None


def test_the_papers_rule_is_a_count_of_co_writers() -> None:
    known = made_up()
    for observed, wanted in ((0, 1), (2, 3)):
        for cluster in range(3):
            slow = np.zeros(3)
            for row in range(len(known.writers)):
                if known.counts[row, observed].sum() == 0 or known.counts[row, wanted].sum() == 0:
                    continue
                if known.counts[row, observed].argmax() == cluster:
                    slow[known.counts[row, wanted].argmax()] += 1
            vote = writers.vote_by_class(known, cluster, observed, wanted)
            assert vote.votes.tolist() == slow.tolist()
            assert vote.chosen == slow.argmax()


def test_the_vote_by_style_is_of_the_nearest_who_wrote_it() -> None:
    known, wanted, nearest = made_up(), 2, 4
    own = writers.style(known.styles[[0]], known.written[[0]], np.arange(4) != wanted)[0]
    likeness = []
    for row in range(len(known.writers)):
        if known.counts[row, wanted].sum():
            total = sum(known.styles[row, c] for c in range(4) if c != wanted)
            likeness.append((float(total @ own) / max(float(np.linalg.norm(total)), 1e-9), row))
    best = sorted(likeness, key=lambda pair: -pair[0])[:nearest]
    slow = sum(
        np.exp(writers.LIKENESS * cosine) * known.counts[row, wanted] / known.counts[row, wanted].sum()
        for cosine, row in best
    )
    vote = writers.vote_by_style(known, own, wanted, nearest=nearest)
    assert vote.voters.tolist() == [row for _, row in best]
    assert vote.votes / vote.votes.sum() == pytest.approx(slow / slow.sum(), abs=1e-5)


def test_style_leaves_out_what_is_hidden() -> None:
    known = made_up()
    changed = known.styles.copy()
    changed[:, 1] += 9
    seen = np.arange(4) != 1
    a, b = (writers.style(styles, known.written, seen) for styles in (known.styles, changed))
    assert np.array_equal(a, b)
    assert np.linalg.norm(a, axis=1) == pytest.approx(np.ones(len(a)), abs=1e-5)
    assert not writers.style(known.styles, known.written, np.zeros(4, bool)).any()


def test_the_gan_falls_where_the_clusters_say() -> None:
    images, labels = shapes(1)
    hands = writers.fit(images, labels, classes=10 if labels.max() > 8 else 3, k=3)
    model = build("writer-gan", {**SMALL, "classes": 3}).eval()
    for name in ("projection", "offset", "centres"):
        getattr(model, name).copy_(torch.from_numpy(getattr(hands, name)))
    x = torch.from_numpy(images.transpose(0, 3, 1, 2)).float() / 255
    told = model.falls(x, torch.from_numpy(labels)).argmax(1).numpy()
    assert (told == hands.assign(images, labels)).mean() > 0.99
    assert np.array_equal(Penman(model).hands.centres, hands.centres)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"labels": np.array([0, 10])}, "classes are 0 to 9"),
        ({"clusters": np.array([0, 3])}, "clusters are -1 to 2"),
        ({"styles": np.full((2, 6), np.nan)}, "not finite"),
        ({"styles": np.zeros((2, 5))}, "styles"),
        ({"noise": np.zeros((2, 3))}, "noise is"),
    ],
)
def test_the_penman_names_what_does_not_fit(given: dict, message: str) -> None:
    usual = {"noise": np.zeros((2, 4)), "labels": np.array([0, 9]), "clusters": None, "styles": None}
    with pytest.raises(ValueError, match=message):
        Penman(build("writer-gan", SMALL)).write(**{**usual, **given})


def test_the_penman_writes_the_same_alone_and_in_a_batch() -> None:
    torch.manual_seed(0)
    pen, random = Penman(build("writer-gan", SMALL), batch=3), np.random.default_rng(0)
    noise, labels = random.normal(size=(8, 4)), np.arange(8)
    styles = random.normal(size=(8, 6)).astype(np.float32)
    whole = pen.write(noise, labels, np.arange(8) % 3, styles)
    alone = [pen.write(noise[[i]], labels[[i]], np.array([i % 3]), styles[[i]])[0] for i in range(8)]
    assert np.abs(whole.astype(int) - np.stack(alone)).max() <= 1
    assert not np.array_equal(whole, pen.write(noise, labels, None, styles))
    assert not np.array_equal(whole, pen.write(noise, labels, np.arange(8) % 3, None))
    assert pen.realism(whole, labels, None, styles).shape == (8,)


def test_leaf_is_read_with_its_writers(tmp_path: Path) -> None:
    path = tmp_path / "all_data_0.json"
    ink = np.ones((2, 784))
    ink[0, 5] = 0.0
    users = {"f0123_45": {"x": ink.tolist(), "y": [61, 3]}, "f2001_00": {"x": ink[:1].tolist(), "y": [10]}}
    path.write_text(json.dumps({"users": list(users), "user_data": users}))
    data = alphabets.read_leaf([path])
    assert len(data.label_names) == 62
    row = int(np.flatnonzero(data.labels == 61)[0])
    assert data.label_names[61] == "z"
    assert data.people[row] == 123
    assert data.images[row].reshape(-1)[5] == 255
    assert data.images[row].sum() == 255
    path.write_text('{"user_data": {"someone": {}}}')
    with pytest.raises(DatasetError, match="someone"):
        alphabets.read_leaf([path])


def test_a_folder_with_a_table_is_read(tmp_path: Path) -> None:
    for name, paper in (("a.png", 255), ("b.png", 0)):
        pixels = np.full((40, 20), paper, np.uint8)
        pixels[10:30, 8:12] = 255 - paper
        Image.fromarray(pixels).save(tmp_path / name)
    table = tmp_path / "letters.csv"
    table.write_text("file,label,writer\na.png,alpha,eve\nb.png,beta,adam\n")
    data = alphabets.read_folder(table)
    assert data.label_names == ("alpha", "beta")
    assert sorted(data.people.tolist()) == [0, 1]
    assert np.array_equal(data.images[0], data.images[1])  # ink is bright, on whichever paper
    assert data.images[0, 14, 14] > 200
    table.write_text("file,label,writer\n../secret.png,alpha,eve\n")
    with pytest.raises(DatasetError, match="not in the folder"):
        alphabets.read_folder(table)
    table.write_text("file,label\na.png,alpha\n")
    with pytest.raises(DatasetError, match="lacks writer"):
        alphabets.read_folder(table)


def test_low_rank_is_completed() -> None:
    random = np.random.default_rng(0)
    whole = random.normal(size=(40, 2)) @ random.normal(size=(2, 25)) + 3
    known = random.uniform(size=whole.shape) > 0.3
    filled = complete(np.where(known, whole, np.nan), known, rank=3, shrink=0.001, rounds=2000)
    assert np.array_equal(filled[known], whole[known])
    assert filled[~known] == pytest.approx(whole[~known], abs=0.05)
    known[:, 4] = False
    with pytest.raises(ValueError, match="column 4"):
        complete(whole, known)
