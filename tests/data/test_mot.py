import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animot.data.mot import read_tracks, read_truth, write_tracks
from animot.errors import InputError, InputWarning
from animot.tracks import Tracks


def text_file(folder, content, name="tracks.txt"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def made_tracks(count=23, seed=4):
    rng = np.random.default_rng(seed)
    left_top = rng.uniform(-20, 700, (count, 2))
    return Tracks(
        frame=rng.permutation(count) // 3,
        track_id=np.arange(count) * 7 + 1,
        box=np.concatenate([left_top, left_top + rng.uniform(1, 90, (count, 2))], axis=1),
        confidence=rng.random(count),
        num_frames=11,
    )


def test_frames_and_pixels_are_counted_from_one(tmp_path):
    tracks = read_tracks(text_file(tmp_path, "3,7.0,11,21.5,30,40,0.25,-1\n1,9,1,1,2,2,-1,-1\n"))
    assert tracks.frame.tolist() == [0, 2]
    assert tracks.track_id.tolist() == [9, 7]
    assert tracks.box.tolist() == [[0, 0, 2, 2], [10, 20.5, 40, 60.5]]
    assert tracks.confidence.tolist() == [1, 0.25]  # -1: not given
    assert tracks.num_frames == 3


@pytest.mark.parametrize(
    "content",
    [
        "1,2,3,4,5,6,1,-1,-1,-1\n2,2,3,4,5,60,1,-1,-1,-1\n",
        "1,2,3,4,5,6,1,-1,-1,-1\r\n2,2,3,4,5,60,1,-1,-1,-1\r\n",
        "\ufeff1,2,3,4,5,6,1\n2,2,3,4,5,60,1\n",
        "\n 1 , 2.0,3,4 ,5,6,1 \n\n2,2,3,4,5,60,1\n\n",
        "1,2,3,4,5,6,1,-1,\n2,2,3,4,5,60,1,-1,\n",
        "1e0,2,+3.0,4.,5,.6E1,1\n2,0.2e1,3,4,5,6e+1,1",
        "1 2 3 4 5 6 1\n2\t2\t3 4 5  60 1\n",
        "1,2,3,4,5,6\n2,2,3,4,5,60\n",
        "1,2,3,4,5,6,1\n2 2 3 4 5 60 1\n",
        "1,2,3,4,5,6,1,5\n2,2,3,4,5,60,1,5,7,8,9\n",
    ],
    ids=["plain", "crlf", "bom", "blanks", "tail", "exponents", "spaces", "six", "mixed", "wide"],
)
def test_spellings_of_the_same_rows(tmp_path, content):
    tracks = read_tracks(text_file(tmp_path, content))
    assert tracks.frame.tolist() == [0, 1]
    assert tracks.track_id.tolist() == [2, 2]
    assert tracks.box.tolist() == [[2, 3, 7, 9], [2, 3, 7, 63]]
    assert tracks.confidence.tolist() == [1, 1]


@pytest.mark.parametrize("content", ["", "\n\r\n  \n", "\ufeff"])
def test_an_empty_file_holds_no_tracks(tmp_path, content):
    tracks = read_tracks(text_file(tmp_path, content), num_frames=13)
    assert (len(tracks), tracks.num_frames, tracks.box.shape) == (0, 13, (0, 4))
    assert read_tracks(text_file(tmp_path, content)).num_frames == 0
    assert len(read_truth(text_file(tmp_path, content))) == 0


def test_one_row_is_a_table_too(tmp_path):
    assert len(read_tracks(text_file(tmp_path, "5,1,1,1,2,2,1"))) == 1


BAD = {
    "a word": ("1,1,1,1,2,2,1\n1,2,x,1,2,2,1\n", "line 2: 'x' is not a number"),
    "a header": ("frame,id,left,top,width,height\n", "line 1: 'frame' is not a number"),
    "an underscore": ("1,1,1_0,1,2,2,1\n", "line 1: '1_0' is not a number"),
    "an empty cell": ("1,1,,1,2,2,1\n", "line 1: '' is not a number"),
    "nan": ("1,1,1,1,2,2,1\n\n2,1,nan,1,2,2,1\n", "line 3: a number is not finite"),
    "inf": ("1,1,1,1,inf,2,1\n", "line 1: a number is not finite"),
    "too narrow": ("1,1,1,1,2\n", "line 1: 5 columns where at least 6 are needed"),
    "cut off": ("1,1,1,1,2,2,1\n2,1,1,1", "line 2: 4 columns where the first line has 7"),
    "grown": ("1,1,1,1,2,2\n1,2,1,1,2,2,0\n", "line 2: 7 columns where the first line has 6"),
    "a pair twice": (
        "1,3,1,1,2,2,1\n2,3,1,1,2,2,1\n1,3.0,5,5,2,2,1\n",
        "line 3: identity 3 has a second box in frame 1",
    ),
    "frame 0": ("1,1,1,1,2,2,1\n0,1,1,1,2,2,1\n", "line 2: frame 0 is no frame number"),
    "half a frame": ("1.5,1,1,1,2,2,1\n", "line 1: frame 1.5 is no frame number"),
    "huge frame": ("1e300,1,1,1,2,2,1\n", r"line 1: frame 1e\+300 is no frame number"),
    "huge box": ("1,1,5,1e20,2,2,1\n", r"line 1: a box is farther away or larger than 1e\+09"),
    "detections": ("1,-1,1,1,2,2,1\n", "line 1: identity -1 is not a whole number of 0 or more"),
    "half an id": ("1,2.5,1,1,2,2,1\n", "line 1: identity 2.5 is not a whole number"),
    "bytes": (b"1,1,1,1,2,2,1\n\xff\xfe\x00\x01,1,1,1,2,2,1\n", "line 2: .* is not a number"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR,,,,,,\n", "line 1: "),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("read", [read_tracks, read_truth])
def test_bad_rows_are_named(tmp_path, name, read):
    content, message = BAD[name]
    path = text_file(tmp_path, content)
    with pytest.raises(InputError, match=message) as error:
        read(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_frames_beyond_the_sequence_are_refused(tmp_path):
    path = text_file(tmp_path, "5,1,1,1,2,2,1\n\n6,1,1,1,2,2,1\n")
    assert read_tracks(path, num_frames=6).num_frames == 6
    with pytest.raises(InputError, match="line 3: frame 6 lies beyond the sequence of 5 frames"):
        read_tracks(path, num_frames=5)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"nothing.txt: cannot read it"):
        read_tracks(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match="cannot read it"):
        read_tracks(tmp_path)


def test_boxes_of_negative_size_are_kept_with_a_warning(tmp_path):
    path = text_file(tmp_path, "1,1,1,1,2,2,1\n2,1,1,1,-2,2,1\n3,1,1,1,0,2,1\n")
    with pytest.warns(InputWarning, match="line 2: 1 boxes of negative width"):
        tracks = read_tracks(path)
    assert tracks.box[1].tolist() == [0, 0, -2, 2]


def test_boxes_outside_the_image_are_kept_as_they_are(tmp_path):
    rows = "1,1,-49,-99,20,30,1\n2,1,9001,1,2,2,1\n3,1,-9,-9,30,30,1\n"
    tracks = read_tracks(text_file(tmp_path, rows))
    assert tracks.box.tolist() == [[-50, -100, -30, -70], [9000, 0, 9002, 2], [-10, -10, 20, 20]]


def test_written_tracks_are_read_again(tmp_path):
    tracks = made_tracks()
    write_tracks(tracks, tmp_path / "tracks.txt")
    again = read_tracks(tmp_path / "tracks.txt", num_frames=11)
    np.testing.assert_array_equal(again.frame, tracks.frame)
    np.testing.assert_array_equal(again.track_id, tracks.track_id)
    np.testing.assert_allclose(again.box, tracks.box, atol=0.00101)
    np.testing.assert_allclose(again.confidence, tracks.confidence, atol=0.000051)


def test_written_lines_are_motchallenge(tmp_path):
    tracks = Tracks(
        frame=np.array([1, 0]),
        track_id=np.array([2**40 + 1, 3]),
        box=np.array([[0.25, -1.00001, 10.5, 20], [9.0, 9, 19, 29]]),
        confidence=np.array([0.123456, 1]),
        num_frames=2,
    )
    write_tracks(tracks, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes().decode() == (
        "1,3,10,10,10,20,1,-1,-1,-1\n2,1099511627777,1.25,0,10.25,21,0.1235,-1,-1,-1\n"
    )


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(9)), tail=st.sampled_from(["", ",-1,-1,-1", ",1,1,0.5"]))
def test_the_order_of_rows_does_not_matter(tmp_path_factory, order, tail):
    rows = [f"{1 + n % 4},{n},{n * 1.5},{n},3,4,1{tail}" for n in range(9)]
    folder = tmp_path_factory.mktemp("mot")
    one = read_tracks(text_file(folder, "\n".join(rows)))
    other = read_tracks(text_file(folder, "\n".join(rows[n] for n in order)))
    for column in ("frame", "track_id", "box", "confidence"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))


def test_a_sample_file_of_the_devkit(shared_data):
    tracks = read_tracks(shared_data / "mot-pairs" / "iotest" / "motchallenge.txt")
    assert tracks.frame.tolist()[:3] == [0, 0, 1]
    assert tracks.box[0].tolist() == [398, 181, 519, 410]
