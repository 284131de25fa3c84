"""Pictures and geometry by URL, with cache headers: what a browser asks for while a hand moves over the page.

Addresses hold the digest of what they show (`?v=`), so that a browser may keep the answers for good.
"""

import hashlib
from collections.abc import Callable

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core import images, projection
from core.checkpoints import CheckpointError
from dashboard import case_pictures, item_data, maps, resources, sheets
from dashboard.components import mount
from dashboard.memo import per_run

BINARY = "application/octet-stream"
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
MOST = 600  # pictures on one sheet


def routes(base: str = "") -> list[Route]:
    """All routes beside those of Streamlit, below the path ``base`` that the app is served under."""
    below = f"/{base.strip('/')}" if base.strip("/") else ""
    made = {
        "/picture/{id}/{index:int}.png": picture,
        "/pictures/{id}.png": pictures,
        "/points/{id}/{kind}.bin": points,
        "/plane/{id}.png": plane,
        "/decode/{id}/{kind}.png": decode,
        "/sheet/{name}.png": sheet,
        "/code/{name}": code,
        "/chosen/{name}.bin": chosen,
        "/item/{dataset}/{item:int}.img": item,
        "/rebuilt/{id}/{item:int}.img": rebuilt,
        "/differ/{dataset}/{one:int}/{other:int}.img": differ,
    }
    return [Route(below + path, answering(make)) for path, make in made.items()]


def answering(make: Callable[[Request], tuple[bytes, str]]) -> Callable[[Request], Response]:
    """An endpoint that says what is wrong with an address, instead of failing; it runs in a thread of its own."""

    def endpoint(request: Request) -> Response:
        try:
            content, kind = make(request)
        except (ValueError, KeyError, CheckpointError) as error:
            return PlainTextResponse(str(error), 404)
        # Streamlit would compress numbers anew for each request, which takes longer than sending them.
        more = {"Content-Encoding": "identity"} if kind == BINARY else {}
        return Response(content, media_type=kind, headers=FOREVER | more)

    endpoint.__doc__ = make.__doc__
    return endpoint


@per_run
def stamp(id: str) -> str:
    """Short digest of all that pictures and points of a checkpoint depend on."""
    found = "".join(map(str, maps.version(id))) + str(sorted(resources.card(id).sha256.items()))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def picture(request: Request) -> tuple[bytes, str]:
    """PNG of one item: its original where it is here, otherwise as the checkpoint rebuilds it."""
    return images.png(
        item_data.looks(request.path_params["id"], np.array([request.path_params["index"]]))[0]
    ), "image/png"


def pictures(request: Request) -> tuple[bytes, str]:
    """PNG of the items of ``?items=1,2,3``, in as square a sheet as they fill, row by row."""
    items = [int(item) for item in request.query_params["items"].split(",")]
    if not 0 < len(items) <= MOST:
        raise ValueError(f"{len(items)} pictures were asked for; allowed: 1 to {MOST}")
    found = item_data.looks(request.path_params["id"], np.array(items))
    return images.png(images.sheet(found, columns=int(np.ceil(np.sqrt(len(items)))))), "image/png"


def points(request: Request) -> tuple[bytes, str]:
    """Points of a map; see `core.geometry` for the format."""
    return maps.block(request.path_params["id"], request.path_params["kind"]), BINARY


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


def sheet(request: Request) -> tuple[bytes, str]:
    """A sheet of pictures that a component shows."""
    return sheets.kept(request.path_params["name"]), "image/png"


def code(request: Request) -> tuple[bytes, str]:
    """Code or style of a component."""
    name = request.path_params["name"]
    return mount.code(name).encode(), "text/css" if name.endswith(".css") else "text/javascript"


def chosen(request: Request) -> tuple[bytes, str]:
    """A bit for each item of a data set, set where it is selected."""
    return sheets.kept(request.path_params["name"]), BINARY


def item(request: Request) -> tuple[bytes, str]:
    """One item as large as its original is on disk, up to 1,024 px a side."""
    return case_pictures.picture(_known(request), request.path_params["item"])


def rebuilt(request: Request) -> tuple[bytes, str]:
    """What a checkpoint makes of an item's code."""
    return case_pictures.rebuilt(request.path_params["id"], request.path_params["item"])


def differ(request: Request) -> tuple[bytes, str]:
    """Where two items differ."""
    return case_pictures.differ(_known(request), request.path_params["one"], request.path_params["other"])


def _known(request: Request) -> str:
    """The data set that an address names; KeyError for none."""
    name = request.path_params["dataset"]
    resources.source(name)
    return str(name)
