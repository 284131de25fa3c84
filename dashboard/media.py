"""Pictures and geometry by URL, with cache headers: what a browser asks for while a hand moves over the page.

Addresses hold the digest of what they show (`?v=`), so that a browser may keep the answers for good.
"""

import hashlib
from collections import OrderedDict
from threading import Lock
from urllib.parse import urlencode

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core import images, projection
from core.checkpoints import CheckpointError
from dashboard import maps, resources

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
MOST = 600  # pictures on one sheet
KEPT = 64 * 2**20  # bytes of sheets
_kept: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def routes() -> list[Route]:
    """All routes beside those of Streamlit."""
    return [
        Route("/picture/{id}/{index:int}.png", answering(picture)),
        Route("/pictures/{id}.png", answering(pictures)),
        Route("/points/{id}/{kind}.bin", answering(points)),
        Route("/plane/{id}.png", answering(plane)),
        Route("/decode/{id}/{kind}.png", answering(decode)),
        Route("/sheet/{name}.png", answering(sheet)),
        Route("/chosen/{name}.bin", answering(chosen)),
    ]


def answering(make):  # type: ignore[no-untyped-def]
    """An endpoint that says what is wrong with an address, instead of failing; it runs in a thread of its own."""

    def endpoint(request: Request) -> Response:
        try:
            content, kind = make(request)
        except (ValueError, KeyError, CheckpointError) as error:
            return PlainTextResponse(str(error), 404)
        return Response(content, media_type=kind, headers=FOREVER)

    endpoint.__doc__ = make.__doc__
    return endpoint


def address(path: str, **query: str) -> str:
    """The URL of a route below the page's own folder, as the browser asks for it."""
    return f"{path}?{urlencode(query)}" if query else path


def stamp(id: str) -> str:
    """Short digest of all that pictures and points of a checkpoint depend on."""
    found = "".join(map(str, maps.version(id))) + str(sorted(resources.card(id).sha256.items()))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def picture(request: Request) -> tuple[bytes, str]:
    """PNG of one item: its original where it is here, otherwise as the checkpoint rebuilds it."""
    return images.png(looks(request.path_params["id"], [request.path_params["index"]])[0]), "image/png"


def pictures(request: Request) -> tuple[bytes, str]:
    """PNG of the items of ``?items=1,2,3``, in as square a sheet as they fill, row by row."""
    items = [int(item) for item in request.query_params["items"].split(",")]
    if not 0 < len(items) <= MOST:
        raise ValueError(f"{len(items)} pictures were asked for; allowed: 1 to {MOST}")
    found = looks(request.path_params["id"], items)
    return images.png(images.sheet(found, columns=int(np.ceil(np.sqrt(len(items)))))), "image/png"


def looks(id: str, items: list[int]) -> np.ndarray:
    """Pictures (n, H, W, C) uint8 of items; ValueError for one that is not here."""
    originals, gallery = resources.images(resources.card(id).dataset), resources.gallery(id)
    if originals is not None and all(item in originals.rows for item in items):
        return originals.images[[originals.rows[item] for item in items]]
    rows = [gallery.row(item) for item in items]
    if None in rows:
        raise ValueError(f"item {items[rows.index(None)]} is not on this machine")
    return resources.reconstructions(id, np.array(rows, np.int64))


def points(request: Request) -> tuple[bytes, str]:
    """Points of a map; see `core.geometry` for the format."""
    return maps.block(request.path_params["id"], request.path_params["kind"]), "application/octet-stream"


def plane(request: Request) -> tuple[bytes, str]:
    """PNG of what a model of two numbers draws at the middles of 64 x 64 cells of its plane."""
    return maps.atlas(request.path_params["id"]), "image/png"


def decode(request: Request) -> tuple[bytes, str]:
    """PNG of what a model draws at the place ``?x=&y=`` of a map: see `decoded`."""
    place = np.array([[float(request.query_params["x"]), float(request.query_params["y"])]], np.float32)
    if not np.isfinite(place).all():
        raise ValueError("a place has two finite numbers")
    return images.png(decoded(request.path_params["id"], request.path_params["kind"], place)), "image/png"


def decoded(id: str, kind: str, place: np.ndarray) -> np.ndarray:
    """Image (H, W, C) uint8 at a place (1, 2) of a map.

    A plane is decoded as it is. Other maps have no way back: there it is the mean of the codes of the 15 nearest
    dots, weighted by nearness.
    """
    if kind not in maps.kinds(id):
        raise ValueError(f"{id} has no map {kind!r}")
    gallery = resources.gallery(id)
    code = place if kind == "plane" else projection.unplace(place, maps.map_of(id, kind), gallery.z)
    return resources.runner(id).decode(code)[0]


def keep(content: bytes) -> str:
    """Keep bytes for the browser to fetch; the name that they are fetched by. The oldest go first."""
    name = hashlib.sha256(content).hexdigest()[:16]
    with _lock:
        _kept[name] = content
        _kept.move_to_end(name)
        while len(_kept) > 1 and sum(map(len, _kept.values())) > KEPT:
            _kept.popitem(last=False)
    return name


def kept(request: Request) -> bytes:
    """What was kept under the name in an address."""
    with _lock:
        return _kept[request.path_params["name"]]


def sheet(request: Request) -> tuple[bytes, str]:
    """A sheet of pictures that a component shows."""
    return kept(request), "image/png"


def chosen(request: Request) -> tuple[bytes, str]:
    """A bit for each item of a data set, set where it is selected."""
    return kept(request), "application/octet-stream"
