import numpy as np
import pytest

from animot.association.overlaps import overlaps
from animot.boxes import iou

SEEN = np.array([[10.0, 20, 13, 27], [11, 22, 15, 25], [10, 20, 12, 27], [5, 5, 5, 5]])
TRACKS = np.array([[10.0, 20, 13, 27], [0, 0, 6, 6]])


def test_tracks_with_sightings_and_these_with_each_other():
    found = overlaps(TRACKS, SEEN)
    np.testing.assert_array_equal(found.iou, iou(TRACKS, SEEN))
    first = [0, 6 / 21, 14 / 21, 0]
    assert found.covered[0].tolist() == pytest.approx(first)
    assert found.covered[1].tolist() == pytest.approx([6 / 12, 0, 3 / 12, 0])
    assert found.covered[3].tolist() == [0] * 4


@pytest.mark.parametrize(("tracks", "seen"), [(0, 0), (0, 3), (2, 0)])
def test_frames_without_any(tracks, seen):
    found = overlaps(TRACKS[:tracks], SEEN[:seen])
    assert (found.iou.shape, found.covered.shape) == ((tracks, seen), (seen, seen))
