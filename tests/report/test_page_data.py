from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hand_made_tracks import moving, together

from animot.report.overlay import colour_of
from animot.report.page_data import hex_colour, page_data
from animot.report.recording import Recording
from animot.report.track_rows import rows_of_tracks


def _recording() -> Recording:
    return Recording(
        tracks=together(moving(9, range(2, 5), left=10.3), moving(4, [3, 7], left=-5.0)),
        seconds=np.arange(60) * 0.04,
        first_frame=12,
        first_second=1.5,
        size=(200, 300),
        fps=25.0,
        whole=True,
    )


def _column(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(b64decode(text), dtype)


def test_all_columns_can_be_read_back() -> None:
    recording = _recording()
    data = page_data(recording, rows_of_tracks(recording.tracks))
    start = _column(data["start"], "<u4")
    assert len(start) == 61
    assert start[[0, 2, 3, 4, 5, 7, 8, 60]].tolist() == [0, 0, 1, 3, 4, 4, 5, 5]
    ids = np.array([track["id"] for track in data["tracks"]])
    assert ids[_column(data["track"], "<u4")].tolist() == [9, 4, 9, 9, 4]
    boxes = _column(data["box"], "<i2").reshape(-1, 4) / data["pixelParts"]
    np.testing.assert_allclose(boxes, recording.tracks.box, atol=0.125)
    assert _column(data["confidence"], "u1").tolist() == [90] * 5
    assert _column(data["milliseconds"], "<u4")[[0, 1, 59]].tolist() == [0, 40, 2360]
    assert (data["width"], data["height"], data["firstFrame"]) == (300, 200, 12)
    assert [track["first"] for track in data["tracks"]] == [2, 3]


def test_boxes_far_outside_stay_outside() -> None:
    recording = _recording()
    far = recording.tracks.box * 1e6
    recording = replace(recording, tracks=replace(recording.tracks, box=far))
    data = page_data(recording, rows_of_tracks(recording.tracks))
    boxes = _column(data["box"], "<i2").reshape(-1, 4)
    assert np.array_equal(np.sign(boxes), np.sign(far))


@pytest.mark.parametrize("track_id", [1, 2, 77])
def test_colours_are_those_of_the_annotated_video(track_id: int) -> None:
    colour = hex_colour(track_id)
    assert tuple(bytes.fromhex(colour[1:])) == colour_of(track_id)


def test_nothing_found_is_packed_too(tmp_path: Path) -> None:
    recording = _recording()
    tracks = recording.tracks
    nothing = replace(
        tracks,
        frame=tracks.frame[:0],
        track_id=tracks.track_id[:0],
        box=tracks.box[:0],
        confidence=tracks.confidence[:0],
    )
    data = page_data(replace(recording, tracks=nothing), [])
    assert (data["tracks"], data["box"]) == ([], "")
    assert _column(data["start"], "<u4").tolist() == [0] * 61
