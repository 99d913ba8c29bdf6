"""Putting people and obstacles into frames."""

import numpy as np
import pytest

from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_drawing import (
    back_to_front,
    cast_shadow,
    draw_obstacle,
    draw_person,
    visibility,
)
from animot.data.crowd_figure import silhouette

HEIGHT, WIDTH = 110, 190
WHITE = np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)


def looks(count, every=9, **difficulty):
    """Scenes and who stands in them, in some frames of several streams."""
    video = CrowdVideo(4, CrowdDifficulty(**difficulty), height=HEIGHT, width=WIDTH)
    return [video._look(stream, every * stream) for stream in range(count)]


def test_boxes_are_exactly_the_drawn_figures():
    seen = cut = 0
    for scene, standing in looks(12):
        assert scene.facades
        for rank, box in enumerate(standing.box):
            image = WHITE.copy()
            draw_person(image, standing, rank)
            changed = (image != 255).any(axis=2)
            rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
            inside = np.clip(box, 0, [WIDTH, HEIGHT, WIDTH, HEIGHT]).tolist()
            whole = inside == box
            if whole:
                assert [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1] == box
            elif len(rows):
                drawn = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
                assert (np.array(drawn[:2]) >= inside[:2]).all()
                assert (np.array(drawn[2:]) <= inside[2:]).all()
            seen, cut = seen + whole, cut + (not whole)
    assert seen > 80
    assert cut > 8


def test_who_is_cut_by_the_border_is_drawn_as_in_a_larger_frame():
    compared = 0
    for _, standing in looks(8):
        for rank, (left, top, right, bottom) in enumerate(standing.box):
            image, large = WHITE.copy(), np.full((HEIGHT + 80, WIDTH + 80, 3), 255, dtype=np.uint8)
            draw_person(image, standing, rank)
            standing.box[rank] = [left + 40, top + 40, right + 40, bottom + 40]
            draw_person(large, standing, rank)
            np.testing.assert_array_equal(image, large[40:-40, 40:-40])
            compared += 1
    assert compared > 60


def test_the_farthest_comes_first():
    behind = 0
    for scene, standing in looks(12):
        order = back_to_front(standing, scene)
        assert len(order) == len(standing.box) + len(scene.obstacles)
        assert [rank for is_person, rank in order if is_person] == list(range(len(standing.box)))
        feet = [
            standing.box[rank][3] if is_person else scene.obstacles[rank][3]
            for is_person, rank in order
        ]
        assert (np.diff(feet) >= 0).all()
        kinds = [is_person for is_person, _ in order]
        behind += kinds != sorted(kinds)
    assert behind > 6


def test_obstacles_are_pasted():
    scene, _ = looks(3)[2]
    for rank, (left, top, right, bottom) in enumerate(scene.obstacles.tolist()):
        image = WHITE.copy()
        draw_obstacle(image, scene, rank)
        shown = image[max(top, 0) : bottom, max(left, 0) : right]
        there = scene.facades[rank][max(-top, 0) :, max(-left, 0) :]
        np.testing.assert_array_equal(shown, there[: shown.shape[0], : shown.shape[1]])
        image[max(top, 0) : bottom, max(left, 0) : right] = 255
        assert (image == 255).all()


def test_shadows_lie_at_the_feet_and_are_as_dark_as_asked():
    box = [80, 20, 100, 74]
    image = WHITE.copy()
    cast_shadow(image, box, 0.4)
    dark = (image != 255).any(axis=2)
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert 67 <= rows[0] < 74 <= rows[-1] <= 79
    assert (columns[0], columns[-1]) == pytest.approx((81, 119), abs=2)
    assert image.min() == round(0.6 * 255)
    cast_shadow(image, [300, 20, 320, 74], 1.0)
    cast_shadow(clear := WHITE.copy(), box, 0.0)
    assert (clear == 255).all()


def test_visibility_is_what_is_left_of_the_silhouettes():
    """Pixel by pixel: a figure is seen where nothing nearer is."""
    some = 0
    for scene, standing in looks(10, every=7, people=(25.0, 25.0)):
        found = visibility(standing, scene, (HEIGHT, WIDTH))
        masks = []
        for rank, (left, top, right, bottom) in enumerate(standing.box):
            mask = np.zeros((400, 600), dtype=bool)
            whole = silhouette(
                (right - left, bottom - top), standing.phase[rank], standing.mirrored[rank]
            )
            mask[top + 100 : bottom + 100, left + 100 : right + 100] = whole
            masks.append(mask)
        frame = np.zeros((400, 600), dtype=bool)
        frame[100 : 100 + HEIGHT, 100 : 100 + WIDTH] = True
        for rank, mask in enumerate(masks):
            seen = mask & frame
            for nearer in masks[rank + 1 :]:
                seen &= ~nearer
            for left, top, right, bottom in scene.obstacles.tolist():
                if bottom > standing.box[rank][3]:
                    seen[top + 100 : bottom + 100, left + 100 : right + 100] = False
            assert found[rank] == pytest.approx(seen.sum() / mask.sum())
            some += 0.05 < found[rank] < 0.95
    assert some > 30


def test_an_empty_scene():
    scene, standing = looks(1)[0]
    for column in vars(standing).values():
        column.clear()
    assert len(visibility(standing, scene, (HEIGHT, WIDTH))) == 0
