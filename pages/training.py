"""How a GAN learned: what the same noise gave after every epoch, and the losses of both networks."""

from collections.abc import Container
from typing import Any

import streamlit as st

from core.cards import Card
from core.checkpoints import CheckpointError
from dashboard import address, charts, curves, films, frame, resources, seen, state, trainings, widgets, words
from dashboard.components import scrubber
from dashboard.components.sprites import Beside
from dashboard.trainings import Run, narrowed

GAN, BESIDE, PART = "train_gan", "train_beside", "train_part"  # keys of the choices, and their names in the URL
LARGE = 588  # CSS px
LOSSES = {"generator": "generator", "critic": "critic, both errors added"}
SCORES = {"real": "real images", "fake": "made images"}
ABOUT = (
    "A critic that cannot tell scores everything 0.50; one that is never fooled gives real images 1 and made ones "
    "0. Losses are of one network against the other, so they need not fall while the pictures get better; "
    "where the critic cannot tell, its own is 1.386 (2 ln 2), the generator's 0.693 (ln 2). All are means over an "
    "epoch."
)


def choose(known: dict[str, Card]) -> tuple[Card, Card | None, str | None]:
    """The GAN to look at, the one beside it and, of a bank, which of its GANs: as in the URL, else as before."""
    adopt(GAN, known)
    if st.session_state.get(GAN) not in known:
        own = (card.id for card in known.values() if card.dataset == state.dataset())
        st.session_state[GAN] = next(own, next(iter(known)))
    with st.container(horizontal=True, gap="medium"):
        titles = {id: card.title for id, card in known.items()}
        one = pick("GAN", list(known), titles, key=GAN)
        others = [id for id in known if id != one]
        adopt(BESIDE, others)
        if st.session_state.get(BESIDE) not in others:
            st.session_state[BESIDE] = None
        two = pick("Beside it", others, titles, key=BESIDE, index=None, placeholder="Compare with another")
        part = choose_part(trainings.parts(known[one]) or (trainings.parts(known[two]) if two in known else {}))
    state.flush_notices()
    return known[one], known.get(two), part


def choose_part(parts: dict[str, str]) -> str | None:
    """Which GAN of a bank, None for all at once; nothing to choose where there is no bank."""
    adopt(PART, parts, "digit and cluster")
    if st.session_state.get(PART) not in parts:
        st.session_state[PART] = None
    if not parts:
        address.drop(PART)
        return None
    told = "All, a row each"
    return pick("Digit and cluster", list(parts), parts, key=PART, width=150, index=None, placeholder=told)


def adopt(key: str, options: Container[str], what: str = "GAN") -> None:
    """Let the URL choose where it changed outside."""
    asked = address.asked(key)
    if asked in options:
        st.session_state[key] = asked
    elif asked:
        state.notice(f"The link names a {what} that is not here: '{state.plain(asked)}'.")


def pick(
    label: str, options: list[str], titles: dict[str, str], *, key: str, width: int = 360, **more: Any
) -> str:
    """Let the reader choose one of some GANs; the URL says which, and nothing where there is none."""
    chosen = st.selectbox(
        label,
        options,
        format_func=lambda id: titles.get(id, str(id)),
        key=key,
        persist_state="session",
        on_change=chose,
        args=(key,),
        width=width,
        **more,
    )
    if chosen is None:
        address.drop(key)
    else:
        address.complete(key, chosen)
    return chosen


def chose(key: str) -> None:
    """Write the choice into the URL."""
    if (chosen := st.session_state[key]) is not None:
        address.choose({key: chosen})


def served(known: dict[str, Card]) -> None:
    """Say so where no GAN learned the current data set, and where to see how a model of one's own does."""
    current = resources.source(state.dataset())
    if all(card.dataset != state.dataset() for card in known.values()):
        own = " How a model of your own learns is on the page Bring, while it does." if current.own else ""
        st.caption(f"No GAN here learned {words.literal(current.title)}: these learned other data sets.{own}")


def nothing() -> None:
    """What the page shows where no GAN ships a history."""
    with st.container(border=True):
        st.subheader("No GAN here shows how it was trained", anchor=False)
        st.markdown(
            "The folder of checkpoints holds none with a history that can be used. Restore `checkpoints/` from "
            "the repository, or let `MORPHOSPACE_CHECKPOINTS` name another folder, then reload this page."
        )
        st.markdown("To make one:")
        st.code(
            "python -m core.training fashion-gan\npython -m core.training.publish fashion-gan", language="bash"
        )


