"""The same images through every autoencoder, and the errors that go with them."""

import numpy as np
import pandas as pd
import streamlit as st

from core.cards import Card
from core.datasets import SOURCES
from core.images import png
from dashboard import frame, heatmap, resources, state
from dashboard.components import tiles
from dashboard.state import Item

COLUMNS, SETS = 8, 999
FAMILIES = {"VAE": "vae", "AAE": "aae"}
VIEWS = ("Rebuilt", "Signed difference", "Difference")


def variants(families: tuple[str, ...]) -> list[Card]:
    """Cards of the current data set, family by family, the lowest test error first."""
    own = [
        card for card in resources.cards().values() if card.dataset == state.dataset() and card.family in families
    ]
    return sorted(own, key=lambda card: (families.index(card.family), error_of(card, "test_mse"), card.id))


def error_of(card: Card, key: str) -> float:
    """A measured error; infinite where it was not measured, so that it sorts last."""
    value = card.value(key)
    return np.inf if value is None else value


def short(card: Card) -> str:
    """Title without the data set: ``Dense``, ``2-D VAE, dense``."""
    _, _, rest = card.title.partition(" ")
    kind, _, name = rest.partition(", ")
    text = name if card.family == "ae" and name else rest or card.title
    return text[:1].upper() + text[1:]


def choose(item: Item, card: Card, seed: int) -> list[Item]:
    """The current item, then gallery items of the other labels in turn, drawn with ``seed``."""
    gallery = resources.gallery(card.id)
    row = None if item.is_upload else gallery.row(item.index)
    random = np.random.default_rng(seed)
    labels = np.unique(gallery.label)
    first = [label for label in random.permutation(labels) if row is None or label != gallery.label[row]]
    drawn = [int(random.choice(gallery.index[gallery.label == label])) for label in first]
    spare = [int(i) for i in random.permutation(gallery.index)[: 2 * COLUMNS]]
    others = [i for i in dict.fromkeys(drawn + spare) if i != item.index]
    return [item, *(Item(item.dataset, i) for i in others[: COLUMNS - 1])]


def rebuild(
    card: Card, items: list[Item], originals: list[np.ndarray | None]
) -> tuple[np.ndarray, list[float | None]]:
    """Images (n, H, W, C) uint8 of ``card`` for ``items``, and the error of each where it is known."""
    gallery, runner = resources.gallery(card.id), resources.runner(card.id)
    images = runner.decode_float(np.stack([resources.code(card.id, item) for item in items]))
    errors: list[float | None] = []
    for item, original, image in zip(items, originals, images, strict=True):
        row = None if item.is_upload else gallery.row(item.index)
        if row is not None:
            errors.append(float(gallery.error[row]))
        else:
            errors.append(None if original is None else float(np.mean((image - original / 255) ** 2)))
    return np.rint(images * 255).astype(np.uint8), errors


def controls() -> tuple[str, list[Card], int]:
    """What to show, of which families, for which set of items."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        view = st.segmented_control(
            "Show", VIEWS, default=VIEWS[0], required=True, key="ae_view", bind="query-params",
            help="Differences are to the original.",
        )  # fmt: skip
        more = st.pills("Compare with", list(FAMILIES), selection_mode="multi", key="ae_more", bind="query-params")
        seed = st.session_state.get("ae_set", 1)
        st.button(
            "Another set", icon=":material/shuffle:", on_click=another, help=f"Items are drawn with seed {seed}."
        )
    families = ("ae", *(FAMILIES[name] for name in FAMILIES if name in (more or [])))
    return view or VIEWS[0], variants(families), seed


def another() -> None:
    """Draw other items."""
    st.session_state["ae_set"] = st.session_state.get("ae_set", 1) % SETS + 1


@st.fragment
def comparison() -> None:
    """The originals, every variant's version of them, and the table of errors."""
    view, cards, seed = controls()
    if not cards:
        st.info(
            "This data set has no plain autoencoder here. Compare with the other families.", icon=":material/info:"
        )
        return
    items = choose(state.current_item(), cards[0], seed)
    originals = [resources.original(item) for item in items]
    known = [image for image in originals if image is not None]
    pixels = np.stack(known) if len(known) == len(items) else None
    if pixels is not None:
        captions = [label_of(item, cards[0]) for item in items]
        picture_row("Original", "label under each", items, pixels, captions, mark="")
    else:
        st.info(
            "The originals are not on this machine, so these are the rebuilt images alone, without differences. "
            "The error under each was measured against its original when the model was made.",
            icon=":material/hide_image:",
        )
    for card in cards:
        images, errors = rebuild(card, items, originals)
        if pixels is not None and view != VIEWS[0]:
            images = heatmap.difference(pixels, images, signed=view == VIEWS[1])
        captions = ["" if error is None else f"{error:.4f}" for error in errors]
        picture_row(short(card), facts(card), items, images, captions, mark="generated")
    legend(VIEWS[0] if pixels is None else view)
    st.subheader("Errors", anchor=False)
    table(cards)


