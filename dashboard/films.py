"""Buttons that give a film of what moves on a page, as GIF and MP4, made when it is asked for."""

from collections.abc import Callable

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from core import film

MIMES = {"gif": "image/gif", "mp4": "video/mp4"}
HELP = {
    "gif": "For pages and slides: plays by itself, over and over.",
    "mp4": "For players and editors: H.264, smaller and with finer colours.",
}


def buttons(
    place: DeltaGenerator,
    make: Callable[[], np.ndarray],
    name: str,
    *,
    key: str,
    told: str = "",
    fps: float = film.FPS,
) -> None:
    """Two buttons side by side.

    Parameters
    ----------
    make : gives the frames (n, H, W, C) uint8; called in a thread of the server, without a session.
    name : of the file, without its ending.
    key : what the buttons' keys begin with.
    told : what the film shows.
    """
    for kind, encode in film.KINDS.items():
        place.download_button(
            kind.upper(),
            _film(encode, make, fps),
            f"{name}.{kind}",
            MIMES[kind],
            key=f"{key}_{kind}",
            icon=":material/download:",
            on_click="ignore",
            help=f"{told} {HELP[kind]}".strip(),
        )


def _film(encode: Callable[..., bytes], make: Callable[[], np.ndarray], fps: float) -> Callable[[], bytes]:
    return lambda: encode(make(), fps=fps)