@st.fragment
@frame.guard()
def replay(one: Run, two: Run | None) -> None:
    """The sheets to scrub through, and the curves with the epoch at rest."""
    if two is None:
        picture, charts = st.columns([3, 2], gap="medium")
        with picture:
            at = sheets(one, None)
        with charts:
            curves_of(one, at)
        st.markdown(trainings.verdict(one.history, at))
    else:
        at = sheets(one, two)
        for column, run, epoch in zip(
            st.columns(2, gap="medium"), (one, two), (at, one.match(two, at)), strict=True
        ):
            with column:
                st.markdown(f"**{run.title}**")
                curves_of(run, epoch)
                st.markdown(trainings.verdict(run.history, epoch))
    st.caption(ABOUT)


def sheets(one: Run, two: Run | None) -> int:
    """The sheets after every epoch, moved along by one slider; the epoch at rest, counted from 0."""
    epochs = range(one.history.epochs)
    beside = None
    if two is not None:
        there = [one.match(two, epoch) for epoch in epochs]
        beside = Beside(
            trainings.framed(two.history.pictures[there], one.history.pictures),
            [f"{two.title}\n{trainings.caption(two.history, epoch)}" for epoch in there],
            [f"{two.title}, samples after epoch {e + 1} of {two.history.epochs}" for e in there],
        )
    name = "" if two is None else f"{one.title}\n"
    at = scrubber(
        one.history.pictures,
        key=f"train_{one.card.id}",
        label="Epoch",
        captions=[name + trainings.caption(one.history, epoch) for epoch in epochs],
        alt=[f"Samples after epoch {epoch + 1} of {one.history.epochs}" for epoch in epochs],
        beside=beside,
        start=one.history.epochs - 1,
        size=LARGE,
        strip=False,
    )
    pictures, name = one.history.pictures, f"{one.card.id}-training"
    told = f"{one.title}, a frame for each of {one.history.epochs} epochs."
    films.buttons(st.container(horizontal=True), lambda: pictures, name, key="train", told=told, fps=4)
    if two is None:
        st.caption(f"Made by the model. {trainings.layout(one)}")
    else:
        said = [f"{run.title}: {trainings.layout(run)}" for run in (one, two)]
        st.caption("  \n".join(["Made by the models, at the same share of their trainings.", *said]))
    return at


def curves_of(run: Run, at: int) -> None:
    """Losses and scores over the epochs."""
    chart(run, LOSSES, "Losses", at)
    chart(run, SCORES, "Critic’s score: 1 real, 0 made", at, level=0.5, top=1)  # 0.5: it cannot tell


def chart(run: Run, names: dict[str, str], title: str, at: int, **scale: Any) -> None:
    """Some of what was logged, over the epochs."""
    lines = {text: run.history.losses[name] for name, text in names.items() if name in run.history.losses}
    if not lines:
        st.caption(f"{title}: not logged in this training.")
        return
    figure = curves.over_epochs(lines, title=title, at=at, **scale)
    alt = f"{title} over {run.history.epochs} epochs: {', '.join(lines)}"
    charts.chart(figure, key=f"train_{next(iter(names))}_{run.card.id}", alt=alt)


def distances(card: Card) -> None:
    """How near the samples of this GAN and of its rivals came to real images."""
    st.subheader("How near to real images", anchor=False)
    st.markdown(widgets.markdown_table(trainings.distances(card)))
    metric = trainings.distance(card)
    if metric is not None:
        st.caption(f"{metric.how} Measured on {metric.n:,} {metric.split} images.")


def past(card: Card) -> Run | None:
    """A GAN with its history, or None and a message where it cannot be read."""
    try:
        history = trainings.history(card.id)
    except CheckpointError as error:
        frame.sorry(f"The training of {card.title} cannot be shown.", "Choose another above.", error)
        return None
    return None if history is None else Run(card, history)


frame.heading(
    "Training",
    "Replay how a GAN learned: what the same noise became after every epoch, and who was winning.",
    picture=("train_*",),
)
with frame.guard():
    if found := trainings.told():
        served(found)
        gan, other, part = choose(found)
        seen.made_by(gan.id)
        st.markdown("  \n".join(trainings.facts(card) for card in (gan, other) if card is not None))
        first, second = past(gan), None if other is None else past(other)
        if first is not None:
            replay(narrowed(first, part), None if second is None else narrowed(second, part))
        distances(gan)
        if gan.note:
            st.caption(f"How it was trained: {gan.note}")
    else:
        nothing()
