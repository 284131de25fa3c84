"""Films of frames: H.264 in an MP4, written and read by PyAV, and GIF."""

import io
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from PIL import Image

from core import images

HARD = 32  # px; frames up to this size are enlarged with hard pixels
SIDE = 448  # px that small frames are enlarged to, about
FPS = 12.5  # as many as in a GIF of 80 ms a frame
QUALITY = 16  # constant rate factor of H.264: lower is better, 18 is called visually lossless
MOST = 2_000  # frames


def times(height: int, width: int, *, side: int = SIDE) -> int:
    """How many times a frame is enlarged: a whole number, so that pixels stay square and hard."""
    return max(1, side // max(height, width))


def enlarged(frames: np.ndarray, *, side: int = SIDE) -> np.ndarray:
    """Frames (n, H, W, C) uint8 as RGB (n, H', W', 3), each pixel a whole number wide, both sides even.

    H.264 with colours of half the resolution (yuv420p, which every player reads) wants even sides: a last row or
    column is drawn twice where it has to be.
    """
    n, height, width, channels = frames.shape
    k = times(height, width, side=side)
    large = np.repeat(np.repeat(frames, k, axis=1), k, axis=2)
    large = np.repeat(large, 3, axis=3) if channels == 1 else large
    return np.pad(large, ((0, 0), (0, height * k % 2), (0, width * k % 2), (0, 0)), mode="edge")


def mp4(frames: np.ndarray, *, fps: float = FPS, side: int = SIDE) -> bytes:
    """MP4 (H.264, yuv420p) of frames (n, H, W, C) uint8, n >= 1, C = 1 or 3.

    Raises
    ------
    ValueError : no frames, too many, another shape or type, or a speed that is not positive.
    """
    import av

    _check(frames, fps)
    large = enlarged(frames, side=side)
    file = io.BytesIO()
    # One thread: a server has other things to do. Even so x264 may decide otherwise from run to run.
    options = {"crf": str(QUALITY), "preset": "medium", "tune": "animation", "threads": "1"}
    with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options=options)
        stream.height, stream.width, stream.pix_fmt = large.shape[1], large.shape[2], "yuv420p"
        for picture in large:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def read_mp4(data: bytes) -> tuple[np.ndarray, float]:
    """Frames (n, H, W, 3) uint8 of an MP4, and how many a second; ValueError where it cannot be read."""
    import av

    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream = container.streams.video[0]
            found = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
            return np.stack(found), float(stream.average_rate or 0)
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise ValueError(f"this is no film that can be read: {error}") from error


def gif(frames: np.ndarray, *, fps: float = FPS, side: int = SIDE // 2) -> bytes:
    """Endless GIF of frames (n, H, W, C) uint8; each pixel a whole number wide."""
    _check(frames, fps)
    scale = times(frames.shape[1], frames.shape[2], side=side)
    return images.gif(frames, scale=scale, milliseconds=max(20, round(100 / fps) * 10))


def there_and_back(frames: np.ndarray, *, rest: int = 3) -> np.ndarray:
    """Frames to the end and back again, so that a film can begin anew; both ends ``rest`` times longer."""
    ends = np.repeat(frames[:1], rest, axis=0), np.repeat(frames[-1:], rest, axis=0)
    return np.concatenate([ends[0], frames, ends[1], frames[-2:0:-1]])


def pngs(frames: np.ndarray) -> tuple[bytes, ...]:
    """A PNG of each frame, as large as it is."""
    return tuple(images.png(frame) for frame in frames)


def from_pngs(files: Sequence[bytes]) -> np.ndarray:
    """Frames (n, H, W, 3) uint8 of PNGs of one size."""
    return np.stack([np.asarray(Image.open(io.BytesIO(file), formats=("PNG",)).convert("RGB")) for file in files])


def _check(frames: np.ndarray, fps: float) -> None:
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] not in (1, 3) or 0 in frames.shape:
        raise ValueError(
            f"cannot film frames of shape {frames.shape}, {frames.dtype}; allowed: (n, H, W, 1 or 3), uint8"
        )
    if len(frames) > MOST:
        raise ValueError(f"{len(frames)} frames; at most {MOST} are allowed")
    if not 0 < fps <= 120:
        raise ValueError(f"{fps} frames a second; allowed: above 0, at most 120")


KINDS: dict[str, Callable[[np.ndarray], bytes]] = {"gif": gif, "mp4": mp4}
