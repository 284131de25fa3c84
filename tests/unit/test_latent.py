import numpy as np
import pytest

from core.latent import corner_grid, lerp, path, plane, settle, slerp, sweep


@pytest.fixture
def codes():
    return np.random.default_rng(0).normal(size=(4, 16)).astype(np.float32) * [[1], [3], [0.1], [20]]


def rotate(a, b, t):
    """Turn a towards b in their plane, by Gram-Schmidt: another route to the same arc."""
    ua, ub = a / np.linalg.norm(a), b / np.linalg.norm(b)
    side = ub - (ua @ ub) * ua
    side /= np.linalg.norm(side)
    angle = np.arccos(ua @ ub) * t
    return (np.cos(angle) * ua + np.sin(angle) * side) * ((1 - t) * np.linalg.norm(a) + t * np.linalg.norm(b))


@pytest.mark.parametrize("way", [lerp, slerp])
def test_endpoints_are_exact_and_shapes_follow_t(way, codes):
    a, b = codes[0].astype(np.float32), codes[1].astype(np.float32)
    both = way(a, b, [0, 1])
    assert both.dtype == np.float32
    np.testing.assert_array_equal(both, [a, b])
    assert way(a, b, 0.3).shape == (16,)
    np.testing.assert_array_equal(way(a, b, [0.3, 0.6])[0], way(a, b, 0.3))
    assert way(a, b, []).shape == (0, 16)


@pytest.mark.parametrize("t", [-0.4, 0, 0.25, 0.5, 1, 1.5])
def test_slerp_is_a_rotation_with_linear_norm(t, codes):
    a, b = codes[0], codes[1]
    np.testing.assert_allclose(slerp(a, b, t), rotate(a, b, t), rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(lerp(a, b, t), a + t * (b - a), rtol=2e-6, atol=1e-6)


def test_slerp_turns_at_constant_speed_on_the_unit_circle():
    arc = slerp([1, 0], [0, 1], np.linspace(0, 1, 4))
    np.testing.assert_allclose(np.arctan2(arc[:, 1], arc[:, 0]), np.radians([0, 30, 60, 90]), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(arc, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("factor", [0, 1, 3, -1, -0.1])
def test_slerp_falls_back_where_there_is_no_circle(factor, codes):
    a = codes[0].astype(np.float32)
    b = np.float32(factor) * a
    t = np.linspace(0, 1, 5)
    np.testing.assert_array_equal(slerp(a, b, t), lerp(a, b, t))
    np.testing.assert_array_equal(slerp(b, a, t), lerp(b, a, t))


def test_slerp_far_outside_stops_at_zero_length():
    np.testing.assert_array_equal(slerp([4, 0], [0, 1], 10), [0, 0])


def test_path(codes):
    a, b = codes[:2].astype(np.float32)
    for mode in ("linear", "spherical"):
        way = path(a, b, steps=5, mode=mode)
        assert way.shape == (5, 16)
        np.testing.assert_array_equal(way[[0, -1]], [a, b])
    np.testing.assert_allclose(path(a, b, steps=3)[1], (a + b) / 2, rtol=1e-6)


@pytest.mark.parametrize("mode", ["linear", "spherical"])
def test_corner_grid(mode, codes):
    nw, ne, sw, se = codes.astype(np.float32)
    grid = corner_grid(nw, ne, sw, se, steps=4, mode=mode)
    assert grid.shape == (4, 4, 16)
    np.testing.assert_array_equal(grid[[0, 0, -1, -1], [0, -1, 0, -1]], [nw, ne, sw, se])
    np.testing.assert_allclose(grid[:, 0], path(nw, sw, steps=4, mode=mode))
    np.testing.assert_allclose(grid[-1], path(sw, se, steps=4, mode=mode))


def test_linear_corner_grid_is_bilinear(codes):
    nw, ne, sw, se = codes
    u, v = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 5))
    weights = np.stack([(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v], axis=-1)
    np.testing.assert_allclose(corner_grid(nw, ne, sw, se, steps=5), weights @ codes, rtol=1e-5, atol=1e-5)


def test_sweep_changes_one_dimension_only():
    z = np.array([1, 2, 3], np.float32)
    np.testing.assert_array_equal(sweep(z, dim=1, values=[-1, 0, 5]), [[1, -1, 3], [1, 0, 3], [1, 5, 3]])
    np.testing.assert_array_equal(z, [1, 2, 3])
    assert sweep(z, dim=0, values=[]).shape == (0, 3)


def test_plane_is_in_image_order():
    corners = plane((-1, 1), (0, 4), steps=2)
    np.testing.assert_array_equal(corners, [[-1, 4], [1, 4], [-1, 0], [1, 0]])
    assert plane((-1, 1), (0, 4), steps=3).shape == (9, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: path([1], [2], mode="cubic"), "'cubic'; allowed: linear, spherical"),
        (lambda: path([1], [2], steps=1), r"steps 1 is outside 2\.\.64"),
        (lambda: path([1], [2], steps=65), "steps 65"),
        (lambda: lerp([1, 2], [1], 0), r"\(2,\) and \(1,\)"),
        (lambda: slerp([[1.0]], [[1.0]], 0), r"\(1, 1\)"),
        (lambda: lerp([1], [2], [[0]]), r"\(1, 1\)"),
        (lambda: sweep([1, 2], dim=2, values=[0]), r"dim 2 is outside 0\.\.1"),
        (lambda: sweep([1, 2], dim=-1, values=[0]), "dim -1"),
        (lambda: sweep([[1, 2]], dim=0, values=[0]), r"\(1, 2\)"),
        (lambda: plane((1, 1), (0, 1), steps=2), r"x_range \(1, 1\)"),
        (lambda: plane((0, 1), (2, 1), steps=2), r"y_range \(2, 1\)"),
        (lambda: plane((0, 1), (0, 1), steps=100), "steps 100"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_settled_codes_are_shares_again() -> None:
    codes = np.array([[0.5, -0.25, 1.0, 7.0], [-1.0, -2.0, -3.0, 7.0]])
    found = settle(codes, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[1 / 3, 0, 2 / 3, 7], [1 / 3, 1 / 3, 1 / 3, 7]], atol=1e-6)
    np.testing.assert_array_equal(settle(codes[0], 0), codes[:1].astype(np.float32))
