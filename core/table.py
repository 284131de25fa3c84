"""``python -m core.table``: tables of measured numbers in README.md and docs/numbers.md from the cards."""

from itertools import dropwhile
from pathlib import Path

from core import checkpoints
from core.cards import Card
from core.settings import ROOT

HEADLINES = {
    "aae": ("cluster_error", "accuracy_hungarian", "nmi", "category_kept", "precision_at_1"),
    "vae": (
        "test_loss",
        "knn1_accuracy_2d",
        "reconstruction_mse",
        "sharpness_ratio",
        "arithmetic_success",
        "glasses_added",
        "glasses_removed",
        "entanglement_glasses",
        "identity_kept",
    ),
    "ae": ("train_mse", "test_mse", "sharpness_ratio", "precision_at_1"),
    "gan": (
        "reentry_accuracy_mean",
        "reentry_accuracy_worst",
        "digit_accuracy",
        "class_accuracy",
        "diversity_ratio",
        "frechet_cnn",
        "frechet_cnn_shared",
        "frechet_cnn_plain",
        "frechet_ratio",
        "memorisation",
        "cnn_score",
        "cnn_score_plain",
        "cnn_score_real",
        "cluster_share_paper",
        "cluster_share",
        "writer_probe_top5_style",
        "writer_probe_top5_cluster",
        "writer_probe_top5_ratio",
        "type_agreement",
        "type_agreement_baseline",
        "colour_agreement",
        "colour_agreement_baseline",
        "tone_agreement",
        "tone_agreement_baseline",
        "shape_agreement",
        "shape_agreement_baseline",
        "detail_agreement",
        "detail_agreement_baseline",
        "pattern_agreement",
        "pattern_agreement_baseline",
        "r_precision",
        "r_precision_baseline",
        "frechet_reader",
        "frechet_reader_baseline",
        "prompt_ms",
    ),
    "style": ("same_writer_first",),
    "text": ("recall_at_10", "recall_at_10_image_to_text", "phrase_precision"),
    "compose": (
        "recall_at_10",
        "recall_at_10_image",
        "recall_at_10_text",
        "recall_at_10_sum",
        "recall_at_10_ratio",
        "hit_at_10",
        "hit_at_10_ratio",
    ),
    "reader": (
        "type_accuracy",
        "type_accuracy_20",
        "colour_accuracy_10",
        "gender_accuracy",
        "tone_accuracy_3",
        "shape_accuracy_6",
        "detail_accuracy_7",
        "word_precision",
    ),
    "probe": ("probe_accuracy_eyeglasses", "probe_accuracy_male", "probe_accuracy"),
}
IN_SHORT = (  # checkpoint, number, what it is in a few words
    ("digits-aae-30", "cluster_error", "test digits that are not what most of their category are"),
    ("digits-aae-10", "accuracy_hungarian", "ten categories, each matched to one digit: right"),
    ("fashion-aae-30", "cluster_error", "the same of fashion"),
    ("digits-vae-2d-conv", "knn1_accuracy_2d", "the nearest on the plane has the same label"),
    ("fashion-vae-2d-conv", "knn1_accuracy_2d", "the same of fashion"),
    ("digits-ae-conv-dense-deconv", "test_mse", "squared error of a pixel, from 0 to 1"),
    ("digits-ae-conv-dense-up", "precision_at_1", "the nearest code has the same label"),
    ("faces-64", "glasses_added", "a probe sees the glasses that were added"),
    ("faces-64", "glasses_removed", "and none where they were taken off"),
    ("faces-64", "identity_kept", "the person stays nearest to themselves among 1,000"),
    ("writers-dcgan", "reentry_accuracy_mean", "a made digit falls into the cluster it was asked of"),
    ("writers-dcgan", "writer_probe_top5_ratio", "the writer among the first five, times that by cluster alone"),
    ("products-gan", "type_agreement", "a reader sees the type that was asked for"),
    ("products-gan", "colour_agreement", "and the colour"),
    ("products-text", "recall_at_10", "a phrase finds its picture among the first ten"),
    (
        "products-compose",
        "recall_at_10_ratio",
        "picture and wish together, over the best of either and their sum",
    ),
)
HEAD = "| model | number | better | measured | reported elsewhere |\n|---|---|---|---|---|"
SHORT_HEAD = "| model | what is counted | better | measured | elsewhere |\n|---|---|---|---|---|"


def rows(card: Card) -> list[str]:
    """One row of the table for each headline number of a card."""
    found = []
    for key in HEADLINES[card.family]:
        if (metric := card.metrics.get(key)) is None or (key == "probe_accuracy" and card.dataset == "faces"):
            continue
        spread = ""
        if key in card.seeds:
            s = card.seeds[key]
            spread = f" ({s['n']} seeds: {s['mean']:.4f} ± {s['spread']:.4f})"
        found.append(
            f"| {card.id} | `{key}` | {metric.better} | {metric.value:.4f}{spread} | {metric.reported or '–'} |"
        )
    return found


def table(root: Path) -> str:
    """The whole table, by data set and family."""
    cards = [checkpoints.read_card(root, name) for name in checkpoints.names(root)]
    order = sorted(cards, key=lambda card: (card.dataset, list(HEADLINES).index(card.family), card.id))
    return "\n".join([HEAD, *(row for card in order for row in rows(card))])


def in_short(root: Path) -> str:
    """The numbers to begin with."""
    found = [SHORT_HEAD]
    for id, key, words in IN_SHORT:
        metric = checkpoints.read_card(root, id).metrics[key]
        found.append(f"| {id} | {words} | {metric.better} | {metric.value:.3g} | {metric.reported or '–'} |")
    return "\n".join(found)


def renewed(text: str, table: str) -> str:
    """``text`` with ``table`` in the place of the table that has the same head; ValueError where there is none."""
    head = table[: table.index("\n|---")]
    start = text.index(head)
    lines = text[start:].split("\n")
    rest = dropwhile(lambda line: line.startswith("|"), lines)
    return text[:start] + "\n".join([table, *rest])


def renew(path: Path, table: str) -> None:
    """Put ``table`` into a file in the place of the one with the same head."""
    path.write_text(renewed(path.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    renew(ROOT / "docs" / "numbers.md", table(ROOT / "checkpoints"))
    renew(ROOT / "README.md", in_short(ROOT / "checkpoints"))
