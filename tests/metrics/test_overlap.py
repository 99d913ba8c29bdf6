import numpy as np
import pytest
from small_tracks import made_pair, some_of, tracks_of

from animot import boxes
from animot.metrics import overlap
from animot.metrics.overlap import compare
from animot.tracks import Tracks


def dense(comparison):
    """IoU of every pair of rows, 0 where the comparison has no pair."""
    found = np.zeros((len(comparison.truth_frame), len(comparison.track_frame)))
    found[comparison.pair_truth, comparison.pair_track] = comparison.pair_iou
    return found


def plain(truth, tracks):
    same_frame = truth.frame[:, None] == tracks.frame[None]
    return np.where(same_frame, boxes.iou(truth.box, tracks.box), 0)


@pytest.mark.parametrize("pairs_at_once", [1, 40, 10**6])
def test_pairs_are_those_that_overlap(monkeypatch, pairs_at_once):
    monkeypatch.setattr(overlap, "PAIRS_AT_ONCE", pairs_at_once)
    truth, tracks = made_pair(3, objects=5, frames=11, spread=20.0)
    comparison = compare(truth, tracks)
    expected = plain(truth, tracks)
    np.testing.assert_allclose(dense(comparison), expected, atol=1e-15)
    assert len(comparison.pair_iou) == (expected > 0).sum()
    order = np.lexsort((comparison.pair_track, comparison.pair_truth))
    assert (order == np.arange(len(order))).all()


def test_boxes_that_only_touch_or_are_empty_or_turned_do_not_overlap():
    box = np.array([[-5.0, -5, 5, 5], [5, -5, 9, 5], [0, 0, 0, 3], [3, 3, 1, 1], [9, 9, 30, 30]])
    others = Tracks(
        frame=np.zeros(5, dtype=int),
        track_id=np.arange(5),
        box=box,
        confidence=np.ones(5),
        num_frames=1,
    )
    comparison = compare(some_of(others, np.arange(5) == 0), others)
    assert comparison.pair_track.tolist() == [0]
    assert comparison.pair_iou.tolist() == [1.0]
    assert len(compare(some_of(others, np.arange(5) == 3), others).pair_iou) == 0


@pytest.mark.parametrize(("size", "pairs"), [(1e-9, 0), (1e-7, 1)])
def test_a_box_smaller_than_a_rounding_error_overlaps_nothing(size, pairs):
    """TrackEval takes such areas for 0."""
    speck, whole = square(size), square(10.0)
    assert len(compare(speck, whole).pair_iou) == pairs
    assert len(compare(whole, speck).pair_iou) == pairs


def square(size):
    return Tracks(
        frame=np.zeros(1, dtype=int),
        track_id=np.ones(1, dtype=int),
        box=np.array([[0, 0, size, size]]),
        confidence=np.ones(1),
        num_frames=1,
    )


def test_float32_boxes_are_compared_in_double_precision():
    truth, tracks = made_pair(5)
    short = Tracks(
        frame=tracks.frame,
        track_id=tracks.track_id,
        box=tracks.box.astype(np.float32),
        confidence=tracks.confidence,
        num_frames=tracks.num_frames,
    )
    assert compare(truth, short).pair_iou.dtype == np.float64
    np.testing.assert_allclose(dense(compare(truth, short)), plain(truth, tracks), atol=1e-5)


def test_keeping_some_boxes_equals_comparing_only_those():
    truth, tracks = made_pair(8, objects=6, frames=9, spread=20.0)
    rng = np.random.default_rng(8)
    truth_kept, track_kept = rng.random(len(truth)) < 0.6, rng.random(len(tracks)) < 0.7
    kept = compare(truth, tracks).keep(truth_kept, track_kept)
    again = compare(some_of(truth, truth_kept), some_of(tracks, track_kept))
    for field in ("truth_id", "track_id", "truth_frame", "pair_truth", "pair_track", "pair_iou"):
        np.testing.assert_array_equal(getattr(kept, field), getattr(again, field))


def test_identities_are_numbered_without_gaps():
    comparison = compare(tracks_of({70: 0, 9: 30}, {70: 0}), tracks_of({}, {5: 0}))
    assert comparison.truth_id.tolist() == [0, 1, 1]
    assert comparison.truth_lengths.tolist() == [1, 2]
    assert (comparison.num_truths, comparison.num_tracks) == (2, 1)
