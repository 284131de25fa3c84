"""The same images through every autoencoder, and the errors that go with them."""

import numpy as np
import pandas as pd
import streamlit as st

from core.cards import Card
from core.images import png
from dashboard import (
    address,
    charts,
    checkpoint_choice,
    frame,
    heatmap,
    issue_filter,
    item_data,
    labels,
    seen,
    state,
    variants,
)
from dashboard.components import tiles
from dashboard.items import Item

SET, SETS = "ae_set", 999  # key and name in the URL of the seed of the items shown; as many sets
FAMILIES = {"VAE": "vae", "AAE": "aae"}
VIEWS = ("Rebuilt", "Signed difference", "Difference")


def controls() -> tuple[str, list[Card], int]:
    """What to show, of which families, for which set of items."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        view = st.segmented_control(
            "Show", VIEWS, default=VIEWS[0], required=True, key="ae_view", bind="query-params",
            help="Differences are to the original.",
        )  # fmt: skip
        more = st.pills("Compare with", list(FAMILIES), selection_mode="multi", key="ae_more", bind="query-params")
        seed = chosen_set()
        st.button(
            "Another set", icon=":material/shuffle:", on_click=another, help=f"Items are drawn with seed {seed}."
        )
    families = ("ae", *(FAMILIES[name] for name in FAMILIES if name in (more or [])))
    found = variants.of(families)
    if not found and (found := variants.of(tuple(FAMILIES.values()))):
        st.caption("This data set has no plain autoencoder here: these are of the other families.")
    return view or VIEWS[0], found, seed


def chosen_set() -> int:
    """Seed of the items shown, 1..SETS: from the session, or from the URL where that changed outside."""
    asked = address.asked(SET) or ""
    if asked.isascii() and asked.isdigit() and len(asked) <= 3 and int(asked) > 0:
        st.session_state[SET] = int(asked)
    seed = st.session_state.setdefault(SET, 1)
    address.complete(SET, str(seed))
    return seed


def another() -> None:
    """Draw other items."""
    st.session_state[SET] = st.session_state[SET] % SETS + 1
    address.choose({SET: str(st.session_state[SET])})


def shown_items(card: Card, seed: int) -> list[Item]:
    """The items of the columns: those of the last run while the current item is among them, so that a click moves
    the frame and not the pictures.
    """
    current, wanted = state.current_item(), (state.dataset(), seed)
    last, kept = st.session_state.get("_ae_items", (None, []))
    if last == wanted and current in kept and not any(item.is_upload and item != current for item in kept):
        return kept
    items = variants.choose(current, card, seed)
    st.session_state["_ae_items"] = (wanted, items)
    return items


@st.fragment
@frame.guard()
def comparison() -> None:
    """The originals, every variant's version of them, and the table of errors."""
    view, cards, seed = controls()
    if not cards:
        st.info("This data set has no autoencoder here.", icon=":material/info:")
        return
    items = shown_items(cards[0], seed)
    seen.say(f"{view}: the same images through every architecture; under each its error in thousandths.")
    # Once for a column: on the originals, or where they are not here on the first pictures of them.
    issues = issue_filter.marks(state.dataset(), [item.index for item in items])
    originals = [item_data.original(item) for item in items]
    known = [image for image in originals if image is not None]
    pixels = np.stack(known) if len(known) == len(items) else None
    if pixels is not None:
        captions = [labels.name(item) for item in items]
        picture_row("Original", "label under each", items, pixels, captions, issues=issues)
    else:
        st.info(
            "The originals are not on this machine, so these are the rebuilt images alone, without differences. "
            "The error under each was measured against its original when the model was made.",
            icon=":material/hide_image:",
        )
    for number, (card, name) in enumerate(zip(cards, variants.names(cards), strict=True)):
        images, errors = variants.rebuild(card, items, originals)
        if pixels is not None and view != VIEWS[0]:
            images = heatmap.difference(pixels, images, signed=view == VIEWS[1])
        captions = ["" if error is None else f"{1000 * error:.1f}" for error in errors]
        own = issues if pixels is None and number == 0 else None
        picture_row(name, variants.facts(card), items, images, captions, mark="generated", issues=own)
    legend(VIEWS[0] if pixels is None else view)
    st.subheader("Errors", anchor=False)
    table(cards)


def picture_row(
    title: str,
    sentence: str,
    items: list[Item],
    images: np.ndarray,
    captions: list[str],
    *,
    mark: str = "",
    issues: list[str] | None = None,
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
            issues=issues,
            alt=[f"{title}, {item.address}" for item in items],
            size=56,
            selected=items.index(state.current_item()),
            columns=len(items),
        )
    if row is not None:
        state.go(items[row])


def legend(view: str) -> None:
    """What the pictures and the numbers under them mean."""
    numbers = "Under each: its error in thousandths (mean squared difference per pixel on 0..1, lower is better)."
    if view == VIEWS[0]:
        st.caption(f"{numbers} The framed column is the current item; click another to make it so.")
        return
    signed = view == VIEWS[1]
    ends = (
        ("brighter in the original", "brighter rebuilt")
        if signed
        else ("the same", f"{heatmap.FULL_SCALE:.0%} of the range or more")
    )
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
    best = min(measured, key=lambda card: variants.error_of(card, "test_mse"), default=None)
    named = dict(zip([card.id for card in cards], variants.names(cards), strict=True))
    rows = pd.DataFrame([variants.line(card, named[card.id], card is best) for card in cards])
    plain = {column: st.column_config.NumberColumn(format="%.4f") for column in ("Train MSE", "Test MSE")}
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
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
        order = sorted(measured, key=lambda card: variants.error_of(card, "test_mse"))
        figure = heatmap.bars(
            [named[card.id] for card in order],
            [card.value("test_mse") for card in order],
            title="MSE per pixel (lower is better)",
            form=".4f",
            marks=[card.value("train_mse") for card in order],
            mark_name="on training images",
            best=0,
        )
        charts.chart(figure, key="ae_bars", alt="Bars of the test error")
    st.caption(variants.reading(cards))


main, side = frame.page(
    "Autoencoders",
    "The same images through every architecture: see what each one loses, beside how much it loses.",
    picture=("ae_*",),
)
checkpoint = checkpoint_choice.choose("ae", ("ae", "vae", "aae"), label="Checkpoint of the item card")
with main, frame.guard():
    comparison()
frame.item_card(side, checkpoint)
