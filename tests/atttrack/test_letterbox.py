"""From frames to the network's input and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from animot.atttrack.letterbox import GREY, letterbox, move_boxes, move_points, warp
from animot.errors import InputError


def spot(width, height, left, top, right, bottom):
    """A white box on black."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    image[top:bottom, left:right] = 255
    return image


def bounds(image, level=128):
    bright = image[:, :, 0] >= level
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


def test_a_wide_frame_has_grey_above_and_below():
    boxed = letterbox((640, 160), (320, 192))
    assert (boxed.inner, boxed.offset, boxed.scale) == ((320, 80), (0, 56), (0.5, 0.5))
    image = boxed(np.full((160, 640, 3), 200, dtype=np.uint8))
    assert image.shape == (192, 320, 3)
    assert (image[56:136] == 200).all()
    assert (image[:56] == GREY).all()
    assert (image[136:] == GREY).all()


def test_a_tall_frame_has_grey_on_both_sides():
    boxed = letterbox((100, 400), (96, 64))
    assert (boxed.inner, boxed.offset) == ((16, 64), (40, 0))
    image = boxed(np.full((400, 100, 3), 9, dtype=np.uint8))
    assert (image[:, 40:56] == 9).all()
    assert (image[:, :40] == GREY).all()
    assert (image[:, 56:] == GREY).all()


def test_a_frame_of_the_right_size_is_left_alone():
    image = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    boxed = letterbox((96, 64), (96, 64))
    assert boxed(image) is image
    np.testing.assert_array_equal(boxed.affine, [[1, 0, 0], [0, 1, 0]])


@pytest.mark.parametrize("frame", [(640, 480), (1920, 1080), (48, 30)])
def test_boxes_go_where_the_pixels_go(frame):
    width, height = frame
    box = [width // 4, height // 3, width // 2, height * 3 // 4]
    boxed = letterbox(frame, (320, 192))
    moved = boxed.to_network(np.array([box], dtype=float))
    assert moved[0] == pytest.approx(bounds(boxed(spot(*frame, *box))), abs=0.6)
    corners = move_points(np.array(box, dtype=float).reshape(2, 2), boxed.affine)
    assert moved[0] == pytest.approx(corners.ravel())


@given(st.integers(1, 4000), st.integers(1, 4000), st.sampled_from([(288, 160), (96, 608)]))
def test_there_and_back(width, height, size):
    boxed = letterbox((width, height), size)
    boxes = np.array([[0.0, 0, width, height], [-30, 2.5, 7, 4000]])
    moved = boxed.to_network(boxes)
    assert boxed.to_original(moved) == pytest.approx(boxes, abs=1e-6)
    assert (moved[0] >= 0).all()
    assert (moved[0] <= np.array([*size, *size]) + 1e-9).all()
    assert moved[0] == pytest.approx([*boxed.offset, *np.add(boxed.offset, boxed.inner)])
    assert boxed.inner[0] == size[0] or boxed.inner[1] == size[1]


@pytest.mark.parametrize("size", [(300, 160), (288, 100), (0, 32), (16, 32)])
def test_sizes_that_no_network_takes_are_refused(size):
    with pytest.raises(InputError, match=f"images of {size[0]}x{size[1]} pixels; give multiples"):
        letterbox((640, 480), size)


def test_warping_by_whole_pixels_moves_pixels_exactly():
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3), dtype=np.uint8)
    moved = warp(image, np.array([[1.0, 0, 5], [0, 1, -3]]))
    np.testing.assert_array_equal(moved[:-3, 5:], image[3:, :-5])
    assert (moved[-3:] == GREY).all()
    assert (moved[:, :5] == GREY).all()
    mirrored = warp(image, np.array([[-1.0, 0, 53], [0, 1, 0]]))
    np.testing.assert_array_equal(mirrored, image[:, ::-1])


def test_warped_boxes_go_where_the_pixels_go():
    image = spot(160, 128, 40, 32, 72, 96)
    affine = np.array([[0.5, 0, 31], [0, 1.5, -40]])
    box = move_boxes(np.array([[40.0, 32, 72, 96]]), affine)
    assert box[0].tolist() == [51, 8, 67, 104]
    assert bounds(warp(image, affine)) == [51, 8, 67, 104]


def test_a_turned_box_is_that_of_its_ellipse():
    angle = np.deg2rad(5)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([1.5, -0.7])
    affine = np.concatenate([linear, [[4.0], [9.0]]], axis=1)
    box = np.array([[10.0, 20, 30, 80]])
    around = np.linspace(0, 2 * np.pi, 20_000)
    outline = np.stack([20 + 10 * np.cos(around), 50 + 30 * np.sin(around)], axis=1)
    moved = move_points(outline, affine)
    expected = np.concatenate([moved.min(axis=0), moved.max(axis=0)])
    assert move_boxes(box, affine)[0] == pytest.approx(expected, abs=1e-3)
