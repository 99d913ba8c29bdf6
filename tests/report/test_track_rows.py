import numpy as np
from hand_made_tracks import moving, together

from animot.report.track_rows import rows_of_tracks
from animot.tracks import stack


def test_tracks_come_in_the_order_of_their_first_boxes() -> None:
    tracks = together(moving(9, range(3, 20)), moving(4, range(7, 12)), moving(7, range(3, 5)))
    rows = rows_of_tracks(tracks)
    assert [track.track_id for track in rows] == [7, 9, 4]
    assert [(track.first, track.last) for track in rows] == [(3, 4), (3, 19), (7, 11)]
    assert np.array_equal(rows[2].frame, np.arange(7, 12))
    assert np.array_equal(rows[2].box, tracks.box[tracks.track_id == 4])


def test_no_boxes_are_no_tracks() -> None:
    assert rows_of_tracks(stack([], [])) == []


def test_a_spell_ends_where_a_frame_is_missing_or_a_box_not_chosen() -> None:
    (track,) = rows_of_tracks(moving(1, [2, 3, 4, 6, 7, 8, 9]))
    everything = np.ones(7, dtype=bool)
    assert track.spells(everything) == [(0, 2), (3, 6)]
    everything[[1, 6]] = False
    assert track.spells(everything) == [(0, 0), (2, 2), (3, 5)]
    assert track.spells(~everything) == [(1, 1), (6, 6)]
    assert track.spells(np.zeros(7, dtype=bool)) == []
