"""Random changes of training images."""

import cv2
import numpy as np
import pytest

from animot.atttrack.augment import Augmentation, draw_augmentation
from animot.atttrack.letterbox import move_points

SIZE = (288, 160)
DRAWS = [draw_augmentation(np.random.default_rng(seed), SIZE) for seed in range(1500)]


def test_colours_change_by_up_to_half():
    for factors in ([draw.saturation for draw in DRAWS], [draw.brightness for draw in DRAWS]):
        assert (min(factors), max(factors)) == pytest.approx((0.5, 1.5), abs=0.01)
        assert np.mean(factors) == pytest.approx(1, abs=0.03)
    both = np.corrcoef([[draw.saturation, draw.brightness] for draw in DRAWS], rowvar=False)
    assert abs(both[0, 1]) < 0.1


def test_places_change_as_in_fairmot():
    linear = np.stack([draw.affine[:, :2] for draw in DRAWS])
    flipped = np.linalg.det(linear) < 0
    assert flipped.mean() == pytest.approx(0.5, abs=0.05)
    scale = np.sqrt(np.abs(np.linalg.det(linear)))
    assert (scale.min(), scale.max()) == pytest.approx((0.5, 1.2), abs=0.01)
    degrees = np.rad2deg(np.arctan2(-linear[:, 0, 1], linear[:, 1, 1]))
    assert (degrees.min(), degrees.max()) == pytest.approx((-5, 5), abs=0.05)
    middle = np.array([[144.0, 80.0]])
    shift = np.stack([move_points(middle, draw.affine)[0] for draw in DRAWS]) - middle
    assert shift.min(axis=0) == pytest.approx([-28.8, -16], abs=0.2)
    assert shift.max(axis=0) == pytest.approx([28.8, 16], abs=0.2)
    lengths = np.linalg.norm(linear, axis=1)
    assert lengths == pytest.approx(np.stack([scale, scale], axis=1))  # no shear, one scale


def test_it_is_a_function_of_the_draw():
    again = draw_augmentation(np.random.default_rng(17), SIZE)
    np.testing.assert_array_equal(again.affine, DRAWS[17].affine)
    image = np.random.default_rng(0).integers(0, 256, (160, 288, 3), dtype=np.uint8)
    np.testing.assert_array_equal(again(image), DRAWS[17](image))


def test_saturation_and_brightness_are_factors_in_hsv():
    image = np.random.default_rng(0).integers(20, 140, (40, 50, 3), dtype=np.uint8)
    stay = np.array([[1.0, 0, 0], [0, 1, 0]])
    change = Augmentation(saturation=0.6, brightness=1.5, affine=stay)
    before = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(float)
    after = cv2.cvtColor(change(image), cv2.COLOR_RGB2HSV).astype(float)
    assert after[..., 2] == pytest.approx(1.5 * before[..., 2], abs=1)
    assert np.abs(after[..., 1] - 0.6 * before[..., 1]).mean() < 1.5
    brighter = Augmentation(saturation=1.0, brightness=1.5, affine=stay)
    assert brighter(np.full((3, 4, 3), 200, dtype=np.uint8)).min() == 255
    same = Augmentation(saturation=1.0, brightness=1.0, affine=stay)
    assert np.abs(same(image).astype(int) - image).max() <= 4  # HSV has 8 bits


def test_image_and_points_are_moved_alike():
    image = np.zeros((160, 288, 3), dtype=np.uint8)
    image[60:64, 100:104] = 255
    seen = 0
    for draw in DRAWS[:60]:
        change = Augmentation(saturation=1.0, brightness=1.0, affine=draw.affine)
        white = change(image)[:, :, 0] > 200
        x, y = move_points(np.array([[102.0, 62.0]]), draw.affine)[0]
        if white.any():
            rows, columns = np.nonzero(white)
            assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((x, y), abs=0.8)
            seen += 1
    assert seen > 30
