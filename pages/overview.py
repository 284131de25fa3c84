"""What is here: every model as a picture with its numbers, and three places to start."""

import streamlit as st

from core.board import Row
from core.cards import Card
from core.checkpoints import CheckpointError
from core.film import from_pngs
from core.own_models import places
from dashboard import checkpoint_choice, frame, item_data, navigation, posters, resources, seen, state, words
from dashboard.inspection import HEADLINE
from dashboard.seen import Seen

STRIP = 280  # CSS px: ten pictures of 28
# picture -> families that can draw it (the first that is here), page, heading, sentence
STARTS = {
    "categories": (
        ("aae",),
        "clusters",
        "Sorted without being told",
        "A column is a category that the model made up, its surest images on top.",
    ),
    "plane": (
        ("vae",),
        "latent_map",
        "A plane of images",
        "Two numbers name an image. Every place on the plane is one, seen or not.",
    ),
    "between": (
        ("ae", "aae", "vae"),
        "interpolate",
        "From one to the next",
        "A row starts at one image and ends at another. All between is made up.",
    ),
}


def start(kind: str) -> None:
    """One place to start: a picture, a sentence and the way there."""
    families, page, heading, sentence = STARTS[kind]
    able = [card for card in mine if kind != "plane" or card.dim == 2]
    model = next((card for family in families for card in able if card.family == family), None)
    if model is None:
        return
    with st.container(border=True), frame.guard():
        poster = posters.poster(model.id, kind)
        row = Row(from_pngs([poster]), heading, (f"Model: {model.title}",))
        real = (item_data.are_originals(model.dataset),)  # some of its pictures are
        seen.tell(f"overview_{kind}", Seen((row,), sentence, real=real))
        st.image(
            poster,
            width=STRIP,
            output_format="PNG",
            alt=f"{heading}. {sentence} Model: {model.title}.",
        )
        st.markdown(f"**{heading}**  \n{sentence}")
        st.page_link(navigation.path(page), icon=":material/arrow_forward:", icon_position="right")


def model_card(card: Card) -> None:
    """One model: its pictures, its size, its main number, and the rest folded."""
    with st.container(border=True), frame.guard():
        st.markdown(f"**{words.literal(short(card))}**")
        originals = item_data.are_originals(card.dataset)
        caption = "Above original, below rebuilt" if originals else "Rebuilt; the originals are not here"
        caption = "Sampled from the model" if item_data.is_sampled(card.id) else caption
        st.image(
            posters.strip(card.id),
            caption,
            width=STRIP,
            output_format="PNG",
            alt=f"One image a label, {caption.lower()}",
        )
        headline(card)
        st.caption(f"{words.count(card.parameters)} parameters  \nCode of {card.dim} numbers")
        if st.button("All numbers and terms", icon=":material/table_rows:", key=f"about_{card.id}"):
            about(card)


def short(card: Card) -> str:
    """The title without the data set, which the page names already."""
    return card.title.removeprefix(f"{resources.source(card.dataset).title.split(' ')[0]} ")


def headline(card: Card) -> None:
    """The number that a family is judged by, with what others report."""
    key = next((key for key in (HEADLINE[card.family], "reconstruction_mse") if key in card.metrics), "")
    key = key or HEADLINE[card.family]
    metric = card.metrics.get(key)
    if metric is None:
        st.metric(words.name(key), "not measured", help=words.meaning(key))
        return
    value, _, unit = words.number(metric.value, metric.unit).partition(" ")
    st.metric(
        words.name(key),
        f"{value} %" if unit == "%" else value,
        words.direction(metric) if unit == "%" else f"{unit}, {words.direction(metric)}",
        delta_color="off",
        delta_arrow="off",
        help=words.meaning(key),
    )
    st.caption(beside(card, key))


