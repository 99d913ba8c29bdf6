"""Frames kept at the size of the network."""

import numpy as np
import pytest

from animot.atttrack.kept_frames import KeptFrames, keep_frames
from animot.atttrack.letterbox import letterbox
from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_sequence import labelled_crowd
from animot.data.labelled import FrameSource
from animot.errors import InputError

SIZE = (96, 64)
WHOLE = labelled_crowd(CrowdVideo(3, height=90, width=171), 5, 9)


@pytest.mark.parametrize("in_file", [False, True])
def test_kept_frames_are_letterboxed_and_so_is_their_truth(tmp_path, in_file):
    part = WHOLE.part(2, 9)
    kept = keep_frames(part, SIZE, tmp_path / "frames.npy" if in_file else None)
    assert isinstance(kept.source, KeptFrames)
    assert isinstance(kept.source, FrameSource)
    facts = kept.name, kept.width, kept.height, kept.fps, kept.num_frames
    assert facts == ("crowd-5", 96, 64, 12.5, 7)
    boxed = letterbox((171, 90), SIZE)
    for frame, source in zip(kept.frames(), part.frames(), strict=True):
        np.testing.assert_array_equal(frame.image, boxed(source.image))
        assert (frame.index, frame.time) == (source.index, pytest.approx(source.time))
    np.testing.assert_array_equal(kept.image(4), boxed(WHOLE.image(6)))
    expected = boxed.to_network(part.truth.tracks.box)
    np.testing.assert_array_equal(kept.truth.tracks.box, expected)
    np.testing.assert_array_equal(kept.truth.counts, part.truth.counts)
    assert (tmp_path / "frames.npy").exists() == in_file
    some = list(kept.source.frames(start=2, wanted=lambda index: index % 3 == 0))
    assert [frame.index for frame in some] == [3, 6]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match=r"frames.npy: cannot hold the frames \(No such file"):
        keep_frames(WHOLE, SIZE, tmp_path / "nowhere" / "frames.npy")


def counted(monkeypatch):
    """Numbers of the frames drawn from here on."""
    drawn, image = [], CrowdVideo.image

    def draw(video, stream, frame):
        drawn.append(frame)
        return image(video, stream, frame)

    monkeypatch.setattr(CrowdVideo, "image", draw)
    return drawn


def test_frames_in_a_file_are_drawn_once(tmp_path, monkeypatch):
    file = tmp_path / "frames.npy"
    first = keep_frames(WHOLE, SIZE, file)
    drawn = counted(monkeypatch)
    again = keep_frames(WHOLE, SIZE, file)
    assert drawn == [0]
    assert isinstance(again.source.pixels, np.memmap)
    np.testing.assert_array_equal(again.source.pixels, first.source.pixels)
    np.testing.assert_array_equal(again.truth.tracks.box, first.truth.tracks.box)


@pytest.mark.parametrize("change", ["part", "size", "difficulty", "cut off", "no facts", "pixels"])
def test_other_frames_are_drawn_again(tmp_path, monkeypatch, change):
    file = tmp_path / "frames.npy"
    keep_frames(WHOLE, SIZE, file)
    sequence, size = WHOLE, SIZE
    if change == "part":
        sequence = WHOLE.part(1, 9)
    elif change == "size":
        size = (64, 96)
    elif change == "difficulty":  # the truth is the same
        dark = CrowdDifficulty(contrast=20.0)
        sequence = labelled_crowd(CrowdVideo(3, dark, height=90, width=171), 5, 9)
    elif change == "cut off":
        file.write_bytes(file.read_bytes()[:-7])
    elif change == "no facts":
        file.with_suffix(".json").write_text("{" * 9000)
    else:  # as another version of the generator would have drawn it
        content = bytearray(file.read_bytes())
        content[200] ^= 1
        file.write_bytes(content)
    drawn = counted(monkeypatch)
    kept = keep_frames(sequence, size, file)
    assert len(drawn) >= sequence.num_frames
    monkeypatch.undo()
    expected = keep_frames(sequence, size)
    np.testing.assert_array_equal(kept.source.pixels, expected.source.pixels)


def test_video_with_truth(shared_data):
    from animot.data.mot_split import open_labelled

    folder = shared_data / "pets09-s2l1"
    whole = open_labelled(folder / "vtest.avi", folder / "gt" / "gt_000001-000530.txt")
    kept = keep_frames(whole.part(10, 30), SIZE)
    assert kept.source.pixels.shape == (20, 64, 96, 3)
    expected = letterbox((768, 576), SIZE)(whole.image(13))
    np.testing.assert_array_equal(kept.image(3), expected)
