"""Perspective, obstacles and background of a made crowd."""

import numpy as np
import pytest

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_ground import (
    ASPECT,
    draw_background,
    draw_facade,
    draw_obstacles,
    perspective_of,
    texture,
)

VIEW = perspective_of(CrowdDifficulty(height=(20.0, 60.0)), 150, 271)


def test_sizes_grow_from_the_horizon_to_the_lower_border():
    assert VIEW.horizon == pytest.approx(45)
    heights = VIEW.height_at(np.array([0.0, 45.0, 97.5, 150.0, 400.0]))
    assert heights.tolist() == pytest.approx([20, 20, 40, 60, 60])


def test_obstacles_can_hide_anybody_who_stands_there():
    for seed in range(40):
        boxes = draw_obstacles(np.random.default_rng(seed), 1 + seed % 5, VIEW, 0.2)
        assert len(boxes) == 1 + seed % 5
        assert (np.diff(boxes[:, 3]) >= 0).all()
        tallest = VIEW.height_at(boxes[:, 3].astype(float)) * 1.2
        assert (boxes[:, 3] - boxes[:, 1] >= tallest + 2).all()
        assert (boxes[:, 2] - boxes[:, 0] >= ASPECT * tallest).all()
        assert boxes[:, 3].min() > VIEW.horizon
        assert boxes[:, 3].max() < 150
        assert boxes.mean(axis=0)[0] > 0
    assert draw_obstacles(np.random.default_rng(0), 0, VIEW, 0.2).shape == (0, 4)


def test_background_is_textured_ground_below_a_wall():
    differ = 0
    for seed in range(10):
        image, ground = draw_background(np.random.default_rng(seed), VIEW)
        assert image.shape == (150, 271, 3)
        assert image[33:].mean(axis=(0, 1)) == pytest.approx(ground, abs=10)
        assert image[33:].std(axis=(0, 1)).min() > 5
        differ += abs(image[:33].mean() - image[33:].mean()) > 10
    assert differ >= 5


def test_facades_fill_their_boxes():
    box = np.array([-5, 3, 18, 40])
    facade = draw_facade(np.random.default_rng(2), box, np.full(3, 120.0))
    assert facade.shape == (37, 23, 3)
    assert abs(facade.mean() - 120) > 10


def test_texture_has_several_grains():
    noise = texture(np.random.default_rng(0), 90, 130)
    assert abs(noise.mean()) < 5
    assert 5 < noise.std() < 15
    fine, coarse = np.diff(noise, axis=1).std(), (noise[:, 64:] - noise[:, :-64]).std()
    assert coarse > 1.3 * fine > 5