def beside(card: Card, key: str) -> str:
    """What stands beside the headline: several seeds of ours, and what others report."""
    metric, seeds, parts = card.metrics[key], card.seeds.get(key), []
    if seeds:
        mean = words.number(seeds["mean"], metric.unit)
        spread = words.number(seeds["spread"], metric.unit)
        parts.append(f"{mean} ± {spread} over {seeds['n']} training seeds")
    found = words.reported(metric)
    if found or not resources.source(card.dataset).own:
        parts.append(f"reported elsewhere: {found}" if found else "no comparable number reported")
    else:
        parts.append(f"measured on {metric.n:,} {metric.split} items of yours")
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


@st.dialog("All numbers and terms", width="medium", icon=":material/table_rows:")
def about(card: Card) -> None:
    """Everything that the card says."""
    st.markdown(f"**{words.literal(card.title)}**")
    if not card.metrics:
        st.info("Nothing was measured yet.", icon=":material/info:")
    for metric in card.metrics.values():
        reported = f"  \nReported elsewhere: {words.reported(metric)}, {metric.source}" if metric.reported else ""
        st.markdown(
            f"{words.name(metric.key)}: **{words.number(metric.value, metric.unit)}**, {words.direction(metric)}"
            f"{reported}  \n:gray[:small[{metric.how} {metric.n:,} items, {metric.split}.]]"
        )
    numbers = {name: value for name, value in card.training.items() if isinstance(value, int | float)}
    trained = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in numbers.items())
    terms = card.terms.rstrip(".")
    notes = [f"Training: {trained or 'not recorded'}.", card.note, f"Data: {terms}.", f"Folder: `{card.id}`"]
    st.caption("\n\n".join(note for note in notes if note))


def broken(name: str, message: str) -> None:
    """A model that cannot be used, and why."""
    with st.container(border=True):
        st.markdown(f"**{name}**")
        frame.sorry("This model cannot be used.", "The others still work.", CheckpointError(message))


def hero() -> None:
    """What this is, in a title and a sentence."""
    count = f"{len(mine)} models" if len(mine) != 1 else "One model"
    borrowed = sum(places.ENCODER in card.training for card in mine)
    learned = borrowed < len(mine)
    verb = "learned to squeeze" if learned else "squeezes" if len(mine) == 1 else "squeeze"
    again = "to draw the image again" if learned else f"draw{'s' * (len(mine) == 1)} the image again"
    note = " Weights that are borrowed never saw these images." if borrowed else ""
    frame.heading(
        "Every point an image, every place between another",
        f"{count} {verb} {words.literal(source.title)} into a few numbers and {again}. "
        f"Look at what was sorted, walk through what lies between, and see what is lost.{note}",
        picture=("overview_*",),
        pinned=f"Overview: {source.title}",
    )
    st.caption(f"Data: {source.terms.rstrip('.')}.")


def others() -> None:
    """The other data sets, where they have models."""
    for name, other in resources.sources().items():
        count = sum(card.dataset == name for card in resources.cards().values())
        if name != state.dataset() and count:
            st.button(
                f"{count} more for {words.literal(other.title)}",
                icon=":material/arrow_forward:",
                icon_position="right",
                type="tertiary",
                key=f"overview_{name}",
                on_click=state.switch_dataset,
                args=(name,),
            )


source = resources.source(state.dataset())
mine = [card for card in resources.cards().values() if card.dataset == state.dataset()]
if mine:
    hero()
    seen.say(f"What {len(mine)} models made of {source.title}.")
    with st.grid("auto", min_column_width=300):
        for kind in STARTS:
            start(kind)
else:
    st.title("Morphospace", anchor=False)
    checkpoint_choice.none_here(tuple(words.FAMILIES))
for family, entry in words.FAMILIES.items():
    if own := [card for card in mine if card.family == family]:
        st.subheader(entry.plural, anchor=False, icon=entry.icon)
        st.caption(entry.sentence)
        with st.grid("auto", min_column_width=300):
            for card in own:
                model_card(card)
others()
frame.first_things_first()
if unusable := resources.unusable():
    st.subheader("Left out", anchor=False)
    with st.grid("auto", min_column_width=300):
        for name, message in unusable.items():
            broken(name, message)
