"""Boxes that end where what is drawn ends."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_model

from animot.tba.extent import Extent, reach, stands_free, visible_part
from animot.tba.output import OutputNetwork
from animot.tba.tracker import TBATracker
from animot.tba.turns import Turns
from animot.tracker import Frame, track

(U, V), (H, W) = TINY.patch_size, TINY.frame_size
I = TINY.num_trackers
WHOLE = [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ([0, 0, 4, 4, 0, 0, 0, 0], (2 / 8, 4 / 8)),
        ([4, 4, 4, 4], (0.0, 1.0)),
        ([0, 0, 0, 0], (0.0, 1.0)),
        ([1, 4, 1, 0], ((0.5 + 1 / 3) / 4, (2 + 1 / 6) / 4)),
        ([4, 0, 0, 3], (0.0, (3.5 + 1 / 3) / 4)),
    ],
)
def test_reach_is_linear_between_the_middles_of_pixels(profile, expected):
    assert reach(np.array(profile, dtype=float), 0.5) == pytest.approx(expected)


def test_a_low_edge_lies_further_out():
    profile = np.array([0.0, 0.2, 0.6, 1.0, 0.6, 0.2, 0.0])
    (low, high), (far_low, far_high) = reach(profile, 0.5), reach(profile, 0.1)
    assert far_low < low < high < far_high


def drawn_block(rows, columns, value=0.8):
    mask = np.zeros((1, 1, U, V))
    mask[0, 0, rows, columns] = 1
    return mask, np.full((1, 3, U, V), value)


def test_visible_part_of_a_block():
    """Pixels 2 to 4 of 9 rows and 3 to 6 of 8 columns; edges halfway between pixels."""
    part = visible_part(
        np.array([[0.2, 0.1, 0.5, 0.6]]),
        *drawn_block(slice(2, 5), slice(3, 7)),
        np.zeros((H, W, 3)),
        0.5,
    )
    np.testing.assert_allclose(part, [[3 / V, 2 / U, 7 / V, 5 / U]])


def test_what_looks_like_the_background_does_not_count():
    """The right half of the frame has the colour of what is drawn."""
    background = np.zeros((40, 60, 3))
    background[:, 30:] = 0.8
    mask, appearance = drawn_block(slice(0, U), slice(0, V))
    box = np.array([[0.25, 0.25, 0.75, 0.75]])
    part = visible_part(box, mask, appearance, background, 0.5)
    np.testing.assert_allclose(part, [[0, 0, 0.5, 1]])


def test_a_patch_outside_sees_the_border_of_the_background():
    background = np.zeros((H, W, 3))
    background[:, 0] = 0.8
    box = np.array([[-0.6, 0.2, -0.1, 0.7]])
    block = drawn_block(slice(2, 5), slice(3, 7))
    np.testing.assert_allclose(visible_part(box, *block, background, 0.5), [WHOLE])


def test_what_touches_nothing_stands_free():
    box = np.array(
        [[0, 0, 2, 2], [1, 1, 3, 3], [3, 0, 4, 2], [0, 0, 9, 9], [5, 5, 6, 6]], dtype=float
    )
    there = np.array([True, True, True, False, True])
    assert stands_free(box, there).tolist() == [False, False, True, False, True]


def test_parts_are_learned_while_objects_stand_free():
    """A new one is seen at once, a free one is averaged, one in a crowd is not looked at."""
    extent = Extent.start(3)
    rows, nobody = np.array([0, 2]), np.zeros(3, dtype=bool)
    first = np.array([[0.2, 0.2, 0.8, 0.8], [0.4, 0.0, 1.0, 0.6]])
    extent = extent.see(rows, first, new=np.array([True, False, True]), free=nobody)
    np.testing.assert_allclose(extent.part, [first[0], WHOLE, first[1]])
    free = np.array([True, True, False])
    extent = extent.see(rows, np.array([[0.4, 0.4, 1, 1], [0.9] * 4]), new=nobody, free=free)
    np.testing.assert_allclose(extent.part, [[0.3, 0.3, 0.9, 0.9], WHOLE, first[1]])
    assert extent.frames.tolist() == [2, 0, 1]
    boxes = extent.of(np.array([[10.0, 20, 30, 40], [1, 2, 3, 4], [0, 0, 10, 20]]))
    np.testing.assert_allclose(boxes, [[16, 26, 28, 38], [1, 2, 3, 4], [4, 0, 10, 12]])


def test_new_objects_start_anew():
    extent = Extent(part=np.tile([0.3, 0.3, 0.5, 0.5], (2, 1)), frames=np.array([7.0, 7.0]))
    none, both = np.zeros(2, dtype=bool), np.ones(2, dtype=bool)
    seen = np.array([[0.1, 0.1, 0.9, 0.9]])
    after = extent.see(np.array([1]), seen, new=np.array([False, True]), free=none)
    np.testing.assert_allclose(after.part, [[0.3, 0.3, 0.5, 0.5], seen[0]])
    again = after.see(np.array([1]), seen, new=none, free=both)
    assert again.frames.tolist() == [7, 2]


def test_boxes_that_fit_what_is_drawn(monkeypatch):
    """The tracker reports the block that is drawn in its patch; without the option, the patch."""

    def look(self, hidden, noise):
        mask, appearance = drawn_block(slice(2, 5), slice(3, 7))
        n = len(hidden)
        assert n == 1  # of those that hold something
        drawn = (torch.from_numpy(pixels).repeat(n, 1, 1, 1) for pixels in (mask, appearance))
        return torch.ones(n, 1), *drawn

    monkeypatch.setattr(OutputNetwork, "look", look)

    def boxes(edge):
        model = make_model(replace(TINY, box_edge=edge), dtype=torch.float32)
        tracker = TBATracker(model, np.zeros((H, W, 3), dtype=np.uint8))
        turns = Turns(
            confidence=torch.tensor([[0.2, 0.9, 0.1, 0.0, 0.0]]),
            pose=torch.zeros(1, I, 4),
            hidden=torch.zeros(1, I, TINY.hidden_size),
            saliency=torch.ones(1, I),
        )
        tracker.take_turns = lambda *given: (given[-1], turns)
        image = np.zeros((H, W, 3), dtype=np.uint8)
        return track(tracker, [Frame(index=n, time=n / 25, image=image) for n in range(2)]).box

    left, top = (W - V) / 2, (H - U) / 2
    np.testing.assert_allclose(boxes(None), [[left, top, left + V, top + U]] * 2, rtol=1e-5)
    fitted = [left + 3, top + 2, left + 7, top + 5]
    np.testing.assert_allclose(boxes(0.5), [fitted] * 2, rtol=1e-5)
