"""What the heads shall say of an image."""

import math

import numpy as np
import pytest
import torch

from animot.atttrack.targets import (
    Objects,
    draw_gaussian,
    gaussian_radius,
    largest,
    make_targets,
)

SIZE = (96, 64)  # a map of 24 x 16 cells


def objects(*boxes):
    return Objects(
        box=np.array(boxes, dtype=float).reshape(-1, 4),
        identity=np.arange(len(boxes), dtype=np.int64) * 10 + 3,
    )


def cornernet_radius(height, width, overlap=0.7):
    """The three radii of CornerNet, as its followers compute them."""
    cases = [
        (1, height + width, width * height * (1 - overlap) / (1 + overlap)),
        (4, 2 * (height + width), (1 - overlap) * width * height),
        (4 * overlap, -2 * overlap * (height + width), (overlap - 1) * width * height),
    ]
    return min((b + math.sqrt(b * b - 4 * a * c)) / 2 for a, b, c in cases)


def literal_heat(boxes, width, height):
    """The heat map, cell by cell."""
    heat = np.zeros((height, width))
    for left, top, right, bottom in np.array(boxes) / 4:
        x = int(min(max((left + right) / 2, 0), width - 1))
        y = int(min(max((top + bottom) / 2, 0), height - 1))
        radius = int(cornernet_radius(math.ceil(bottom - top), math.ceil(right - left)))
        sigma = (2 * radius + 1) / 6
        for row in range(height):
            for column in range(width):
                if max(abs(row - y), abs(column - x)) <= radius:
                    square = (row - y) ** 2 + (column - x) ** 2
                    heat[row, column] = max(heat[row, column], math.exp(-square / (2 * sigma**2)))
    return heat


def test_radius_is_the_least_of_three():
    sides = np.random.default_rng(0).uniform(0.3, 90, (500, 2))
    expected = [int(cornernet_radius(math.ceil(h), math.ceil(w))) for w, h in sides]
    assert gaussian_radius(sides).tolist() == expected
    assert set(expected) > {0, 1, 5, 15}


def test_one_object_to_the_last_number():
    # A centre at (43, 30) pixels is (10.75, 7.5) cells.
    targets = make_targets([objects([33, 10, 53, 50])], SIZE)
    assert targets.heat_map.shape == (1, 1, 16, 24)
    assert targets.cell.tolist() == [[7 * 24 + 10]]
    assert targets.offset.tolist() == [[[0.75, 0.5]]]
    assert targets.ltrb.tolist() == [[[2.5, 5, 2.5, 5]]]
    assert targets.identity.tolist() == [[3]]
    assert targets.present.tolist() == [[True]]
    assert targets.heat_map[0, 0, 7, 10] == 1
    assert (targets.heat_map == 1).sum() == 1


def test_heat_is_that_of_a_literal_loop():
    boxes = [[33, 10, 53, 50], [36, 14, 58, 60], [-9, -30, 12, 25], [80, 40, 140, 90], [4, 4, 7, 9]]
    targets = make_targets([objects(*boxes)], SIZE)
    expected = literal_heat(boxes, 24, 16)
    np.testing.assert_allclose(targets.heat_map[0, 0].numpy(), expected, atol=1e-6)
    assert (expected > 0).sum() > 40


def test_boxes_are_amodal_also_where_the_centre_is_outside():
    targets = make_targets([objects([-20, 8, 10, 40], [70, 50, 110, 90])], SIZE)
    # Centres (-1.25, 6) and (22.5, 17.5) cells go to the border of the map.
    assert targets.cell.tolist() == [[6 * 24 + 0, 15 * 24 + 22]]
    assert targets.offset.tolist() == [[[0, 0], [0.5, 0]]]
    assert targets.ltrb.tolist() == [[[5, 4, 2.5, 4], [5, 2.5, 5, 7.5]]]


def test_boxes_come_back_from_the_targets():
    random = np.random.default_rng(3)
    corner = random.uniform(0, 60, (9, 2))
    boxes = np.concatenate([corner, corner + random.uniform(2, 30, (9, 2))], axis=1)
    targets = make_targets([objects(*boxes)], SIZE)
    x, y = targets.cell[0] % 24, targets.cell[0] // 24
    centre = torch.stack([x, y], dim=1) + targets.offset[0]
    back = torch.cat([centre - targets.ltrb[0, :, :2], centre + targets.ltrb[0, :, 2:]], dim=1)
    np.testing.assert_allclose(4 * back.numpy(), boxes, atol=1e-4)


def test_images_of_a_batch_do_not_touch_one_another():
    one, two = objects([33, 10, 53, 50]), objects([4, 4, 20, 40], [50, 5, 70, 60])
    targets = make_targets([one, objects(), two], SIZE)
    assert targets.present.tolist() == [[True, False], [False, False], [True, True]]
    assert targets.identity.tolist() == [[3, -1], [-1, -1], [3, 13]]
    assert not targets.heat_map[1].any()
    for row, alone in ((0, one), (2, two)):
        expected = make_targets([alone], SIZE)
        count = len(alone.identity)
        assert torch.equal(targets.heat_map[row], expected.heat_map[0])
        for name in ("cell", "ltrb", "offset"):
            column = getattr(targets, name)
            assert torch.equal(column[row, :count], getattr(expected, name)[0])
            assert not column[row, count:].any()


def test_images_without_objects():
    targets = make_targets([objects(), objects()], SIZE)
    assert targets.cell.shape == (2, 1)
    assert not targets.present.any()


def test_the_largest_are_kept(monkeypatch):
    monkeypatch.setattr("animot.atttrack.targets.MOST_OBJECTS", 2)
    some = objects([0, 0, 9, 9], [0, 0, 2, 2], [0, 0, 5, 40])
    assert largest(some).identity.tolist() == [3, 23]
    assert make_targets([some], SIZE).identity.tolist() == [[3, 23]]


def test_gaussians_are_merged_by_their_maximum():
    heat = np.zeros((9, 13), dtype=np.float32)
    draw_gaussian(heat, 4, 5, 2)
    one = heat.copy()
    draw_gaussian(heat, 6, 5, 2)
    assert heat.max() == 1
    assert (heat >= one).all()
    assert heat[5, 5] == one[5, 5] == pytest.approx(math.exp(-1 / (2 * (5 / 6) ** 2)))
