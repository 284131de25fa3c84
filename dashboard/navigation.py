"""The pages. A new one is one script in ``pages`` and one line here, two where it has a data set of its own."""

from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parents[1] / "pages"
GROUPS: dict[str, dict[str, tuple[str, str, str]]] = {
    "Explore": {
        "overview": ("Overview", ":material/home:", "Every pretrained model at a glance, with its numbers."),
        "clusters": ("Clusters", ":material/category:", "What an adversarial autoencoder sorted without a label."),
        "latent_map": (
            "Latent map",
            ":material/scatter_plot:",
            "All codes on a plane, and what is between.",
        ),
        "retrieve": ("Retrieve", ":material/image_search:", "The nearest images to one image, by any model."),
    },
    "Create": {
        "interpolate": ("Interpolate", ":material/compare_arrows:", "Walk from one image to another."),
        "arithmetic": ("Arithmetic", ":material/calculate:", "Add and subtract images: A - B + C."),
        "attributes": ("Attributes", ":material/tune:", "Sliders on a face, and what else they move."),
        "writers": ("Writers", ":material/draw:", "The digit that somebody never wrote, in their hand."),
        "describe": ("Describe", ":material/brush:", "A phrase, and pictures that a GAN makes of it."),
        "search": ("Search", ":material/search:", "A product by its picture, by words, or by both."),
        "chat": ("Chat", ":material/forum:", "Say what you look for, several things at once."),
    },
    "Audit": {
        "bring": ("Bring", ":material/drive_folder_upload:", "Make a data set of your own images."),
        "audit": ("Audit", ":material/fact_check:", "What may be wrong with a data set, to be judged one by one."),
        "autoencoders": ("Autoencoders", ":material/compare:", "What each architecture loses, side by side."),
        "training": ("Training", ":material/timeline:", "How each GAN learned, epoch by epoch."),
        "selections": ("Selections", ":material/bookmarks:", "What you chose, with a name, numbers and a reason."),
    },
    "Present": {
        "deck": ("Deck", ":material/slideshow:", "What you pinned, in order: show it, or take it with you."),
    },
}
DEFAULT = "overview"
OWN_DATA = {"writers": "writers"}


def path(name: str) -> Path:
    """Script of the page ``name``, for ``st.page_link`` and ``st.switch_page``."""
    return FOLDER / f"{name}.py"


def entry(name: str) -> tuple[str, str, str]:
    """Title, icon and a sentence of the page ``name``."""
    return next(entries[name] for entries in GROUPS.values() if name in entries)


def pages() -> dict[str, list[st.Page]]:
    """Fresh pages by group: they carry the run's state, so no two runs may share them."""
    return {
        group: [
            st.Page(path(name), title=title, icon=icon, help=text, url_path=name, default=name == DEFAULT)
            for name, (title, icon, text) in entries.items()
        ]
        for group, entries in GROUPS.items()
    }
