import numpy as np
import pytest

from animot.video.blobs import MOST_OF_FRAME, Blobs, find_blobs, join, things_in

H, W = 60, 80


def _frames(*boxes: tuple[int, int, int, int], level: int = 200) -> np.ndarray:
    """One frame for each (top, left, height, width), over a background of 50."""
    frames = np.full((len(boxes), H, W, 3), 50, dtype=np.uint8)
    for frame, (top, left, height, width) in zip(frames, boxes, strict=True):
        frame[top : top + height, left : left + width] = level
    return frames


BACKGROUND = np.full((H, W, 3), 50, dtype=np.uint8)


def _blobs(sizes: list[list[int]], frames: list[int] | None = None) -> Blobs:
    """Solid blobs of these sizes, each in a frame of its own unless said."""
    size = np.array(sizes, dtype=np.float64)
    area = size.prod(axis=1)
    frame = np.arange(len(sizes)) if frames is None else np.array(frames)
    return Blobs(
        size=size, area=area, energy=area / 10, frame=frame, num_frames=int(frame.max()) + 1
    )


def test_blobs_are_measured_and_counted() -> None:
    frames = _frames((5, 6, 11, 7), (20, 30, 13, 5))
    frames[1, 40:51, 60:67] = 0
    blobs = find_blobs(frames, BACKGROUND)
    assert sorted(blobs.size.tolist()) == [[11, 7], [11, 7], [13, 5]]
    assert sorted(blobs.area.tolist()) == [65, 77, 77]
    assert (blobs.frame.tolist(), blobs.num_frames) == ([0, 1, 1], 2)
    bright, dark = 3 * (150 / 255) ** 2, 3 * (50 / 255) ** 2
    assert sorted(blobs.energy.tolist()) == pytest.approx([77 * dark, 65 * bright, 77 * bright])


def test_changes_of_light_are_no_objects() -> None:
    light = _frames((0, 0, H, round(W * MOST_OF_FRAME) + 1))
    blobs = find_blobs(light, BACKGROUND)
    assert len(blobs.size) == len(blobs.energy) == len(blobs.frame) == 0
    assert (blobs.num_frames, blobs.typical) == (1, None)


def _person(frame: np.ndarray, top: int, left: int, level: int) -> None:
    """Head, shoulders and the rest: 26 pixels high, 12 wide."""
    frame[top : top + 8, left + 4 : left + 8] = level
    frame[top + 8 : top + 12, left : left + 12] = level
    frame[top + 12 : top + 26, left + 2 : left + 10] = level


def test_people_who_touch_are_measured_and_counted_one_by_one() -> None:
    alone, group = np.repeat(BACKGROUND[None], 2, axis=0)
    _person(alone, 9, 5, 200)
    for number in range(3):
        _person(group, 9, 5 + 12 * number, 200)
    one, three = (find_blobs(frame[None], BACKGROUND) for frame in (alone, group))
    assert one.size.tolist() == [[26.0, 12.0]]
    assert three.size.tolist() == [[26.0, 12.0]] * 3
    # Where shoulders touch, corners are rounded.
    assert three.area.tolist() == pytest.approx([one.area[0]] * 3, rel=0.03)
    assert three.energy.tolist() == pytest.approx([one.energy[0]] * 3)
    assert three.frame.tolist() == [0, 0, 0]
    assert three.typical.most == 3


def test_things_in_a_blob() -> None:
    comb = np.ones((20, 15), dtype=bool)
    assert things_in(comb) == (1, 1)
    comb[:12, [3, 7, 11]] = False  # four teeth in more than half of the rows
    assert things_in(comb) == (1, 4)
    assert things_in(comb.T) == (4, 1)
    comb[9:12] = True
    assert things_in(comb) == (1, 1)


def test_an_object_weighs_more_than_its_fragments() -> None:
    typical = _blobs([[20, 10]] * 6 + [[4, 4]] * 9).typical
    assert (typical.height, typical.width, typical.energy) == (20.0, 10.0, 20.0)


def test_a_group_does_not_outweigh_the_people_in_it() -> None:
    typical = _blobs([[20, 10]] * 6 + [[22, 40]] * 2).typical
    assert (typical.height, typical.width) == (20.0, 10.0)


def test_the_most_at_a_time_counts_groups_by_their_area_and_no_fragments() -> None:
    single = [[20, 10]] * 5
    # Three and a group of four in frame 0, and specks; two in frame 1.
    blobs = _blobs([*single, [20, 42], [4, 5], [4, 5]], [0, 0, 0, 1, 1, 0, 0, 1])
    assert blobs.typical.most == 7
    # What five frames in a hundred show does not count; what six do, does.
    for rare, most in ((5, 1), (6, 4)):
        many = _blobs(
            [[20, 10]] * (100 + 3 * rare), [*range(100), *range(rare)] + 2 * [*range(rare)]
        )
        assert many.typical.most == most


def test_blobs_of_several_cameras() -> None:
    one, other = _blobs([[20, 10], [4, 4]], [0, 2]), _blobs([[7, 6]])
    both = join([one, other])
    assert both.size.tolist() == [[20, 10], [4, 4], [7, 6]]
    assert both.frame.tolist() == [0, 2, 3]
    assert both.num_frames == 4
    assert both.energy.tolist() == [20.0, 1.6, 4.2]
    assert both.area.tolist() == [200, 16, 42]
