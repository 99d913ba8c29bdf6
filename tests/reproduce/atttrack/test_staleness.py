import numpy as np
import pytest
from made_scores import gap, scored

from animot.metrics.clear import FrameCounts
from animot.reproduce.atttrack.score import NO_GAP, count_by_gap
from animot.reproduce.atttrack.staleness import by_gap, off_key_frames, stale_of


def frames(tp, fn, fp, switches):
    names = ("tp", "fn", "fp", "switches")
    return FrameCounts(**dict(zip(names, map(np.array, (tp, fn, fp, switches)), strict=True)))


def test_counts_of_frames_add_up_by_gap_over_sequences():
    one = ([0, 1, 2, 0], frames([5, 4, 3, 2], [0, 1, 2, 3], [1, 0, 0, 7], [0, 0, 1, 0]))
    other = ([0, 1], frames([9, 8], [1, 2], [0, 4], [0, 2]))
    assert count_by_gap([one, other]) == (
        gap(0, 3, 20, 8, 4, 0),
        gap(1, 2, 15, 4, 3, 2),
        gap(2, 1, 5, 0, 2, 1),
    )


def test_frames_without_a_key_frame_before_them_count_for_no_gap():
    some = ([NO_GAP, NO_GAP], frames([1, 1], [0, 0], [0, 0], [0, 0]))
    assert count_by_gap([some]) == ()


def test_scores_by_gap_over_seeds():
    first = scored("atttrack", every=3, gaps=(gap(0, 5, 50, 2, 3, 0), gap(1, 5, 40, 4, 10, 1)))
    second = scored(
        "atttrack", every=3, seed=2, gaps=(gap(1, 5, 60, 6, 8, 1), gap(2, 1, 20, 0, 5, 0))
    )
    found = by_gap([first, second])
    assert list(found) == [0, 1, 2]
    assert (found[0].mota, found[0].recall) == pytest.approx((0.9, 0.94))
    assert (found[1].mota, found[1].recall) == pytest.approx((0.7, 0.82))
    others = off_key_frames([first, second])
    assert (others.mota, others.recall) == pytest.approx((1 - 35 / 120, 1 - 23 / 120))
    assert off_key_frames([scored("student")]) is None
    assert stale_of([]) is None
