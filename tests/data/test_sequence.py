"""One type for video files, image folders and MOTChallenge folders."""

import os
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.data.sequence import open_sequence
from animot.errors import InputError, InputWarning
from animot.video.writer import VideoWriter


def noise(num_frames: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (num_frames, 14, 22, 3), dtype=np.uint8)


def write_images(folder: Path, images: np.ndarray, first: int = 1) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images, start=first):
        assert cv2.imwrite(str(folder / f"{number:06d}.png"), image[..., ::-1])


@pytest.fixture
def mot_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "MOT-7"
    write_images(folder / "img1", noise(5))
    (folder / "seqinfo.ini").write_text(
        "[Sequence]\nname=other\nimDir=img1\nframeRate=8\nseqLength=900\nimWidth=1\nimHeight=1\n"
    )
    (folder / "gt").mkdir()
    (folder / "gt" / "gt.txt").write_text("1,1,2,3,4,5,1,1,1\n")
    return folder


def test_video_file(tmp_path: Path) -> None:
    path = tmp_path / "street.view.mp4"
    with VideoWriter(path, 12.5) as video:
        for image in noise(6):
            video.write(image)
    sequence = open_sequence(str(path))
    assert (sequence.name, sequence.path, sequence.truth_path) == ("street.view", path, None)
    assert (sequence.width, sequence.height) == (22, 14)
    assert (sequence.fps, sequence.num_frames) == (12.5, 6)
    assert [frame.index for frame in sequence.frames()] == list(range(6))


def test_image_folder_has_a_default_frame_rate(tmp_path: Path) -> None:
    write_images(tmp_path / "cam 2", noise(3), first=9)
    sequence = open_sequence(tmp_path / "cam 2")
    assert (sequence.name, sequence.truth_path) == ("cam 2", None)
    assert (sequence.width, sequence.height) == (22, 14)
    assert (sequence.fps, sequence.num_frames) == (25.0, 3)
    for _ in range(2):
        np.testing.assert_array_equal([frame.image for frame in sequence.frames()], noise(3))


@pytest.mark.parametrize(("start", "indices"), [(0, [0, 2, 4]), (1, [2, 4]), (3, [4]), (9, [])])
def test_start_and_wanted_together(mot_folder: Path, start: int, indices: list[int]) -> None:
    frames = list(open_sequence(mot_folder).frames(start, lambda index: index % 2 == 0))
    assert [frame.index for frame in frames] == indices
    assert [frame.time for frame in frames] == [index / 8 for index in indices]


def test_the_folder_here_has_its_real_name(
    mot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mot_folder)
    assert open_sequence(".").name == "MOT-7"


def test_mot_folder(mot_folder: Path) -> None:
    sequence = open_sequence(mot_folder)
    assert (sequence.name, sequence.fps, sequence.num_frames) == ("MOT-7", 8.0, 5)
    assert (sequence.width, sequence.height) == (22, 14)
    assert sequence.truth_path == mot_folder / "gt" / "gt.txt"


def test_mot_folder_without_seqinfo_and_truth(mot_folder: Path) -> None:
    (mot_folder / "seqinfo.ini").unlink()
    (mot_folder / "gt" / "gt.txt").unlink()
    sequence = open_sequence(mot_folder)
    assert (sequence.fps, sequence.num_frames, sequence.truth_path) == (25.0, 5, None)


def test_seqinfo_with_byte_order_mark_carriage_returns_and_other_folder(mot_folder: Path) -> None:
    (mot_folder / "img1").rename(mot_folder / "frames")
    (mot_folder / "seqinfo.ini").write_bytes(
        b"\xef\xbb\xbf[Sequence]\r\nimDir = frames\r\nframeRate=30\r\n"
    )
    assert open_sequence(mot_folder).fps == 30


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Sequence"),
        (b"frameRate=8\n", r"no readable \[Sequence\]"),
        (b"[Sequence]\nframeRate=fast\n", "fast"),
        (b"[Sequence]\nframeRate=0\n", "frameRate=0 is not a number above 0"),
        (b"[Sequence]\nframeRate=nan\n", "frameRate=nan is not a number above 0"),
        (b"[Sequence]\nframeRate=8\nimDir=elsewhere\n", "elsewhere: no such folder"),
        (b"\xff\xfe\x00[Sequence]", r"no readable \[Sequence\]"),
        (b"[Sequence]\nframeRate=1000\n", "frameRate 1000 is no frame rate"),
    ],
)
def test_bad_seqinfo(mot_folder: Path, content: bytes, reason: str) -> None:
    (mot_folder / "seqinfo.ini").write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        open_sequence(mot_folder)
    assert "\n" not in str(caught.value)
    assert str(mot_folder) in str(caught.value)


def test_gap_in_the_numbers_of_images_with_truth(mot_folder: Path) -> None:
    (mot_folder / "img1" / "000003.png").unlink()
    with pytest.warns(InputWarning, match=r"000004\.png: is image 3 of the folder"):
        open_sequence(mot_folder)
    (mot_folder / "gt" / "gt.txt").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        open_sequence(mot_folder)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.mp4: no such file or folder"):
        open_sequence(tmp_path / "none.mp4")


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no images in this folder"):
        open_sequence(tmp_path)


def test_fingerprint_changes_with_the_files_only(mot_folder: Path) -> None:
    before = open_sequence(mot_folder).fingerprint()
    assert open_sequence(mot_folder).fingerprint() == before
    image = mot_folder / "img1" / "000005.png"
    os.utime(image, (1, 1))
    assert open_sequence(mot_folder).fingerprint() == before
    image.write_bytes(image.read_bytes()[:-1] + b"?")
    edited = open_sequence(mot_folder).fingerprint()
    image.rename(image.with_stem("000007"))
    with pytest.warns(InputWarning):
        renamed = open_sequence(mot_folder)
    assert len({before, edited, renamed.fingerprint()}) == 3
    renamed.source.files[0].unlink()
    with pytest.raises(InputError, match=r"000001\.png: is gone"):
        renamed.fingerprint()


def test_real_mot_folder(shared_data: Path) -> None:
    sequence = open_sequence(shared_data / "mot17-mini" / "MOT17-09-FRCNN")
    assert (sequence.name, sequence.fps, sequence.num_frames) == ("MOT17-09-FRCNN", 30.0, 4)
    assert (sequence.width, sequence.height) == (1920, 1080)
    assert sequence.truth_path is not None
    assert len(list(sequence.frames())) == 4
