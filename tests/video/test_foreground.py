import numpy as np

from animot.video.foreground import LEAST_AREA, MOST_OF_FRAME, THRESHOLD, blob_sizes, typical_size

H, W = 60, 80


def _frames(*boxes: tuple[int, int, int, int], level: int = 200) -> np.ndarray:
    """One frame for each (top, left, height, width), over a background of 50."""
    frames = np.full((len(boxes), H, W, 3), 50, dtype=np.uint8)
    for frame, (top, left, height, width) in zip(frames, boxes, strict=True):
        frame[top : top + height, left : left + width] = level
    return frames


BACKGROUND = np.full((H, W, 3), 50, dtype=np.uint8)


def test_blobs_are_measured_and_counted() -> None:
    frames = _frames((5, 6, 11, 7), (20, 30, 13, 5))
    frames[1, 40:51, 60:67] = 0
    sizes, counts = blob_sizes(frames, BACKGROUND)
    assert sorted(sizes.tolist()) == [[11, 7], [11, 7], [13, 5]]
    assert counts.tolist() == [1, 2]


def test_noise_specks_and_changes_of_light_are_no_objects() -> None:
    faint = _frames((5, 6, 11, 7), level=50 + THRESHOLD)
    speck = _frames((5, 6, 1, LEAST_AREA - 1))
    light = _frames((0, 0, H, round(W * MOST_OF_FRAME) + 1))
    for frames in (faint, speck, light):
        sizes, counts = blob_sizes(frames, BACKGROUND)
        assert len(sizes) == 0
        assert counts.tolist() == [0]


def test_an_object_weighs_more_than_its_fragments() -> None:
    sizes = np.array([[20, 10]] * 6 + [[4, 4]] * 9)
    assert typical_size(sizes).tolist() == [20.0, 10.0]


def test_a_group_does_not_outweigh_the_people_in_it() -> None:
    sizes = np.array([[20, 10]] * 6 + [[22, 40]] * 2)
    assert typical_size(sizes).tolist() == [20.0, 10.0]


def test_no_blob_has_no_size() -> None:
    assert typical_size(np.zeros((0, 2), dtype=np.int64)) is None
