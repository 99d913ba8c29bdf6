from dataclasses import replace

import numpy as np
import pytest
from hand_made_tracks import FPS, moving, together

from animot.report.summary import counts_of, objects_per_frame, track_line
from animot.report.track_rows import rows_of_tracks
from animot.tracks import stack


def test_counts_are_those_of_the_video() -> None:
    tracks = together(moving(2, range(10, 40)), moving(5, range(30, 37)), moving(9, [50, 59]))
    counts = counts_of(tracks, rows_of_tracks(tracks), FPS)
    assert (counts.num_frames, counts.num_tracks, counts.num_boxes) == (60, 3, 39)
    assert counts.mean_objects == pytest.approx(39 / 60)
    assert counts.most_objects == 2
    assert counts.median_seconds == pytest.approx(1.0)  # of 3.0, 0.7 and 1.0
    assert objects_per_frame(tracks)[[9, 10, 30, 36, 37]].tolist() == [0, 1, 2, 2, 1]


def test_a_video_in_which_nothing_was_found_has_counts() -> None:
    counts = counts_of(replace(stack([], []), num_frames=7), [], FPS)
    assert (counts.num_frames, counts.num_tracks, counts.most_objects) == (7, 0, 0)
    assert (counts.mean_objects, counts.median_seconds) == (0.0, 0.0)


def test_the_line_of_a_track_shows_where_it_is_seen_and_where_it_is_faint() -> None:
    (track,) = rows_of_tracks(moving(3, [4, 5, 6, 7, 20, 21, 22]))
    track = replace(track, confidence=np.array([0.9, 0.4, 0.3, 0.9, 0.2, 0.5, 0.7]))
    line = track_line(track, 60)
    assert (line.track_id, line.first, line.last, line.num_boxes) == (3, 4, 22, 7)
    assert line.present == ((4, 7), (20, 22))
    assert line.faint == ((5, 6), (20, 20))
    assert line.confidence == pytest.approx(3.9 / 7)


def test_what_could_not_be_told_apart_is_drawn_as_one() -> None:
    (track,) = rows_of_tracks(moving(3, [10, 14, 19, 30]))
    # A 1500th of the video is 4 frames.
    assert track_line(track, 6000).present == ((10, 19), (30, 30))
