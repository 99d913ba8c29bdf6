"""Cases counted by hand."""

import math

import pytest
from small_tracks import tracks_of

from animot.metrics import evaluate
from animot.metrics.evaluation import evaluate_by_frame

STILL = [{1: 0}] * 10

CASES = {
    "perfect": (
        [{1: 0, 2: 50}, {1: 0, 2: 52}, {2: 54}],
        [{1: 0, 2: 50}, {1: 0, 2: 52}, {2: 54}],
        {"CLR_TP": 5, "CLR_FN": 0, "CLR_FP": 0, "IDSW": 0, "Frag": 0, "MT": 2, "ML": 0}
        | {"MOTA": 1, "MOTP": 1, "IDF1": 1, "HOTA": 1, "AssA": 1, "LocA": 1, "FP_per_frame": 0},
    ),
    "all missed": (
        [{1: 0}, {1: 0}, {1: 0}],
        [{}, {}, {}],
        {"CLR_TP": 0, "CLR_FN": 3, "CLR_FP": 0, "ML": 1, "MT": 0, "IDFN": 3}
        | {"MOTA": 0, "IDF1": 0, "HOTA": 0, "LocA": 1},
    ),
    "all false": (
        [{1: 0}, {1: 0}],
        [{7: 100, 8: 200}, {7: 100}],
        {"CLR_TP": 0, "CLR_FN": 2, "CLR_FP": 3, "IDFP": 3, "IDFN": 2, "MOTA": -1.5}
        | {"FP_per_frame": 1.5, "HOTA": 0},
    ),
    "one switch": (
        STILL,
        [{4: 0}] * 6 + [{5: 0}] * 4,
        # 6 boxes with association 6/10, 4 with 4/10
        {"IDSW": 1, "Frag": 0, "MOTA": 0.9, "IDTP": 6, "IDF1": 0.6, "MT": 1}
        | {"AssA": 0.52, "HOTA": math.sqrt(0.52), "AssRe": 0.52, "AssPr": 1},
    ),
    "a fragment": (
        STILL,
        [{4: 0}] * 4 + [{4: 90}] * 3 + [{4: 0}] * 3,
        {"IDSW": 0, "Frag": 1, "CLR_FN": 3, "CLR_FP": 3, "MT": 0, "PT": 1, "MOTA": 0.4}
        | {"IDTP": 7, "DetA": 7 / 13, "AssA": 7 / 13, "HOTA": 7 / 13},
    ),
    # TrackEval skips a frame without any box of tracks: the track is not broken by it
    "no fragment across an empty frame": (
        STILL,
        [{4: 0}] * 4 + [{}] * 3 + [{4: 0}] * 3,
        {"Frag": 0, "IDSW": 0, "CLR_FN": 3, "MOTA": 0.7},
    ),
    "a switch after a gap, and a fragment": (
        [{1: 0, 2: 50}] * 5,
        [{4: 0, 6: 50}, {4: 0, 6: 50}, {6: 50}, {5: 0, 6: 50}, {5: 0, 6: 50}],
        {"IDSW": 1, "Frag": 1, "CLR_FN": 1, "IDTP": 7, "MT": 1, "PT": 1},
    ),
    "two tracks swapped": (
        [{1: 0, 2: 50}] * 4,
        [{1: 0, 2: 50}, {1: 0, 2: 50}, {2: 0, 1: 50}, {2: 0, 1: 50}],
        {"IDSW": 2, "CLR_TP": 8, "IDTP": 4, "IDF1": 0.5, "AssA": 1 / 3, "MOTA": 0.75},
    ),
    "just partly tracked, just not mostly": (
        [{1: 0, 2: 50, 3: 90}] * 5,
        [{4: 0, 5: 50, 6: 90}] + [{5: 50, 6: 90}] * 3 + [{6: 90}],
        {"MT": 1, "PT": 2, "ML": 0, "MTR": 1 / 3, "PTR": 2 / 3},
    ),
    # in the last frame 8 fits 2 better, but it has been following 1
    "a kept pair leaves its rival without": (
        [{1: 0}, {1: 0, 2: 3}, {1: 0, 2: 3}],
        [{8: 0}, {8: 1}, {8: 2}],
        {"CLR_TP": 3, "CLR_FN": 2, "IDSW": 0, "Frag": 0, "MOTP": (1 + 9 / 11 + 8 / 12) / 3},
    ),
    "frames empty on either side": (
        [{1: 0}, {}, {1: 0}, {}],
        [{}, {3: 0}, {3: 0}, {}],
        {"CLR_TP": 1, "CLR_FN": 1, "CLR_FP": 1, "CLR_Frames": 4, "FP_per_frame": 0.25, "PT": 1},
    ),
    "a kept pair beats a better one": (
        [{1: 0}, {1: 0}],
        [{4: 2}, {4: 2, 5: 0}],
        {"IDSW": 0, "CLR_TP": 2, "CLR_FP": 1, "MOTP": 2 / 3},
    ),
    "equal overlaps": (
        [{1: 10}],
        [{4: 8, 5: 12}],
        {"CLR_TP": 1, "CLR_FP": 1, "IDTP": 1, "MOTP": 2 / 3, "DetA": 13 / 19 * 0.5},
    ),
    "two overlap one of two": (
        [{1: 0, 2: 20}],
        [{4: 2, 5: -2}],
        {"CLR_TP": 1, "CLR_FN": 1, "CLR_FP": 1, "IDTP": 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_counted_by_hand(name):
    truth, tracks, expected = CASES[name]
    scores = evaluate(tracks_of(*tracks), tracks_of(*truth)).as_dict()
    assert {key: scores[key] for key in expected} == pytest.approx(expected, abs=1e-12)


def test_a_match_needs_the_threshold_and_no_more():
    truth, tracks = tracks_of({1: 0}), tracks_of({1: 5})  # IoU 1/3
    assert evaluate(tracks, truth, iou=1 / 3)["CLR_TP"] == 1
    assert evaluate(tracks, truth, iou=1 / 3)["IDTP"] == 1
    a_rounding_error_more = math.nextafter(1 / 3, 1)  # forgiven in CLEAR alone, as in TrackEval
    assert evaluate(tracks, truth, iou=a_rounding_error_more)["CLR_TP"] == 1
    assert evaluate(tracks, truth, iou=a_rounding_error_more)["IDTP"] == 0
    assert evaluate(tracks, truth, iou=0.34)["CLR_TP"] == 0
    assert evaluate(tracks, truth, iou=0.34)["IDTP"] == 0
    assert evaluate(tracks, truth, iou=0.9)["HOTA"] == evaluate(tracks, truth)["HOTA"]


def test_frames_of_the_longer_side_are_counted():
    scores = evaluate(tracks_of({1: 40}, num_frames=3), tracks_of({1: 0}, num_frames=8))
    assert scores["Frames"] == 8
    assert scores["FP_per_frame"] == 1 / 8


def test_each_frame_by_itself():
    """A miss, a switch that belongs to the frame after the gap, a false one, and an empty frame."""
    truth = tracks_of({1: 0, 2: 50}, {1: 0, 2: 50}, {1: 0}, {}, {1: 0})
    tracks = tracks_of({4: 0, 6: 50}, {6: 50}, {5: 0, 9: 90}, {8: 0}, {5: 0})
    found = evaluate_by_frame(tracks, truth)
    assert found.tp.tolist() == [2, 1, 1, 0, 1]
    assert found.fn.tolist() == [0, 1, 0, 0, 0]
    assert found.fp.tolist() == [0, 0, 1, 1, 0]
    assert found.switches.tolist() == [0, 0, 1, 0, 0]
