"""Each sign alone, at its threshold, and what it must not take for a sign."""

from dataclasses import replace

import numpy as np
import pytest
from hand_made_tracks import FPS, SIZE, moving, together

from animot.report.doubt_signs import (
    ends_inside,
    faint_spells,
    gaps,
    growth,
    jumps,
    meetings,
    shortness,
)
from animot.report.track_rows import TrackRows, rows_of_tracks


def _only(tracks: object) -> TrackRows:
    (track,) = rows_of_tracks(tracks)
    return track


def _with_confidence(values: list[float]) -> TrackRows:
    track = _only(moving(3, range(5, 5 + len(values))))
    return replace(track, confidence=np.array(values))


def test_a_faint_spell_points_to_its_faintest_frame() -> None:
    (doubt,) = faint_spells(_with_confidence([0.9, 0.5, 0.4, 0.2, 0.45, 0.9]), FPS)
    assert (doubt.track_id, doubt.frame, doubt.other_id) == (3, 8, None)
    assert doubt.reason == "confidence falls to 0.20 (3 frames)"
    assert doubt.severity == pytest.approx(0.3)  # 3 frames at 10 a second, of 1 s


def test_two_faint_spells_are_two_doubts_and_a_second_is_as_bad_as_it_gets() -> None:
    found = list(faint_spells(_with_confidence([0.1, 0.9, *[0.3] * 25]), FPS))
    assert [doubt.frame for doubt in found] == [5, 7]
    assert [doubt.severity for doubt in found] == pytest.approx([0.1, 1.0])
    assert "(1 frame)" in found[0].reason


def test_a_gap_points_to_where_the_object_is_found_again() -> None:
    (doubt,) = gaps(_only(moving(3, [4, 5, 6, 11, 12])), FPS)
    assert (doubt.frame, doubt.reason) == (11, "found again after 4 frames unseen")
    assert doubt.severity == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [(range(20, 22), 0.6), (range(20, 25), None), (range(2), None), (range(58, 60), None)],
    ids=["short", "long enough", "cut off by the beginning", "cut off by the end"],
)
def test_a_short_track_is_doubtful(frames: range, expected: float | None) -> None:
    found = [doubt.severity for doubt in shortness(_only(moving(3, frames)), FPS, 60)]
    assert found == ([] if expected is None else pytest.approx([expected]))


def test_what_begins_and_ends_in_the_middle_is_doubtful() -> None:
    # From 130 to 170 of 300 pixels across, 80 to 110 of 200 down.
    track = _only(moving(3, range(20, 31), left=130.0))
    found = list(ends_inside(track, FPS, 60, SIZE))
    assert [(doubt.frame, doubt.reason) for doubt in found] == [
        (20, "appears inside the picture"),
        (30, "disappears inside the picture"),
    ]
    assert [doubt.severity for doubt in found] == [1.0, 1.0]


def test_nearer_to_the_border_it_is_less_doubtful_and_at_it_not_at_all() -> None:
    def severities(left: float) -> list[float]:
        track = _only(moving(3, range(20, 60), left=left))
        return [doubt.severity for doubt in ends_inside(track, FPS, 60, SIZE)]

    assert severities(20.0) == pytest.approx([0.4])  # 20 of the 50 pixels that are a quarter
    assert severities(11.0) == pytest.approx([0.22])
    assert severities(10.0) == []  # half of its own width


def test_what_is_there_from_the_start_or_to_the_end_does_not_appear_or_disappear() -> None:
    for first in (0, 4):
        track = _only(moving(3, range(first, 60), left=130.0, speed=0.0))
        assert list(ends_inside(track, FPS, 60, SIZE)) == []


def test_a_jump_is_found_where_it_happens_and_steady_motion_is_none() -> None:
    track = _only(moving(3, range(10, 30)))
    assert list(jumps(track)) == []
    aside = track.box.copy()
    aside[8:, [1, 3]] += 16.0  # from the 9th box on, in frame 18
    (doubt,) = jumps(replace(track, box=aside))
    assert (doubt.frame, doubt.reason) == (18, "leaves its course by 16 pixels at once")
    assert doubt.severity == pytest.approx(16 / np.sqrt(20 * 30))


def test_a_gap_on_a_straight_course_is_no_jump() -> None:
    track = _only(moving(3, [0, 1, 2, 9, 10, 11]))
    assert list(jumps(track)) == []


def test_a_sudden_change_of_size_is_found_and_says_which_way() -> None:
    track = _only(moving(3, range(10, 30)))
    wider = track.box.copy()
    wider[5:9, 2] += 20.0  # twice as wide in frames 15 to 18
    found = list(growth(replace(track, box=wider)))
    assert [(doubt.frame, doubt.reason) for doubt in found] == [
        (15, "grows by 2.0 times at once"),
        (19, "shrinks by 2.0 times at once"),
    ]
    assert found[0].severity == pytest.approx(2 / 3)
    assert list(growth(track)) == []


def test_boxes_without_size_are_survived() -> None:
    track = _only(moving(3, range(5)))
    empty = track.box.copy()
    empty[:, 2:] = empty[:, :2]
    track = replace(track, box=empty)
    assert list(growth(track)) == []
    assert all(np.isfinite(doubt.severity) for doubt in jumps(track))


def test_tracks_that_meet_twice_give_two_doubts_of_the_younger() -> None:
    still = moving(2, range(60), left=100.0, speed=0.0)
    there = moving(5, range(25), left=60.0)
    back = moving(5, range(35, 60), left=156.0, speed=-4.0)
    found = meetings(together(still, there, back))
    assert [(doubt.track_id, doubt.other_id, doubt.frame) for doubt in found] == [
        (5, 2, 10),
        (5, 2, 49),
    ]
    assert found[0].reason == "overlaps track 2 by 100 %"
    assert found[0].severity == 1.0


def test_tracks_that_hardly_touch_do_not_meet() -> None:
    a = moving(1, range(60), left=100.0, speed=0.0)
    b = moving(2, range(60), left=114.0, speed=0.0)  # 6 of 34 pixels are shared
    assert meetings(together(a, b)) == []
    c = moving(2, range(60), left=113.0, speed=0.0)  # 7 of 33
    assert [doubt.frame for doubt in meetings(together(a, c))] == [0]
