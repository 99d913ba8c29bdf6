import warnings

import pytest

from animot.data.mot_detections import read_detections
from animot.errors import InputError, InputWarning


def text_file(folder, content):
    path = folder / "det.txt"
    path.write_text(content)
    return path


def test_detections_have_no_identity(tmp_path):
    path = text_file(tmp_path, "3,-1,11,21.5,30,40,0.25,-1,-1,-1\n1,-1,1,1,2,3,0.5,-1,-1,-1\n")
    detections = read_detections(path)
    assert detections.frame.tolist() == [0, 2]
    assert detections.box.tolist() == [[0, 0, 2, 3], [10, 20.5, 40, 60.5]]
    assert detections.confidence.tolist() == [0.5, 0.25]
    assert detections.num_frames == 3
    assert detections.embedding is None
    assert read_detections(path, 11).num_frames == 11


@pytest.mark.parametrize("identity", ["-1", "0", "7", "0.5"])
def test_identities_are_not_looked_at(tmp_path, identity):
    path = text_file(tmp_path, f"1,{identity},1,1,2,2,1\n1,{identity},5,5,2,2,1\n")
    assert len(read_detections(path)) == 2


@pytest.mark.parametrize("content", ["1,-1,1,1,2,2\n", "1,-1,1,1,2,2,-1,-1,-1,-1\n"])
def test_confidence_that_is_not_given(tmp_path, content):
    assert read_detections(text_file(tmp_path, content)).confidence.tolist() == [1]


@pytest.mark.parametrize("scores", [(4.5, 117.0), (-0.2, 0.9), (1.01, 0.3)])
def test_scores_that_are_no_confidences(tmp_path, scores):
    content = "".join(f"1,-1,1,1,2,2,{score},-1,-1,-1\n" for score in scores)
    with pytest.warns(InputWarning, match=r"det.txt: scores from .* all boxes count as sure"):
        detections = read_detections(text_file(tmp_path, content))
    assert detections.confidence.tolist() == [1, 1]


def test_boxes_without_area_are_left_out_with_a_warning(tmp_path):
    path = text_file(tmp_path, "1,-1,1,1,2,2,1\n\n1,-1,1,1,0,2,1\n2,-1,1,1,2,-3,1\n")
    with pytest.warns(InputWarning, match="det.txt line 3: 2 boxes without area"):
        detections = read_detections(path)
    assert len(detections) == 1
    assert detections.num_frames == 2


def test_an_empty_file_holds_none(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        detections = read_detections(text_file(tmp_path, ""), 5)
    assert (len(detections), detections.num_frames, detections.box.shape) == (0, 5, (0, 4))


BAD = {
    "nan": ("1,-1,1,1,2,2,1\n2,-1,nan,1,2,2,1\n", "line 2: a number is not finite"),
    "nan score": ("1,-1,1,1,2,2,nan\n", "line 1: a number is not finite"),
    "frame 0": ("0,-1,1,1,2,2,1\n", "line 1: frame 0 is no frame number"),
    "narrow": ("1,-1,1,1,2\n", "line 1: 5 columns where at least 6"),
    "a word": ("1,-1,x,1,2,2,1\n", "line 1: 'x' is not a number"),
    "beyond": ("1,-1,1,1,2,2,1\n9,-1,1,1,2,2,1\n", "line 2: frame 9 lies beyond"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_named(tmp_path, name):
    content, message = BAD[name]
    path = text_file(tmp_path, content)
    with pytest.raises(InputError, match=message) as error:
        read_detections(path, 8)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
