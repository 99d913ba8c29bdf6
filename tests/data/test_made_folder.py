"""Made videos on disk, in the layout of the MOTChallenge."""

from configparser import ConfigParser

import cv2
import numpy as np
import pytest

from animot.data.crowd import CrowdVideo
from animot.data.crowd_sequence import labelled_crowd
from animot.data.made_folder import write_labelled, write_sequence
from animot.data.mnist_mot import MnistMOT
from animot.data.mot import read_truth
from animot.data.sequence import open_sequence
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError

DIGITS = np.random.default_rng(0).integers(1, 255, size=(5, 28, 28), dtype=np.uint8)


def make_sprites():
    return SpritesMOT(7, height=71, width=93)


def make_digits():
    return MnistMOT(7, DIGITS, height=71, width=93)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_layout_and_description(tmp_path):
    write_sequence(make_sprites(), 11, tmp_path / "new" / "sprites-a")
    folder = tmp_path / "new" / "sprites-a"
    images = [f"img1/{number:06d}.png" for number in range(1, 12)]
    assert names(folder) == ["gt", "gt/gt.txt", "img1", *images, "seqinfo.ini"]
    assert names(tmp_path / "new")[0] == "sprites-a"  # and no hidden leftover
    parser = ConfigParser()
    parser.optionxform = str
    parser.read(folder / "seqinfo.ini")
    assert dict(parser["Sequence"]) == {
        "name": "sprites-a",
        "imDir": "img1",
        "frameRate": "10",
        "seqLength": "11",
        "imWidth": "93",
        "imHeight": "71",
        "imExt": ".png",
    }


def test_images_are_the_frames(tmp_path):
    sprites, digits = make_sprites(), make_digits()
    write_sequence(sprites, 19, tmp_path / "sprites")
    write_sequence(digits, 19, tmp_path / "digits")
    for t in range(19):
        colour = cv2.imread(str(tmp_path / f"sprites/img1/{t + 1:06d}.png"))
        grey = cv2.imread(str(tmp_path / f"digits/img1/{t + 1:06d}.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(colour[:, :, ::-1], sprites.clip([0], t, 1).frames[0, 0])
        np.testing.assert_array_equal(grey, digits.clip([0], t, 1).frames[0, 0, :, :, 0])
    assert colour.any()
    assert grey.any()


def test_truth_counts_frames_and_pixels_from_1(tmp_path):
    write_sequence(make_sprites(), 40, tmp_path / "made")
    truth = make_sprites().tracks(0, 40)
    rows = np.loadtxt(tmp_path / "made/gt/gt.txt", delimiter=",")
    assert len(rows) == len(truth) > 30
    np.testing.assert_array_equal(rows[:, 0], truth.frame + 1)
    np.testing.assert_array_equal(rows[:, 1], truth.track_id)
    np.testing.assert_array_equal(rows[:, 2:4], truth.box[:, :2] + 1)
    np.testing.assert_array_equal(rows[:, 4:6], truth.box[:, 2:] - truth.box[:, :2])
    np.testing.assert_array_equal(rows[:, 6:], 1)
    assert "." not in (tmp_path / "made/gt/gt.txt").read_text()


def test_our_own_readers_take_it(tmp_path):
    write_sequence(make_sprites(), 12, tmp_path / "made")
    sequence = open_sequence(tmp_path / "made")
    facts = sequence.name, sequence.width, sequence.height, sequence.fps, sequence.num_frames
    assert facts == ("made", 93, 71, 10.0, 12)
    assert sequence.truth_path == tmp_path / "made" / "gt" / "gt.txt"
    expected = make_sprites().clip([0], 0, 12).frames[0]
    np.testing.assert_array_equal([frame.image for frame in sequence.frames()], expected)
    read, truth = read_truth(sequence.truth_path, num_frames=12), make_sprites().tracks(0, 12)
    assert read.counts.all()
    np.testing.assert_array_equal(read.tracks.box, truth.box)
    np.testing.assert_array_equal(read.tracks.track_id, truth.track_id)
    np.testing.assert_array_equal(read.tracks.frame, truth.frame)


def test_labels_come_back_with_their_marks(tmp_path):
    labelled = labelled_crowd(CrowdVideo(7, height=96, width=171), 3, 13)
    write_labelled(labelled, tmp_path / "made")
    sequence = open_sequence(tmp_path / "made")
    assert (sequence.width, sequence.height, sequence.fps, sequence.num_frames) == (
        *(171, 96, 12.5),
        13,
    )
    expected = [frame.image for frame in labelled.frames()]
    np.testing.assert_array_equal([frame.image for frame in sequence.frames()], expected)
    read, truth = read_truth(sequence.truth_path, num_frames=13), labelled.truth
    np.testing.assert_array_equal(read.tracks.box, truth.tracks.box)
    np.testing.assert_array_equal(read.counts, truth.counts)
    np.testing.assert_array_equal(read.class_id, truth.class_id)
    assert 0 < truth.counts.mean() < 1
    rows = np.loadtxt(tmp_path / "made/gt/gt.txt", delimiter=",")
    assert rows[:, 8] == pytest.approx(truth.visibility, abs=1e-5)


def test_progress_is_told(tmp_path):
    told = []
    write_sequence(make_digits(), 5, tmp_path / "made", on_frame=told.append)
    assert told == [0, 1, 2, 3, 4]


def interrupt(index):
    if index == 3:
        raise KeyboardInterrupt


@pytest.mark.parametrize("exists", [False, True])
def test_nothing_half_written_stays(tmp_path, exists):
    if exists:
        (tmp_path / "made").mkdir()
    with pytest.raises(KeyboardInterrupt):
        write_sequence(make_sprites(), 9, tmp_path / "made", on_frame=interrupt)
    assert names(tmp_path) == (["made"] if exists else [])


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "made").mkdir()
    write_sequence(make_sprites(), 2, tmp_path / "made")
    assert len(names(tmp_path / "made")) == 6
    assert names(tmp_path)[0] == "made"


def test_a_folder_in_use_is_refused_and_only_replaced_when_told(tmp_path):
    made = tmp_path / "made"
    write_sequence(make_digits(), 5, made)
    (made / "notes.txt").write_text("mine")
    before = names(made)
    with pytest.raises(InputError, match="is not empty; name another folder, or say overwrite"):
        write_sequence(make_sprites(), 3, made)
    assert names(made) == before
    with pytest.raises(KeyboardInterrupt):
        write_sequence(make_sprites(), 9, made, overwrite=True, on_frame=interrupt)
    assert names(made) == before
    write_sequence(make_sprites(), 3, made, overwrite=True)
    assert names(made) == [
        "gt",
        "gt/gt.txt",
        "img1",
        *(f"img1/{number:06d}.png" for number in range(1, 4)),
        "notes.txt",
        "seqinfo.ini",
    ]
    assert "seqLength=3" in (made / "seqinfo.ini").read_text()


def test_places_that_cannot_be_written_are_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"file is a file; name a folder"):
        write_sequence(make_sprites(), 3, tmp_path / "file")
    with pytest.raises(InputError, match=r"below cannot be written \(Not a directory\)"):
        write_sequence(make_sprites(), 3, tmp_path / "file" / "below")

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(InputError, match=r"made cannot be written \(No space left on device\)"):
        write_sequence(make_sprites(), 3, tmp_path / "made")
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("num_frames", [0, 1_000_000])
def test_impossible_lengths_are_refused(tmp_path, num_frames):
    with pytest.raises(InputError, match=r"no 0 frames|at most 999999 frames"):
        write_sequence(make_sprites(), num_frames, tmp_path / "made")
    assert names(tmp_path) == []