def picture_row(
    title: str, sentence: str, items: list[Item], images: np.ndarray, captions: list[str], *, mark: str
) -> None:
    """Name on the left, one picture for each item on the right; a click makes it the current item."""
    name, pictures = st.columns([2, 7], vertical_alignment="center", gap="small")
    name.markdown(f"**{title}**  \n:small[{sentence}]")
    with pictures:
        row = tiles(
            images,
            key=f"ae_{title}",
            label=title,
            captions=captions,
            marks=[mark] * len(items),
            alt=[f"{title}, {item.address}" for item in items],
            size=56,
            selected=0,
            columns=COLUMNS,
        )
    if row is not None and items[row] != state.current_item():
        state.select(items[row])
        st.rerun()


def label_of(item: Item, card: Card) -> str:
    """What an item is labelled, where it is known."""
    gallery, names = resources.gallery(card.id), SOURCES[item.dataset].labels
    row = None if item.is_upload else gallery.row(item.index)
    if row is not None:
        return names[gallery.label[row]]
    images = None if item.is_upload else resources.images(item.dataset)
    label = None if images is None else images.label(item.index)
    return "" if label is None else names[label]


def facts(card: Card) -> str:
    """Size of the code and test error, for the name of a row."""
    error = card.value("test_mse")
    return f"code {card.dim} · " + ("error not measured" if error is None else f"test {error:.4f}")


def legend(view: str) -> None:
    """What the pictures and the numbers under them mean."""
    numbers = "Under each: its error, the mean squared difference per pixel on 0..1 (lower is better)."
    if view == VIEWS[0]:
        st.caption(f"{numbers} The first column is the current item; click another to make it so.")
        return
    signed = view == VIEWS[1]
    ends = ("brighter in the original", "brighter rebuilt") if signed else ("the same", "half the range or more")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(ends[0], width="content")
        st.image(
            png(heatmap.scale(signed=signed)), width=224, output_format="PNG", alt=f"From {ends[0]} to {ends[1]}"
        )
        st.caption(f"{ends[1]}{'; black is the same' if signed else ''}", width="content")
    st.caption(numbers)


def table(cards: list[Card]) -> None:
    """Errors of the variants beside the reported ones, and the test errors as bars."""
    measured = [card for card in cards if card.value("test_mse") is not None]
    best = min(measured, key=lambda card: error_of(card, "test_mse"), default=None)
    rows = pd.DataFrame([line(card, card is best) for card in cards])
    plain = {column: st.column_config.NumberColumn(format="%.4f") for column in ("Train MSE", "Test MSE")}
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            **plain,
            "Variant": st.column_config.TextColumn(pinned=True),
            "Weights": st.column_config.NumberColumn(format="compact", help="Numbers learned in training."),
            "Reported": st.column_config.TextColumn(
                help="By others, on the training images, code size not given."
            ),
            "Same label": st.column_config.NumberColumn(
                format="percent", help="Precision at 1: the nearest training code has the label of the test image."
            ),
        },
        alt="Code size, weights and errors of each variant",
    )
    if best is not None:
        order = sorted(measured, key=lambda card: error_of(card, "test_mse"))
        figure = heatmap.bars(
            [short(card) for card in order],
            [card.value("test_mse") for card in order],
            title="MSE per pixel (lower is better)",
            form=".4f",
            marks=[card.value("train_mse") for card in order],
            mark_name="on training images",
            best=0,
        )
        st.plotly_chart(figure, key="ae_bars", config={"displayModeBar": False}, alt="Bars of the test error")
    st.caption(words_on(cards))


def line(card: Card, best: bool) -> dict[str, object]:
    """One row of the table."""
    reported = card.metrics.get("train_mse") or card.metrics.get("test_mse")
    return {
        "Variant": ("★ " if best else "") + short(card),
        "Code size": card.dim,
        "Weights": card.parameters,
        "Train MSE": card.value("train_mse"),
        "Test MSE": card.value("test_mse"),
        "Reported": reported.reported if reported and reported.reported else "–",
        "Same label": card.value("precision_at_1"),
    }


def words_on(cards: list[Card]) -> str:
    """What the numbers are, and how far they can be compared."""
    sizes = sorted({card.dim for card in cards if card.family == "ae"})
    code = (
        f"All autoencoders here have a code of {sizes[0]} numbers, so they can be compared. "
        if len(sizes) == 1
        else ""
    )
    counts = {metric.n for card in cards if (metric := card.metrics.get("test_mse"))}
    over = f"{counts.pop():,} test images" if len(counts) == 1 else "the test images"
    error = min((error_of(card, "test_mse") for card in cards), default=np.inf)
    usual = (
        f" {error:.4f} is a usual distance of {error**0.5:.2f} of the range for a pixel." if error < np.inf else ""
    )
    return (
        f"{code}MSE per pixel: mean squared difference of original and rebuilt over {over}, pixels from 0 to 1; "
        f"lower is better, ★ lowest.{usual} Reported errors are of training images, code size unknown: a hint."
    )


main, side = frame.page(
    "Autoencoders",
    "The same images through every architecture: see what each one loses, beside how much it loses.",
)
checkpoint = state.choose_checkpoint("ae", ("ae", "vae", "aae"), label="Checkpoint of the item card")
if checkpoint is None:
    st.stop()
with main, frame.guard():
    comparison()
frame.item_card(side, checkpoint)
