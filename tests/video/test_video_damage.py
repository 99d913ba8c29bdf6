"""Videos that are broken, cut off or none at all: frames, or one line that says what is wrong."""

import os
import re
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from made_video import make_empty_video, make_sound, make_video, noise, scene

from animot.errors import InputError, InputWarning
from animot.tracker import Frame
from animot.video import decode
from animot.video.damage import Damage
from animot.video.reader import open_video


def read(path: Path) -> list[Frame]:
    return list(open_video(path).frames(lambda index: index >= 0))


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


@pytest.fixture
def h264(tmp_path: Path) -> Path:
    """40 frames, a key frame every 8, with the index in front so that a cut file still opens."""
    frames = noise(40, 48, 64)
    return make_video(tmp_path / "v.mp4", frames, "libx264", "yuv420p", header_first=True, g="8")


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.mp4")


def test_folder(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    assert "is empty" in refusal(tmp_path / "v.mp4")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_no_permission(h264: Path) -> None:
    h264.chmod(0)
    assert "cannot be read (Permission denied)" in refusal(h264)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_does_not_wait_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "is not a file" in refusal(tmp_path / "pipe.mp4")


@pytest.mark.parametrize("name", ["notes.mp4", "notes.avi"])
def test_text_with_the_ending_of_a_video(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("1,2,3,4\n" * 500)
    assert re.search("not a video|no video", refusal(tmp_path / name))


def test_text_file_is_not_shown_as_a_terminal_would(tmp_path: Path) -> None:
    (tmp_path / "gt.txt").write_text("1,2,3,4\n" * 500)
    assert "not a video" in refusal(tmp_path / "gt.txt")


def test_live_play_list_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    assert "not a video" in refusal(path)


def test_list_of_other_files_is_not_followed(tmp_path: Path) -> None:
    make_video(tmp_path / "other.mkv", noise(5, 13, 19))
    (tmp_path / "list.txt").write_text("ffconcat version 1.0\nfile other.mkv\n")
    assert "not a video" in refusal(tmp_path / "list.txt")


@pytest.mark.parametrize(
    ("num_bytes", "fault"), [(20, "not a video"), (48, "no video in it"), (400, "unknown")]
)
def test_header_only(h264: Path, num_bytes: int, fault: str) -> None:
    h264.write_bytes(h264.read_bytes()[:num_bytes])
    assert fault in refusal(h264)


@pytest.mark.parametrize("name", ["v.mkv", "v.avi", "v.mp4"])
def test_no_frames(tmp_path: Path, name: str) -> None:
    assert refusal(make_empty_video(tmp_path / name))


def test_only_sound(tmp_path: Path) -> None:
    assert "no video in it" in refusal(make_sound(tmp_path / "v.wav", seconds=1))


def test_only_sound_with_a_cover_picture(tmp_path: Path) -> None:
    cover = scene(1, 32, 48)[0]
    path = make_sound(tmp_path / "v.mp4", seconds=1, cover=cover)
    assert "no video in it" in refusal(path)


def test_header_without_anything_that_decodes(h264: Path) -> None:
    content = bytearray(h264.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    h264.write_bytes(content)
    assert "no frame of it can be decoded" in refusal(h264)


def test_frames_beyond_any_camera_are_not_allocated(
    h264: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(decode.DECODER_OPTIONS, "max_pixels", "3000")
    assert refusal(h264)


@pytest.mark.parametrize("name", ["v.mp4", "v.mkv", "v.avi", "v.ts"])
def test_cut_off_video_is_used_as_far_as_it_decodes(tmp_path: Path, name: str) -> None:
    codec = "mpeg4" if name == "v.avi" else "libx264"
    frames = noise(40, 48, 64)
    path = make_video(tmp_path / name, frames, codec, "yuv420p", header_first=True, g="8")
    whole = read(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.warns(InputWarning) as caught:
        rest = read(path)
    assert len(caught) == 1
    message = str(caught[0].message)
    assert message.startswith(f"{path}: ")
    assert f"after {len(rest)} frames" in message or f"from frame {len(rest) - 1}" in message
    assert 12 <= len(rest) <= 28
    for before, after in zip(whole[: len(rest) - 1], rest[:-1], strict=True):
        np.testing.assert_array_equal(before.image, after.image)


def test_damage_in_the_middle_leaves_the_rest(h264: Path) -> None:
    whole = read(h264)
    content = bytearray(h264.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(byte ^ 0x5A for byte in content[middle:][:3000])
    h264.write_bytes(content)
    with pytest.warns(InputWarning, match=r"v\.mp4: the video is damaged from frame (1|2)\d on"):
        rest = read(h264)
    assert 30 <= len(rest) <= 40
    assert rest[-1].time == whole[-1].time
    np.testing.assert_array_equal(rest[-1].image, whole[-1].image)


def with_rubbish(path: Path, stretches: int) -> Path:
    """A transport stream of 90 frames with long stretches of zeros, spread evenly over it."""
    make_video(path, scene(90, 32, 48), "mpeg2video", "yuv420p", g="8")
    content = path.read_bytes()
    piece = len(content) // (stretches + 1) // 188 * 188
    pieces = [content[start : start + piece] for start in range(0, piece * stretches, piece)]
    path.write_bytes(bytes(300_000).join([*pieces, content[piece * stretches :]]))
    return path


def test_transport_stream_goes_on_after_long_stretches_of_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MAX_ATTEMPTS", 8)  # more than one stretch takes, less than three
    path = with_rubbish(tmp_path / "v.ts", stretches=3)
    with pytest.warns(InputWarning, match=r"v\.ts: the video is damaged from frame \d\d on, and"):
        frames = read(path)
    assert 75 <= len(frames) <= 90
    assert frames[-1].time == pytest.approx(89 / 25)


def test_file_that_cannot_be_read_on_breaks_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MAX_ATTEMPTS", 1)
    path = with_rubbish(tmp_path / "v.ts", stretches=1)
    damage = Damage(path)
    assert 30 <= len(list(decode.decode(path, damage))) <= 60
    with pytest.warns(InputWarning, match=r"v\.ts: the video .* breaks off after \d\d frames"):
        damage.warn(breaks_off=False)


def test_damaged_video_decodes_the_same_way_every_time(tmp_path: Path) -> None:
    path = make_video(tmp_path / "v.ts", noise(30, 96, 128), "mpeg2video", "yuv420p")
    content = bytearray(path.read_bytes())
    for start in range(5000, len(content), 20_000):
        content[start : start + 40] = bytes(40)
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        passes = [np.stack([frame.image for frame in read(path)]) for _ in range(3)]
    np.testing.assert_array_equal(passes[0], passes[1])
    np.testing.assert_array_equal(passes[0], passes[2])


@pytest.mark.parametrize(("announced", "warned"), [(4, False), (40, False), (9000, True)])
def test_header_may_lie_about_the_number_of_frames(
    tmp_path: Path, announced: int, warned: bool
) -> None:
    path = make_video(tmp_path / "v.avi", scene(40, 32, 48), "mpeg4", "yuv420p")
    content = bytearray(path.read_bytes())
    length_of_stream = content.index(b"strh") + 40
    struct.pack_into("<I", content, length_of_stream, announced)
    path.write_bytes(content)
    video = open_video(path)
    assert video.num_frames == announced
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(read(path)) == 40
    assert len(caught) == warned
