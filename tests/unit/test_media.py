"""Routes of pictures and points: what they answer, and that no address makes them fail."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from core import itemmap, square
from core.geometry import unpack
from core.itemmap import ItemMap
from dashboard import item_data, maps, media, resources, sheets

pytestmark = pytest.mark.usefixtures("tiny_checkpoints")
CODES, PLANE = "digits-aae-30", "digits-vae-2d"


@dataclass
class Answer:
    """What a route answered."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


class Client:
    """Asks the routes as a server does, without one; an exception of theirs fails the test."""

    app = Starlette(routes=media.routes())

    def get(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        """The answer to a GET."""
        path, _, query = path.partition("?")
        scope = {"type": "http", "method": "GET", "path": unquote(path), "headers": []}
        scope |= {"query_string": (urlencode(params) if params else query).encode()}
        answer = Answer()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                answer.content += message["body"]

        with ThreadPoolExecutor(1) as pool:  # the browser tests leave an event loop in this thread
            pool.submit(asyncio.run, self.app(scope, receive, send)).result()
        return answer


@pytest.fixture
def client() -> Client:
    """A client of the routes."""
    return Client()


def pixels(content: bytes) -> np.ndarray:
    """The picture (H, W) of a PNG."""
    return np.asarray(Image.open(io.BytesIO(content)))


def test_picture_of_an_item(client: Client) -> None:
    item = int(resources.gallery(CODES).index[3])
    answer = client.get(f"/picture/{CODES}/{item}.png")
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    original = resources.images("digits")
    assert original is not None
    np.testing.assert_array_equal(pixels(answer.content), original.image(item)[..., 0])


def test_rebuilt_where_the_original_is_missing(client: Client) -> None:
    name = "fashion-vae-2d"
    item = int(resources.gallery(name).index[3])
    rebuilt = item_data.reconstructions(name, np.array([3]))[0, ..., 0]
    np.testing.assert_array_equal(pixels(client.get(f"/picture/{name}/{item}.png").content), rebuilt)


def test_sheet_of_many_items(client: Client) -> None:
    items = resources.gallery(CODES).index[:5]
    found = pixels(client.get(f"/pictures/{CODES}.png", params={"items": ",".join(map(str, items))}).content)
    assert found.shape == (56, 84)
    np.testing.assert_array_equal(found[28:, 28:56], item_data.looks(CODES, items)[4, ..., 0])


def test_points_are_those_of_the_gallery(client: Client) -> None:
    columns, facts = unpack(client.get(f"/points/{CODES}/umap.bin").content)
    gallery = resources.gallery(CODES)
    np.testing.assert_array_equal(np.stack([columns["x"], columns["y"]], axis=1), gallery.maps["umap"])
    np.testing.assert_array_equal(columns["id"], gallery.index)
    np.testing.assert_array_equal(columns["category"], gallery.category)
    assert "limit" not in facts


def test_plane_and_its_decoded_places(client: Client) -> None:
    columns, facts = unpack(client.get(f"/points/{PLANE}/plane.bin").content)
    assert len(columns["density"]) == facts["cells"] ** 2
    sheet = pixels(client.get(f"/plane/{PLANE}.png").content)
    place = square.places(facts["limit"])[5 * 64 + 9]
    exact = client.get(f"/decode/{PLANE}/plane.png", params={"x": float(place[0]), "y": float(place[1])})
    difference = sheet[5 * 28 : 6 * 28, 9 * 28 : 10 * 28].astype(int) - pixels(exact.content)
    assert np.abs(difference).max() <= 1  # rounding of a batch against a single code


def test_a_place_of_a_dot_decodes_to_that_item(client: Client) -> None:
    x, y = (float(value) for value in maps.map_of(CODES, "umap")[4])
    found = pixels(client.get(f"/decode/{CODES}/umap.png", params={"x": x, "y": y}).content)
    rebuilt = item_data.reconstructions(CODES, np.array([4]))[0, ..., 0]
    assert np.abs(found.astype(int) - rebuilt).max() <= 1


@pytest.mark.parametrize(
    "path",
    [
        "/picture/nope/1.png",
        f"/picture/{CODES}/69999.png",
        f"/pictures/{CODES}.png",
        f"/pictures/{CODES}.png?items=",
        f"/pictures/{CODES}.png?items=1,x",
        f"/pictures/{CODES}.png?items={','.join(['1'] * 601)}",
        f"/points/{CODES}/tsne.bin",
        f"/points/{CODES}/plane.bin",
        "/points/..%2f..%2fetc/umap.bin",
        f"/plane/{CODES}.png",
        f"/decode/{CODES}/umap.png",
        f"/decode/{CODES}/umap.png?x=nan&y=0",
        f"/decode/{CODES}/umap.png?x=one&y=0",
        "/sheet/none.png",
        "/chosen/none.bin",
    ],
)
def test_an_address_of_nothing_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_kept_sheets_are_fetched_until_newer_ones_need_the_room(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "KEPT", 3000)
    name = sheets.keep(b"a" * 2000)
    assert client.get(f"/sheet/{name}.png").content == b"a" * 2000
    sheets.keep(b"b" * 2000)
    assert client.get(f"/sheet/{name}.png").status_code == 404


def test_map_of_all_items_there_and_back(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    made = ItemMap(
        draw.normal(size=(500, 2)).astype(np.float32),
        draw.integers(0, 10, 500).astype(np.uint8),
        draw.uniform(0, 0.1, 500).astype(np.float32),
        draw.uniform(0, 1, (64, 64)).astype(np.float32),
    )
    itemmap.save(made, tmp_path / "map.npz")
    found = itemmap.load(tmp_path / "map.npz")
    np.testing.assert_allclose(found.xy, made.xy, atol=1e-4)
    np.testing.assert_allclose(found.error, made.error, rtol=1e-3)
    np.testing.assert_array_equal(found.label, made.label)
    np.testing.assert_allclose(found.density, made.density, atol=1e-3)


def test_damaged_map_is_named(tmp_path: Path, own_checkpoints: Callable[..., Path]) -> None:
    (tmp_path / "map.npz").write_bytes(b"no zip")
    with pytest.raises(ValueError, match="map.npz"):
        itemmap.load(tmp_path / "map.npz")
