import numpy as np
import pytest
from small_tracks import made_pair, tracks_of

from animot.data.truth import Truth
from animot.errors import InputError
from animot.metrics import evaluate
from oracles.mot_scores import all_scores, frames_of, without_distractors

# a pedestrian at 0, one that does not count at 50, a distractor at 100, a car at 150
TRUTH = Truth(
    tracks=tracks_of({1: 0, 2: 50, 3: 100, 4: 150}),
    counts=np.array([True, False, True, True]),
    class_id=np.array([1, 1, 8, 3]),
)
TRACKS = tracks_of({11: 0, 12: 50, 13: 101, 14: 150, 15: 999})


def counts(benchmark, truth=TRUTH):
    scores = evaluate(TRACKS, truth, benchmark=benchmark)
    return scores["CLR_TP"], scores["CLR_FN"], scores["CLR_FP"]


def test_classes_and_flags_decide_what_counts():
    assert counts("plain") == (4, 0, 1)
    assert counts("MOT15") == (3, 0, 2)
    assert counts("MOT16") == counts("MOT17") == counts("MOT20") == (1, 0, 3)
    assert counts(None) == counts("MOT17")


def test_without_classes_flags_decide():
    flagged = Truth(tracks=TRUTH.tracks, counts=TRUTH.counts)
    assert counts(None, flagged) == counts("MOT15")
    assert counts(None, TRUTH.tracks) == counts("plain")
    with pytest.raises(InputError, match="no classes 1 to 13 in column 8, which MOT20 needs"):
        counts("MOT20", flagged)


@pytest.mark.parametrize(
    ("class_id", "removed"),
    [(2, True), (7, True), (8, True), (12, True), (1, False), (3, False), (6, False), (13, False)],
)
def test_distractors_take_their_matches_away(class_id, removed):
    truth = Truth(tracks=TRUTH.tracks, counts=TRUTH.counts, class_id=np.array([1, 1, class_id, 3]))
    assert counts("MOT17", truth)[2] == (3 if removed else 4 - (class_id == 1))
    assert counts("MOT20", truth)[2] == (3 if removed or class_id == 6 else 4 - (class_id == 1))


def test_a_distractor_takes_only_the_box_that_matches_it_best():
    truth = Truth(
        tracks=tracks_of({1: 100, 2: 104}), counts=np.ones(2, dtype=bool), class_id=np.array([1, 8])
    )
    scores = evaluate(tracks_of({5: 101, 6: 104}), truth)
    assert (scores["CLR_TP"], scores["CLR_FP"], scores["Dets"]) == (1, 0, 1)
    # a box that overlaps the distractor by less than half stays, whatever the threshold
    scores = evaluate(tracks_of({5: 101, 6: 109}), truth, iou=0.1)
    assert scores["Dets"] == 2


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_equals_the_definition(seed):
    tracks, others = made_pair(seed, objects=9, frames=13, spread=25.0)
    rng = np.random.default_rng(seed)
    kind_of = rng.choice([1, 1, 1, 7, 12, 3], 9)
    flag = rng.random(len(tracks)) < 0.8
    kinds = kind_of[tracks.track_id]
    truth = Truth(tracks=tracks, counts=flag, class_id=kinds)
    keys = list(zip(tracks.frame.tolist(), tracks.track_id.tolist(), strict=True))
    frames = without_distractors(
        frames_of(tracks, others),
        dict(zip(keys, kinds.tolist(), strict=True)),
        dict(zip(keys, flag.tolist(), strict=True)),
        {2, 7, 8, 12},
    )
    expected = all_scores(frames)
    scores = evaluate(others, truth).as_dict()
    assert {key: scores[key] for key in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("iou", [0.0, -0.5, 1.5, float("nan")])
def test_thresholds_out_of_range_are_refused(iou):
    with pytest.raises(InputError, match="give one above 0, at most 1"):
        evaluate(TRACKS, TRUTH, iou=iou)
