"""Masks of what is tracked, as seen."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_model

from animot.association.config import AssociationConfig
from animot.data.made_sequence import MadeSequence
from animot.data.split import VALIDATION_STREAMS
from animot.made_sets import make_video
from animot.saved import load_model
from animot.tba.seen_mask import seen_masks
from animot.tba.tracker import TBATracker
from animot.tracker import Frame, follow

H, W = 40, 60
ALL = np.ones((H, W), dtype=bool)


def test_a_mask_is_stretched_over_its_box():
    grid = np.zeros((1, 4, 3))
    grid[0, 1:3, 1:] = 1  # rows 1 and 2 of four, columns 1 and 2 of three
    box = np.array([[12.0, 8, 30, 24]]) / [W, H, W, H]  # 6 by 4 pixels a value
    expected = np.zeros((H, W), dtype=bool)
    expected[12:20, 18:30] = True
    np.testing.assert_array_equal(seen_masks(grid, box, ALL)[0], expected)


def test_what_does_not_differ_from_the_background_is_not_seen():
    differing = np.zeros((H, W), dtype=bool)
    differing[:, 20:25] = True
    seen = seen_masks(np.ones((1, 2, 2)), np.array([[0.2, 0.25, 0.8, 0.75]]), differing)[0]
    assert seen[10:30, 20:25].all()
    assert seen.sum() == 20 * 5


def test_what_lies_outside_of_the_frame_is_cut_off():
    seen = seen_masks(np.ones((1, 2, 2)), np.array([[-0.5, -0.5, 0.5, 0.5]]), ALL)[0]
    assert seen[:20, :30].all()
    assert seen.sum() == 20 * 30
    assert seen_masks(np.zeros((0, 2, 2)), np.zeros((0, 4)), ALL).shape == (0, H, W)


@pytest.mark.parametrize("name", ["sprites", "mnist"])
def test_masks_of_shipped_models_are_what_is_there(name):
    """Four in five of the pixels that are not background belong to an object, and few others."""
    made = make_video(name, 0, None, None)
    model = load_model(name)
    tracker = model.tracker(model.cameras[0], masks=True)
    sequence = MadeSequence(made=made, stream=VALIDATION_STREAMS[0], num_frames=40)
    there = found = both = 0
    for _, frame, objects in follow(tracker, sequence.frames(), tracker.start()):
        thing, seen = frame.image.max(axis=2) > 60, objects.mask.any(axis=0)
        there, found, both = there + thing.sum(), found + seen.sum(), both + (thing & seen).sum()
        assert objects.mask.shape == (len(objects), 128, 128)
    assert both > 0.8 * there > 1000
    assert both > 0.8 * found


def test_tracks_have_the_masks_of_their_detections():
    """With association, masks go to the tracks, and nothing to tracks that are not seen."""
    rng = np.random.default_rng(0)
    config = replace(TINY, association=AssociationConfig(birth_confidence=0.5))
    height, width = config.frame_size
    images = rng.integers(0, 256, (6, height, width, 3), dtype=np.uint8)
    black = np.zeros_like(images[0])
    plain, associated = (
        TBATracker(
            make_model(replace(config, association=a), bias=3.0, dtype=torch.float32),
            black,
            masks=True,
        )
        for a in (None, config.association)
    )
    states = [plain.start(), associated.start()]
    compared = 0
    for n, image in enumerate(images):
        frame = Frame(index=n, time=n / 10, image=image)
        states[0], raw = plain.step(states[0], frame)
        states[1], tracks = associated.step(states[1], frame)
        for mask, row in zip(tracks.mask, tracks.detection, strict=True):
            expected = raw.mask[row] if row >= 0 else np.zeros_like(mask)
            np.testing.assert_array_equal(mask, expected)
            compared += bool(mask.any())
    assert compared > 3


def test_masks_are_made_only_where_they_are_wanted():
    model = make_model(TINY, bias=3.0, dtype=torch.float32)
    height, width = TINY.frame_size
    tracker = TBATracker(model, np.zeros((height, width, 3), dtype=np.uint8))
    frame = Frame(index=0, time=0.0, image=np.full((height, width, 3), 200, dtype=np.uint8))
    assert tracker.step(tracker.start(), frame)[1].mask is None
