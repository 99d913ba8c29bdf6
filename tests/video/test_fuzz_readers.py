"""Damaged files by the hundred: frames or one line, never a traceback, a crash or a hang."""

import random
import time
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from made_video import make_video, scene

from animot.data.sequence import open_sequence
from animot.errors import InputError, InputWarning

FRAMES = 12
SECONDS_A_CASE = 20.0
VIDEOS = {
    "v.mp4": ("libx264", "yuv420p"),
    "v.mkv": ("libx264", "yuv420p"),
    "v.avi": ("mpeg4", "yuv420p"),
    "v.ts": ("mpeg2video", "yuv420p"),
    "j.avi": ("mjpeg", "yuvj420p"),
    "f.mkv": ("ffv1", "bgr0"),
    "v.webm": ("libvpx-vp9", "yuv420p"),
    "v.gif": ("gif", "rgb8"),
    "v.h264": ("libx264", "yuv420p"),
}
IMAGES = ("png", "jpg", "tif", "bmp", "webp", "ppm")


def mutate(content: bytes, chance: random.Random) -> bytes:
    """Flip, overwrite, delete, insert, double or cut off pieces."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        start = chance.randrange(len(data) + 1)
        stop = min(start + chance.choice([1, 2, 4, 16, 64, 512]), len(data))
        piece = data[start:stop]
        replacement = chance.choice(
            [
                bytes(byte ^ 1 << chance.randrange(8) for byte in piece),
                chance.randbytes(len(piece)),
                b"",
                chance.randbytes(16) + piece,
                piece + piece,
            ]
        )
        data[start:stop] = replacement
        if chance.random() < 0.05:
            del data[start:]
    return bytes(data)


def read_to_the_end(path: Path) -> int:
    """Number of frames that the sequence gives, all of them in order."""
    sequence = open_sequence(path)
    last, count = -1.0, 0
    for frame in sequence.frames():
        assert frame.index == count
        assert last <= frame.time < float("inf")
        assert frame.image.shape == (sequence.height, sequence.width, 3)
        last, count = frame.time, count + 1
    assert count > 0
    return count


def gives_frames(path: Path) -> bool:
    """Whether frames come out of a damaged sequence; if none do, one line must say why."""
    started = time.monotonic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)
            read_to_the_end(path)
        message = None
    except InputError as error:
        message = str(error)
    assert time.monotonic() - started < SECONDS_A_CASE
    assert message is None or (str(path) in message and "\n" not in message)
    return message is None


def fuzz_video(tmp_path: Path, name: str, seeds: range) -> None:
    path = make_video(tmp_path / name, scene(FRAMES, 32, 48), *VIDEOS[name], header_first=True)
    whole = path.read_bytes()
    gave_frames = 0
    for seed in seeds:
        path.write_bytes(mutate(whole, random.Random(seed)))
        gave_frames += gives_frames(path)
    assert gave_frames > 0  # else the cases would prove little


def fuzz_images(tmp_path: Path, extension: str, seeds: range) -> None:
    for number, image in enumerate(scene(3, 32, 48)):
        assert cv2.imwrite(str(tmp_path / f"{number}.{extension}"), np.ascontiguousarray(image))
    file = tmp_path / f"1.{extension}"
    whole = file.read_bytes()
    gave_frames = 0
    for seed in seeds:
        file.write_bytes(mutate(whole, random.Random(seed)))
        gave_frames += gives_frames(tmp_path)
    assert gave_frames > 0


@pytest.mark.parametrize("name", VIDEOS)
def test_some_damaged_videos(tmp_path: Path, name: str) -> None:
    fuzz_video(tmp_path, name, range(20))


@pytest.mark.slow
@pytest.mark.parametrize("name", VIDEOS)
def test_many_damaged_videos(tmp_path: Path, name: str) -> None:
    fuzz_video(tmp_path, name, range(1000, 1300))


@pytest.mark.parametrize("extension", IMAGES)
def test_some_damaged_images(tmp_path: Path, extension: str) -> None:
    fuzz_images(tmp_path, extension, range(20))


@pytest.mark.slow
@pytest.mark.parametrize("extension", IMAGES)
def test_many_damaged_images(tmp_path: Path, extension: str) -> None:
    fuzz_images(tmp_path, extension, range(1000, 1300))
