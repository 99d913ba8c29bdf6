import subprocess
import sys

import numpy as np
import pytest

from animot.detections import Detections
from animot.errors import InputError


def made(**changes):
    rng = np.random.default_rng(1)
    left_top = rng.uniform(0, 90, (7, 2))
    columns = {
        "frame": np.array([4, 0, 2, 2, 0, 4, 2]),
        "box": np.concatenate([left_top, left_top + rng.uniform(1, 30, (7, 2))], axis=1),
        "confidence": rng.random(7),
        "embedding": rng.random((7, 3)),
        "num_frames": 6,
    }
    return Detections(**columns | changes)


def test_frames_hold_their_rows_together():
    detections = made()
    frames = detections.frames()
    assert [len(frame) for frame in frames] == [2, 0, 3, 0, 2, 0]
    unsorted = made(frame=np.array([0, 0, 0, 1, 1, 1, 2])).frames()
    rows = [row for frame in frames for row in frame.confidence.tolist()]
    assert rows == detections.confidence.tolist()
    order = [1, 4, 2, 3, 6, 0, 5]
    raw = [row for frame in unsorted for row in frame.confidence.tolist()]
    assert rows == [raw[row] for row in order]
    box = np.concatenate([frame.box for frame in unsorted])
    embedding = np.concatenate([frame.embedding for frame in unsorted])
    np.testing.assert_array_equal(np.concatenate([f.box for f in frames]), box[order])
    np.testing.assert_array_equal(np.concatenate([f.embedding for f in frames]), embedding[order])
    assert made(embedding=None).frames()[0].embedding is None


def damaged(column, row, value):
    changed = getattr(made(frame=np.array([0, 0, 0, 1, 1, 1, 2])), column).copy()
    changed[row] = value
    return {column: changed}


BAD = {
    "nan": (damaged("box", 3, np.nan), "not finite"),
    "inf": (damaged("embedding", 3, np.inf), "not finite"),
    "nan confidence": (damaged("confidence", 1, np.nan), "not finite"),
    "sure beyond 1": (damaged("confidence", 1, 1.5), "1.5 do not lie between 0 and 1"),
    "below 0": (damaged("confidence", 1, -0.5), "from -0.5"),
    "no area": (damaged("box", 2, [5, 5, 5, 9]), "no area"),
    "negative": (damaged("box", 2, [5, 5, 9, 4]), "no area"),
    "early": ({"frame": np.array([0, 0, 0, 0, 0, 0, -1])}, "do not lie in a sequence of 6"),
    "late": ({"num_frames": 4}, "frames 0 to 4 do not lie in a sequence of 4"),
    "times": ({"time": np.arange(5.0)}, "5 times do not fit 6 frames"),
    "backwards": ({"time": np.array([0, 1, 2, 1.5, 3, 4])}, "backwards"),
    "time nan": ({"time": np.array([0, 1, np.nan, 3, 3, 4])}, "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_detector_may_say(name):
    changes, message = BAD[name]
    with pytest.raises(InputError, match=message) as error:
        made(**changes)
    assert "\n" not in str(error.value)


def test_columns_of_different_lengths():
    """Said to users, for whom nothing checks the shapes in signatures."""
    code = (
        "import numpy as np; from animot import Detections; n = np.zeros;"
        "Detections(frame=n(7, int), box=n((7, 4)), confidence=n(5), num_frames=1)"
    )
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "InputError: detections have 7 of frame, 7 of box, 5 of confidence;" in failed.stderr
