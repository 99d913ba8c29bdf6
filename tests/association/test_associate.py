from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np
import pytest

import animot
from animot.association.associate import associate
from animot.association.config import AssociationConfig
from animot.detections import Detections
from animot.errors import InputError


def walkers(num_frames=40, gap=None, **more):
    """Two objects that walk apart; the first is not detected in the frames of the gap."""
    rows = [
        (t, 100 - 2 * t if side else 140 + 2 * t)
        for t in range(num_frames)
        for side in (0, 1)
        if side or gap is None or t not in gap
    ]
    frame, x = np.array(rows).T
    left_top = np.stack([x, np.full(len(x), 50)], axis=1).astype(float)
    return Detections(
        frame=frame,
        box=np.concatenate([left_top, left_top + np.array([20, 50])], axis=1),
        confidence=np.full(len(x), 0.9),
        num_frames=num_frames,
        **more,
    )


def test_frames_and_times_are_those_of_the_sequence():
    tracks = associate(walkers(), fps=10.0)
    assert tracks.num_frames == 40
    assert sorted(set(tracks.track_id.tolist())) == [1, 2]
    assert len(tracks) == 80
    np.testing.assert_allclose(tracks.time, np.arange(40) / 10)


@pytest.mark.parametrize(("fps", "identities"), [(30.0, 2), (5.0, 3)])
def test_the_frame_rate_decides_how_long_a_gap_is(fps, identities):
    """Twenty frames are two thirds of a second, or four seconds."""
    tracks = associate(walkers(gap=range(10, 30)), fps=fps)
    assert len(np.unique(tracks.track_id)) == identities


def test_times_go_before_the_frame_rate():
    times = np.arange(40) / 5.0
    tracks = associate(walkers(gap=range(10, 30), time=times), fps=30.0)
    assert len(np.unique(tracks.track_id)) == 3
    np.testing.assert_array_equal(tracks.time, times)


def test_settings_are_used():
    short = AssociationConfig(lost_seconds=0.2)
    tracks = associate(walkers(gap=range(10, 30)), fps=30.0, config=short)
    assert len(np.unique(tracks.track_id)) == 3


def test_embeddings_are_used():
    """Two objects swap places between two frames; only their looks tell."""
    x = np.array([100.0, 120, 100, 120, 118, 102])
    left_top = np.stack([x, np.full(6, 50.0)], axis=1)
    boxes = Detections(
        frame=np.array([0, 0, 1, 1, 2, 2]),
        box=np.concatenate([left_top, left_top + np.array([40, 100])], axis=1),
        confidence=np.full(6, 0.9),
        num_frames=3,
    )
    looks = replace(boxes, embedding=np.eye(2)[[0, 1, 0, 1, 0, 1]])
    for detections, moved in ((boxes, False), (looks, True)):
        tracks = associate(detections)
        first = tracks.track_id == tracks.track_id[tracks.box[:, 0].argmin()]
        assert (tracks.box[first][2, 0] > 108) == moved


@pytest.mark.parametrize("num_frames", [0, 3])
def test_no_detections(num_frames):
    nothing = Detections(
        frame=np.zeros(0, dtype=np.int64),
        box=np.zeros((0, 4)),
        confidence=np.zeros(0),
        num_frames=num_frames,
    )
    tracks = associate(nothing)
    assert (len(tracks), tracks.num_frames) == (0, num_frames)


@pytest.mark.parametrize("fps", [0.0, -5.0, float("nan"), float("inf")])
def test_frame_rates_that_are_none(fps):
    with pytest.raises(InputError, match="frame rate"):
        associate(walkers(), fps=fps)


MOT17 = {"04": (1050, 30.0), "05": (837, 14.0), "09": (525, 30.0), "11": (900, 30.0)}


def test_scores_on_mot17(shared_data):
    """Public detections; the best of SORT, ByteTrack and OC-SORT has 51.7, 53.9 and 60.6."""
    scores = []
    for number, (num_frames, fps) in MOT17.items():
        name = f"MOT17-{number}-FRCNN"
        det = shared_data / "mot17-mini" / name / "det" / "det.txt"
        gt = shared_data / "mot-pairs" / "mot17" / "gt" / name / "gt" / "gt.txt"
        tracks = animot.associate(animot.read_detections(det, num_frames), fps=fps)
        scores.append(animot.evaluate(tracks, animot.read_truth(gt, num_frames)))
    overall = reduce(add, scores)
    assert overall["HOTA"] > 0.530
    assert overall["MOTA"] > 0.543
    assert overall["IDF1"] > 0.615


def test_scores_on_pets(shared_data):
    """Public detections; the best of the others has a MOTA of 57.8."""
    pets = shared_data / "pets09-s2l1"
    detections = animot.read_detections(pets / "det" / "det_sort_frcnn.txt", 795)
    tracks = animot.associate(detections, fps=10.0).between(0, 529)
    scores = animot.evaluate(tracks, animot.read_truth(pets / "gt" / "gt_000001-000530.txt", 530))
    assert scores["MOTA"] > 0.580
    assert scores["IDF1"] > 0.55
