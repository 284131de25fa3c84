"""``python -m core.table``: the README's table of measured numbers, from the cards."""

from pathlib import Path

from core import checkpoints
from core.cards import Card
from core.settings import Settings

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
HEAD = "| model | number | better | measured | reported elsewhere |\n|---|---|---|---|---|"


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


if __name__ == "__main__":
    print(table(Settings.from_environment().checkpoints))
