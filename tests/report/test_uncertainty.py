from dataclasses import replace

import numpy as np
import pytest
from hand_made_tracks import FPS, SIZE, moving, together

from animot.report.doubt_signs import Doubt
from animot.report.track_rows import rows_of_tracks
from animot.report.uncertainty import find_doubts, moments_of, severity_of_tracks
from animot.tracks import stack


def _doubt(track_id: int, frame: int, severity: float, reason: str = "odd") -> Doubt:
    return Doubt(track_id=track_id, frame=frame, reason=reason, severity=severity)


def test_signs_close_in_time_are_one_moment_that_shows_the_gravest() -> None:
    doubts = [
        _doubt(3, 21, 0.2, "first"),
        _doubt(3, 24, 0.7, "second"),
        _doubt(3, 26, 0.3, "first"),
        _doubt(3, 27, 0.4, "later"),  # 0.6 s after the first
        _doubt(8, 24, 1.0, "another"),
    ]
    moments = moments_of(doubts, FPS)
    assert [(moment.track_id, moment.frame, moment.reasons) for moment in moments] == [
        (3, 24, ("second", "first")),
        (8, 24, ("another",)),
        (3, 27, ("later",)),
    ]
    assert [moment.severity for moment in moments] == pytest.approx([1.2, 1.0, 0.4])


def test_equal_moments_keep_the_order_of_time() -> None:
    moments = moments_of([_doubt(2, 40, 0.5), _doubt(1, 9, 0.5), _doubt(0, 9, 0.5)], FPS)
    assert [(moment.frame, moment.track_id) for moment in moments] == [(9, 0), (9, 1), (40, 2)]


def test_where_two_meet_both_tracks_are_in_doubt() -> None:
    meeting = replace(_doubt(5, 10, 0.6), other_id=2)
    assert severity_of_tracks([meeting, _doubt(2, 30, 0.3)]) == pytest.approx({5: 0.6, 2: 0.9})


def test_a_clean_track_raises_no_doubt_and_an_ill_one_many() -> None:
    clean = moving(1, range(60), top=20.0)
    ill = moving(7, [20, 21, 22, 23, 30, 31, 32, 33], left=130.0, top=120.0)
    ill.confidence[:2] = 0.3
    tracks = together(clean, ill)
    doubts = find_doubts(tracks, rows_of_tracks(tracks), SIZE, FPS)
    assert {doubt.track_id for doubt in doubts} == {7}
    assert len(doubts) == 4  # faint, gap, appears, disappears


def test_nothing_found_is_nothing_to_doubt() -> None:
    nothing = replace(stack([], []), num_frames=5)
    assert find_doubts(nothing, [], SIZE, FPS) == []
    assert moments_of([], FPS) == []
    assert np.sum(list(severity_of_tracks([]).values())) == 0
