import numpy as np
import pytest

from animot.data.mot import read_truth
from animot.data.truth import Truth
from animot.errors import InputError
from animot.tracks import Tracks

ROWS = "2,5,1,1,9,9,1,7,0.5\n1,5,1,1,9,9,0,1,1\n1,3,1,1,9,9,1,2,0\n"


def truth_of(tmp_path, text):
    (tmp_path / "gt.txt").write_text(text)
    return read_truth(tmp_path / "gt.txt")


def test_flags_and_classes_stay_with_their_boxes(tmp_path):
    truth = truth_of(tmp_path, ROWS)
    assert truth.tracks.frame.tolist() == [0, 0, 1]
    assert truth.tracks.track_id.tolist() == [3, 5, 5]
    assert truth.counts.tolist() == [True, False, True]
    assert truth.class_id.tolist() == [2, 1, 7]


@pytest.mark.parametrize("column", ["-1", "4.4852", "0", "14", "1.5"])
def test_column_8_holds_classes_only_if_it_does_throughout(tmp_path, column):
    assert truth_of(tmp_path, f"1,1,1,1,9,9,1,{column},-1\n1,2,1,1,9,9,1,1,-1\n").class_id is None
    assert truth_of(tmp_path, "1,1,1,1,9,9,1,13,-1\n").class_id.tolist() == [13]


@pytest.mark.parametrize(
    ("flag", "counts"), [("0", False), ("0.0", False), ("0.5", True), ("-1", True)]
)
def test_only_a_flag_of_zero_takes_a_box_out(tmp_path, flag, counts):
    truth = truth_of(tmp_path, f"1,1,1,1,9,9,{flag}\n")
    assert truth.counts.tolist() == [counts]
    assert truth.class_id is None


def test_without_a_flag_every_box_counts(tmp_path):
    assert truth_of(tmp_path, "1,1,1,1,9,9\n").counts.tolist() == [True]


def test_a_range_of_frames(tmp_path):
    rows = "1,1,1,1,9,9,0,7\n2,1,1,1,9,9,1,2\n3,1,1,1,9,9,0,5\n"
    part = truth_of(tmp_path, rows).between(1, 1)
    assert part.tracks.frame.tolist() == [0]
    assert (part.counts.tolist(), part.class_id.tolist()) == ([True], [2])


def test_marks_must_fit_the_tracks():
    tracks = Tracks(
        frame=np.arange(3),
        track_id=np.ones(3, dtype=int),
        box=np.zeros((3, 4)),
        confidence=np.ones(3),
        num_frames=3,
    )
    with pytest.raises(InputError, match="3 boxes, but 2 marks"):
        Truth(tracks=tracks, counts=np.ones(2, dtype=bool))


def test_real_ground_truth(shared_data):
    pairs = shared_data / "mot-pairs"
    mot15 = read_truth(pairs / "mot15" / "TUD-Stadtmitte" / "gt.txt")
    assert (len(mot15), mot15.class_id, mot15.tracks.num_frames) == (1156, None, 179)
    assert read_truth(shared_data / "tud-stadtmitte" / "gt" / "gt.txt").class_id is None
    mot17 = read_truth(pairs / "mot17" / "gt" / "MOT17-09-FRCNN" / "gt" / "gt.txt")
    assert np.bincount(mot17.class_id).tolist() == [0, 5325, *[0] * 5, 514, 1575, 1050, 0, 0, 1947]
    assert mot17.counts.sum() == 5325
