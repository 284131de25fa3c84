"""Models of a person's own data set on screen: what there is, and how to come by more.

`panel` is what the page of own data sets shows of one.
"""

import streamlit as st

from core import checkpoints
from core.cards import Card
from core.checkpoints import CheckpointError
from core.own_models import places
from core.own_models.progress import KINDS, refused
from dashboard import frame, navigation, own_jobs, own_zips, resources, words
from dashboard.inspection import HEADLINE
from dashboard.trainings import duration

MINUTES = (1, 5, 20)
START_UP = 6.0  # s that a process takes until it encodes, and to measure afterwards
BORROWED = "Weights of another model: it was not trained on these images."


def panel(dataset: str) -> None:
    """Everything on models of an own set: those there are, work under way, and two ways to more."""
    source = resources.source(dataset)
    mine = [card for card in resources.cards().values() if card.dataset == dataset]
    listed(dataset, mine)
    with frame.guard():
        own_jobs.board(dataset)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True), frame.guard():
        borrow(dataset, source.shape, source.size)
    with right, st.container(border=True), frame.guard():
        train(dataset, source.shape, source.train_size or source.size)


def listed(dataset: str, mine: list[Card]) -> None:
    """The models of a set, each with the ways on."""
    if not mine and not own_jobs.works(dataset):  # what is under way, or stopped, tells of itself
        st.info(
            "No model knows these images yet. Encode them with an existing one, which takes seconds to minutes, "
            "or train one of their own: then every page works on them.",
            icon=":material/model_training:",
        )
    for card in mine:
        with st.container(border=True, key=f"own_model_{card.id}"), frame.guard():
            model(dataset, card)
    wrong = {name: why for name, why in resources.broken().items() if name.startswith(f"{dataset}-")}
    for name, why in wrong.items():
        st.error(f"**{words.literal(name)}** cannot be used. {words.literal(why)}", icon=":material/error:")


