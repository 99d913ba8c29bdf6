import numpy as np
import pytest

from animot.associating import track_detections
from animot.association.associate import associate
from animot.data.mot import read_tracks
from animot.data.mot_detections import read_detections
from animot.data.track_csv import read_csv
from animot.errors import InputError, InputWarning
from animot.video.writer import VideoWriter


@pytest.fixture
def det(tmp_path):
    """Two objects over 12 frames."""
    rows = [
        f"{t + 1},-1,{start + step * t},20,12,24,0.9,-1,-1,-1\n"
        for t in range(12)
        for start, step in ((5, 2), (80, -2))
    ]
    (tmp_path / "det.txt").write_text("".join(rows))
    return tmp_path / "det.txt"


@pytest.fixture
def video(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", 8.0) as writer:
        for t in range(15):
            writer.write(np.full((64, 96, 3), 10 * t, dtype=np.uint8))
    return tmp_path / "a.mp4"


def test_without_a_video(tmp_path, det):
    said = []
    tracks = track_detections(det, tmp_path / "out", fps=20.0, say=said.append)
    expected = associate(read_detections(det), fps=20.0)
    np.testing.assert_array_equal(tracks.box, expected.box)
    written = read_tracks(tmp_path / "out" / "tracks.txt", 12)
    np.testing.assert_array_equal(written.track_id, tracks.track_id)
    np.testing.assert_allclose(written.box, tracks.box, atol=0.002)
    np.testing.assert_allclose(read_csv(tmp_path / "out" / "tracks.csv").time, np.arange(12) / 20)
    assert said == ["2 tracks, 24 boxes in 12 frames"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "tracks.csv",
        "tracks.txt",
    ]


def test_with_a_video_it_has_its_frames_and_times(tmp_path, det, video):
    seen = []
    tracks = track_detections(
        det,
        tmp_path / "out",
        source=video,
        on_frame=lambda _, objects: seen.append(len(objects)),
    )
    assert tracks.num_frames == len(seen) == 15
    assert seen[:12] == [2] * 12
    assert seen[-1] == 0  # nothing is detected there
    np.testing.assert_allclose(tracks.time, np.arange(15) / 8, atol=1e-6)
    assert (tmp_path / "out" / "annotated.mp4").stat().st_size > 0
    assert "Track 2, from 0:00.0" in (tmp_path / "out" / "report.html").read_text()
    track_detections(det, tmp_path / "plain", source=video, video=False, page=False)
    assert sorted(file.name for file in (tmp_path / "plain").iterdir()) == [
        "tracks.csv",
        "tracks.txt",
    ]
    text = (tmp_path / "plain" / "tracks.txt").read_bytes()
    assert text == (tmp_path / "out" / "tracks.txt").read_bytes()


def test_detections_of_a_longer_video_are_said(tmp_path, det, video):
    with det.open("a") as file:
        file.write("16,-1,5,5,9,9,1,-1,-1,-1\n")
    with pytest.warns(InputWarning, match="goes on to frame 16, but the video has 15"):
        track_detections(det, tmp_path / "out", source=video, video=False)


def test_what_is_refused(tmp_path, det, video):
    with pytest.raises(InputError, match="either a video"):
        track_detections(det, tmp_path / "out", source=video, fps=25.0)
    with pytest.raises(InputError, match="frame rate"):
        track_detections(det, tmp_path / "new", fps=0.0)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tracks.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        track_detections(det, tmp_path / "mine")
    assert (tmp_path / "mine" / "tracks.txt").read_text() == "mine"
