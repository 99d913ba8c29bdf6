import numpy as np
import pytest

from animot.data.track_csv import HEADER, read_csv, write_csv
from animot.errors import InputError
from animot.tracks import Tracks


def made_tracks(**columns):
    return Tracks(
        frame=np.array([0, 1, 1, 2]),
        track_id=np.array([4, 4, 7, 7]),
        box=np.array([[0, 0.5, 10, 20], [1, 1, 11, 21], [-5, 3, 7.123, 9], [5, 6, 7, 8.0]]),
        confidence=np.array([1, 0.5, 0.25, 0.125]),
        num_frames=3,
        **columns,
    )


def test_lines_say_what_they_hold(tmp_path):
    tracks = made_tracks(time=np.array([0, 0.04, 0.0800001]), layer=np.array([0, 1, 0, 2]))
    write_csv(tracks, tmp_path / "tracks.csv")
    assert (tmp_path / "tracks.csv").read_text().splitlines() == [
        "frame,time,track_id,left,top,right,bottom,confidence,layer",
        "1,0,4,0,0.5,10,20,1,0",
        "2,0.04,4,1,1,11,21,0.5,1",
        "2,0.04,7,-5,3,7.123,9,0.25,0",
        "3,0.08,7,5,6,7,8,0.125,2",
    ]


@pytest.mark.parametrize("known", [True, False])
def test_written_tracks_are_read_again(tmp_path, known):
    columns = {"time": np.array([0, 0.04, 0.08]), "layer": np.array([0, 1, 0, 2])} if known else {}
    tracks = made_tracks(**columns)
    write_csv(tracks, tmp_path / "tracks.csv")
    again = read_csv(tmp_path / "tracks.csv")
    for column in ("frame", "track_id", "box", "confidence", *columns):
        np.testing.assert_array_equal(getattr(again, column), getattr(tracks, column))
    assert again.num_frames == 3
    assert (again.time is None, again.layer is None) == (not known, not known)


def test_times_are_dropped_where_a_frame_has_none(tmp_path):
    write_csv(made_tracks(time=np.array([0, 0.04, 0.08])), tmp_path / "tracks.csv")
    assert read_csv(tmp_path / "tracks.csv", num_frames=5).time is None


def test_no_tracks_are_a_header(tmp_path):
    empty = made_tracks().between(3, 5)
    write_csv(empty, tmp_path / "tracks.csv")
    assert (tmp_path / "tracks.csv").read_text() == HEADER + "\n"
    assert len(read_csv(tmp_path / "tracks.csv")) == 0


BAD = {
    "header": ("frame,id\n1,2\n", "line 1: the header is not"),
    "nothing": ("", "line 1: the header is not"),
    "columns": (f"{HEADER}\n1,,4,0,0,1,1,1\n", "line 2: 8 columns where 9 are needed"),
    "word": (f"{HEADER}\n1,,4,0,0,x,1,1,\n", "line 2: right is 'x', not a finite number"),
    "nan": (f"{HEADER}\n\n1,,4,0,0,nan,1,1,\n", "line 3: right is 'nan', not a finite number"),
    "id": (f"{HEADER}\n1,,4.5,0,0,1,1,1,\n", "line 2: track_id is '4.5', not a whole number"),
    "empty": (f"{HEADER}\n1,,4,0,0,1,1,,\n", "line 2: confidence is '', not a finite number"),
    "frame 0": (f"{HEADER}\n0,,4,0,0,1,1,1,\n", "line 2: frame 0 lies outside"),
    "twice": (
        f"{HEADER}\n1,,4,0,0,1,1,1,\n1,,5,0,0,1,1,1,\n1,,4,0,0,1,1,1,\n",
        "line 4: track_id 4 has a second box in frame 1",
    ),
    "bytes": (f"{HEADER}\n".encode() + b"\xff\xfe\n", "is not UTF-8 CSV text"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_lines_are_named(tmp_path, name):
    content, message = BAD[name]
    path = tmp_path / "tracks.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message) as error:
        read_csv(path)
    assert str(error.value).startswith(str(path))


def test_frames_beyond_the_sequence_are_refused(tmp_path):
    write_csv(made_tracks(), tmp_path / "tracks.csv")
    with pytest.raises(InputError, match="line 5: frame 3 lies outside a sequence of 2 frames"):
        read_csv(tmp_path / "tracks.csv", num_frames=2)
    with pytest.raises(InputError, match="cannot read it"):
        read_csv(tmp_path / "nothing.csv")