def model(dataset: str, card: Card) -> None:
    """One model: what it is, its number, and what can be done with it."""
    borrowed = BORROWED if places.ENCODER in card.training else ""
    maps = ", ".join(name.upper() if name != "plane" else "plane" for name in card.maps if name != "codes")
    facts = [f"code of {card.dim} numbers", f"maps: {maps or 'PCA'}", number(card)]
    st.markdown(
        f"**{words.literal(card.title)}** · `{card.id}`  \n:small[{' · '.join(filter(None, facts))}]"
        + (f"  \n:small[:gray[{borrowed}]]" if borrowed else "")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        where = {"data": dataset, "map_model": card.id}
        st.page_link(navigation.path("latent_map"), query_params=where, width="content")
        if card.dim > 2 and "umap" not in resources.gallery(card.id).maps:
            st.button(
                "Compute UMAP",
                key=f"own_umap_{card.id}",
                icon=":material/hub:",
                on_click=own_jobs.start,
                args=(dataset, ("umap", card.id), f"UMAP of {card.title}"),
                help="A map that keeps near things near. It takes minutes, in the background.",
            )
        if resources.root(card.id) == places.root(resources.settings()):
            keeping(card)


def keeping(card: Card) -> None:
    """Take a model along, or delete it."""
    st.download_button(
        "Export",
        lambda: own_zips.exported(card.id),
        f"{card.id}.zip",
        "application/zip",
        key=f"own_export_{card.id}",
        icon=":material/download:",
        on_click="ignore",
        help="Weights, codes and card as one file, for another machine. It needs the same data set there.",
    )
    with st.popover("Delete", icon=":material/delete:", type="tertiary"):
        st.markdown(f"Delete `{card.id}`? The images stay; what was learned is gone.")
        st.button("Delete it", key=f"own_delete_{card.id}", type="primary", on_click=delete, args=(card.id,))


def number(card: Card) -> str:
    """The number that a family is judged by, else its error."""
    for key in (HEADLINE[card.family], "test_mse", "train_mse"):
        if (metric := card.metrics.get(key)) is not None:
            value = words.number(metric.value, metric.unit)
            return (
                f"{words.name(key).lower()} {value} ({words.direction(metric)}, {metric.n:,} {metric.split} items)"
            )
    return ""


def delete(id: str) -> None:
    """Delete an own checkpoint; for callbacks."""
    try:
        places.remove(resources.settings(), id)
    except (CheckpointError, OSError) as error:
        own_jobs.say(f"{id} cannot be deleted: {error}")
        return
    own_jobs.forget_done(id)


def borrow(dataset: str, shape: tuple[int, int, int], size: int) -> None:
    """Encode a set with a model that was trained on another."""
    st.markdown("**Encode with an existing model**")
    found = {
        id: card
        for id, card in resources.cards().items()
        if card.shape == shape and card.dataset != dataset and places.ENCODER not in card.training
    }
    # Plain autoencoders first: they rebuild best what is new to them.
    found = dict(sorted(found.items(), key=lambda one: one[1].family != "ae"))
    if not found:
        height, width, channels = shape
        kind = "grey" if channels == 1 else "colour"
        st.caption(
            f"No model here takes {kind} images of {width} x {height} px. There are some for 28 px in grey and "
            "64 px in colour: bring the set again in one of these sizes, or train a model of its own."
        )
        return
    id = st.selectbox(
        "Model",
        list(found),
        key=f"own_encoder_{dataset}",
        format_func=lambda id: found[id].title if id in found else str(id),
        help="Its weights stay as they are. It may miss what its own images never had.",
    )
    card = found[id]
    known = resources.sources()
    of = known[card.dataset].title if card.dataset in known else card.dataset
    seconds = size / speed(id) + START_UP
    st.caption(
        f"Trained on {words.literal(of)}, a code of {card.dim} numbers. {size:,} images take about "
        f"{duration(seconds)} here."
    )
    st.button(
        "Encode",
        key=f"own_encode_{dataset}",
        icon=":material/play_arrow:",
        type="primary",
        on_click=own_jobs.start,
        args=(dataset, ("encode", dataset, id), f"Encode with {card.title}"),
    )


def speed(id: str) -> float:
    """Images a second that a model encodes and rebuilds here, measured once."""
    return _speed(*resources.key(id, checkpoints.MODEL), resources.device().name)


@st.cache_resource(max_entries=24, show_spinner="Measuring how fast it is")
def _speed(root: str, id: str, sha256: str, device: str) -> float:
    from core.own_models.encode import speed

    return speed(resources.runner(id))


def train(dataset: str, shape: tuple[int, int, int], count: int) -> None:
    """Train a model on the set itself."""
    st.markdown("**Train a model of its own**")
    if trouble := refused(shape, count):
        st.caption(trouble)
        return
    kind = st.selectbox("Kind", list(KINDS), key=f"own_kind_{dataset}", format_func=lambda kind: KINDS[kind].title)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = st.segmented_control(
            "Minutes",
            MINUTES,
            default=5,
            required=True,
            key=f"own_minutes_{dataset}",
            help="The run is made to fit: this machine's speed is measured first. Encoding the set comes after.",
        )
        with st.popover("More", icon=":material/tune:"):
            seed = st.number_input(
                "Seed", 0, 9999, 0, key=f"own_seed_{dataset}", help="Another seed, another model."
            )
    st.caption(f"{KINDS[kind].sentence} It learns from {count:,} images, and can be stopped and gone on with.")
    there = f"{dataset}-{kind}" in resources.cards()
    st.button(
        "Train again" if there else "Train",
        key=f"own_train_{dataset}",
        icon=":material/model_training:",
        type="primary",
        on_click=own_jobs.start,
        args=(
            dataset,
            ("train", dataset, kind, "--minutes", str(minutes or 5), "--seed", str(int(seed))),
            f"Train: {KINDS[kind].title}, {minutes or 5} min",
        ),
        help="The new model takes the place of the old one once it is done." if there else None,
    )
