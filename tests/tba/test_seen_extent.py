"""Boxes that begin and end where the foreground does."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY_FAST, make_model

from animot.tba.seen_extent import BEYOND, LEAST_OF_ROW, to_seen_extent
from animot.tba.tracker import TBATracker
from animot.tracker import Frame, track

H, W = 100, 50


def foreground(*parts):
    """Rectangles of pixels: top, bottom, left, right."""
    seen = np.zeros((H, W), dtype=bool)
    for top, bottom, left, right in parts:
        seen[top:bottom, left:right] = True
    return seen


def fitted(box, *parts):
    """A box in pixels (left, top, right, bottom), and back."""
    size = np.array([W, H, W, H])
    return (to_seen_extent(np.array([box]) / size, foreground(*parts))[0] * size).round(6).tolist()


BOX = [10.0, 30.0, 20.0, 70.0]


def test_a_box_ends_where_the_foreground_does_and_its_sides_stay():
    assert fitted(BOX, (37, 64, 12, 18)) == [10, 37, 20, 64]


def test_what_reaches_a_little_beyond_the_box_is_seen():
    assert fitted(BOX, (27, 74, 12, 18)) == [10, 27, 20, 74]
    # No farther than that: what follows may be another thing.
    assert fitted(BOX, (5, 95, 12, 18)) == [10, 30 - BEYOND * 40, 20, 70 + BEYOND * 40]


def test_a_row_with_a_little_foreground_does_not_count():
    wide, narrow = (35, 63, 10, 20), (63, 68, 10, 10 + int(LEAST_OF_ROW * 10))
    assert fitted(BOX, wide, narrow) == [10, 35, 20, 63]


@pytest.mark.parametrize(
    "parts",
    [[], [(40, 65, 10, 20)], [(35, 64, 30, 40)]],
    ids=["nothing", "too little", "beside"],
)
def test_a_box_stays_where_its_thing_is_not_seen(parts):
    assert fitted(BOX, *parts) == BOX


def test_a_gap_within_is_part_of_it():
    assert fitted(BOX, (35, 42, 10, 20), (55, 66, 10, 20)) == [10, 35, 20, 66]


def test_what_the_border_cuts_goes_on_outside():
    above = [10.0, -4.0, 20.0, 40.0]
    assert fitted(above, (0, 30, 10, 20)) == [10, -4, 20, 30]
    below = [10.0, 60.0, 20.0, 105.0]
    assert fitted(below, (65, H, 10, 20)) == [10, 65, 20, 105]
    outside = [60.0, 20.0, 70.0, 40.0]
    assert fitted(outside, (20, 40, 10, 20)) == outside


def test_no_boxes():
    assert to_seen_extent(np.zeros((0, 4)), foreground()).shape == (0, 4)


def test_the_tracker_reports_such_boxes_where_it_is_asked_to():
    """A model that is sure of all its boxes, and one thing that is seen."""
    h, w = TINY_FAST.frame_size
    image = np.zeros((h, w, 3), dtype=np.uint8)
    image[4:15, 6:20] = 255
    background = np.zeros((h, w, 3), dtype=np.uint8)
    boxes = []
    for wanted in (False, True):
        model = make_model(replace(TINY_FAST, seen_extent=wanted), bias=3.0, dtype=torch.float32)
        frames = [Frame(index=0, time=0.0, image=image)]
        boxes.append(track(TBATracker(model, background), frames).box)
    plain, seen = boxes
    scale = np.array([w, h, w, h])
    expected = to_seen_extent(plain / scale, image[..., 0] > 0) * scale
    assert len(plain) > 0
    assert not np.allclose(plain, expected)
    np.testing.assert_allclose(seen, expected)
