"""Whole videos of many kinds: right pixels, right order, right times."""

import gc
import os
from pathlib import Path

import av
import numpy as np
import pytest
from made_video import make_sound, make_video, noise, scene

from animot.errors import InputWarning
from animot.video.reader import DEFAULT_FPS, VideoFile, open_video


def always(index: int) -> bool:
    return True


def everything(video: VideoFile) -> np.ndarray:
    return np.stack([frame.image for frame in video.frames(always)])


def luma(frames: np.ndarray) -> np.ndarray:
    return frames @ np.array([0.299, 0.587, 0.114])


def test_lossless_video_comes_back_exactly(tmp_path: Path) -> None:
    frames = noise(7, height=13, width=19)
    video = open_video(make_video(tmp_path / "Käfer 1:2.mkv", frames))
    assert (video.width, video.height, video.fps, video.num_frames) == (19, 13, 25.0, 7)
    assert video.files == [tmp_path / "Käfer 1:2.mkv"]
    np.testing.assert_array_equal(everything(video), frames)


def test_colon_in_a_relative_path_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = noise(3, height=13, width=19)
    make_video(tmp_path / "v.mkv", frames).rename(tmp_path / "cam1:north.mkv")
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(everything(open_video(Path("cam1:north.mkv"))), frames)


def test_can_be_gone_through_again_and_again(tmp_path: Path) -> None:
    video = open_video(make_video(tmp_path / "v.mkv", noise(5, 13, 19)))
    np.testing.assert_array_equal(everything(video), everything(video))


def test_only_wanted_frames_come_with_their_own_index_and_time(tmp_path: Path) -> None:
    frames = noise(11, 13, 19)
    video = open_video(make_video(tmp_path / "v.mkv", frames))
    kept = list(video.frames(lambda index: index % 3 == 1))
    assert [frame.index for frame in kept] == [1, 4, 7, 10]
    assert [frame.time for frame in kept] == pytest.approx([0.04, 0.16, 0.28, 0.40])
    np.testing.assert_array_equal([frame.image for frame in kept], frames[1::3])


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_the_file_is_closed_when_the_iterator_is_left(tmp_path: Path) -> None:
    video = open_video(make_video(tmp_path / "v.mkv", noise(5, 13, 19)))

    def is_open() -> bool:
        links = (Path("/proc/self/fd") / number for number in os.listdir("/proc/self/fd"))
        return any(link.is_symlink() and os.readlink(link) == str(video.path) for link in links)

    frames = video.frames(always)
    next(frames)
    assert is_open()
    frames.close()
    gc.collect()
    assert not is_open()


@pytest.mark.parametrize(
    "pixel_format", ["gray", "gray10le", "gray16le", "yuv420p", "yuv420p10le", "yuva420p"]
)
def test_brightness_survives_any_pixel_format(tmp_path: Path, pixel_format: str) -> None:
    frames = scene(5, height=31, width=45)
    video = open_video(make_video(tmp_path / "v.mkv", frames, pixel_format=pixel_format))
    assert (video.width, video.height) == (45, 31)
    difference = np.abs(luma(everything(video)) - luma(frames))
    assert difference.mean() < 1.5
    assert difference.max() < 40  # half a colour sample at the edge of the square


@pytest.mark.parametrize("pixel_format", ["bgra", "gbrp14le", "gbrp16le", "rgb48"])
def test_alpha_and_deep_colour_become_the_same_8_bits(tmp_path: Path, pixel_format: str) -> None:
    frames = noise(5, height=13, width=19)
    video = open_video(make_video(tmp_path / "v.mkv", frames, pixel_format=pixel_format))
    np.testing.assert_array_equal(everything(video), frames)


@pytest.mark.parametrize(("height", "width"), [(530, 34), (50, 38), (18, 532), (34, 66)])
@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mpeg2video"])
def test_sizes_that_are_no_whole_blocks_are_not_padded(
    tmp_path: Path, codec: str, height: int, width: int
) -> None:
    """Coders work in blocks of 16 pixels; what they fill up must not be seen."""
    frames = scene(3, height, width)
    video = open_video(make_video(tmp_path / "v.mkv", frames, codec, "yuv420p"))
    assert (video.height, video.width) == (height, width)
    seen = everything(video)
    assert seen.shape == frames.shape
    for edge in (np.s_[:, -2:], np.s_[:, :, -2:]):
        assert np.abs(luma(seen[edge]) - luma(frames[edge])).mean() < 4


@pytest.mark.parametrize(("rotation", "quarter_turns"), [(90, 1), (180, 2), (-90, 3), (270, 3)])
def test_rotation_flag_is_followed(tmp_path: Path, rotation: int, quarter_turns: int) -> None:
    frames = scene(3, height=32, width=48)
    options = {"codec": "libx264", "pixel_format": "yuv420p"}
    flat = everything(open_video(make_video(tmp_path / "flat.mp4", frames, **options)))
    video = open_video(make_video(tmp_path / "v.mp4", frames, rotation=rotation, **options))
    turned = np.rot90(flat, quarter_turns, axes=(1, 2))
    assert (video.height, video.width) == turned.shape[1:3]
    np.testing.assert_array_equal(everything(video), turned)


def test_interlaced_video_is_woven(tmp_path: Path) -> None:
    frames = scene(6, height=32, width=48)
    path = make_video(
        tmp_path / "v.mkv", frames, "mpeg2video", "yuv420p", flags="+ildct+ilme", qscale="2"
    )
    assert np.abs(luma(everything(open_video(path))) - luma(frames)).mean() < 3


@pytest.mark.parametrize("name", ["raw.h264", "raw.mjpeg", "v.avi", "v.gif", "v.webm", "v.ts"])
def test_containers_with_and_without_time_stamps(tmp_path: Path, name: str) -> None:
    codecs = {
        "raw.h264": ("libx264", "yuv420p"),
        "raw.mjpeg": ("mjpeg", "yuvj420p"),
        "v.avi": ("mpeg4", "yuv420p"),
        "v.gif": ("gif", "rgb8"),
        "v.webm": ("libvpx-vp9", "yuv420p"),
        "v.ts": ("mpeg2video", "yuv420p"),
    }
    video = open_video(make_video(tmp_path / name, scene(9, 32, 48), *codecs[name]))
    frames = list(video.frames(always))
    assert video.fps == 25
    assert [frame.index for frame in frames] == list(range(9))
    assert [frame.time for frame in frames] == pytest.approx([index / 25 for index in range(9)])
    assert video.num_frames in {9, None}


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    stamps = [7000, 7010, 7500, 7510, 7520, 12000, 12001]
    video = open_video(make_video(tmp_path / "v.mkv", noise(7, 13, 19), pts=stamps))
    times = [frame.time for frame in video.frames(always)]
    assert times == pytest.approx([0, 0.01, 0.5, 0.51, 0.52, 5, 5.001])


def test_frames_that_an_editor_hid_are_neither_shown_nor_missed(tmp_path: Path) -> None:
    options = {"codec": "libx264", "pixel_format": "yuv420p", "bf": "0"}
    path = make_video(tmp_path / "v.mp4", scene(40, 32, 48), hidden=12, **options)
    shown = everything(open_video(path))
    assert len(shown) == 28
    assert np.abs(luma(shown) - luma(scene(40, 32, 48)[12:])).mean() < 3


def test_unknown_frame_rate_has_a_default(tmp_path: Path) -> None:
    video = open_video(make_video(tmp_path / "v.mkv", noise(5, 13, 19), fps=10_000))
    assert video.fps == DEFAULT_FPS


def test_of_several_video_streams_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as output:
        streams = [output.add_stream("ffv1", rate=25) for _ in range(2)]
        for stream, height in zip(streams, (13, 17), strict=True):
            stream.height, stream.width, stream.pix_fmt = height, 19, "bgr0"
        for image in noise(4, 13, 19):
            output.mux(streams[0].encode(av.VideoFrame.from_ndarray(image)))
            output.mux(streams[1].encode(av.VideoFrame.from_ndarray(np.resize(image, (17, 19, 3)))))
        for stream in streams:
            output.mux(stream.encode(None))
    np.testing.assert_array_equal(everything(open_video(path)), noise(4, 13, 19))


def test_sound_beside_the_video_is_passed_over(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "v.mkv", seconds=9, frames=noise(4, 13, 19))
    np.testing.assert_array_equal(everything(open_video(path)), noise(4, 13, 19))


def test_new_frame_size_in_mid_stream_is_resized_and_said(tmp_path: Path) -> None:
    options = {"codec": "mpeg2video", "pixel_format": "yuv420p"}
    small = make_video(tmp_path / "small.ts", scene(9, 32, 48), **options)
    large = make_video(tmp_path / "large.ts", scene(9, 64, 96), **options)
    path = tmp_path / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    video = open_video(path)
    with pytest.warns(InputWarning, match=r"both\.ts: .* changes its frame size at frame [89]"):
        frames = everything(video)
    assert frames.shape[1:] == (32, 48, 3)
    assert len(frames) >= 17
    assert 15 < frames[-1].mean() < 90


def test_real_video(shared_data: Path) -> None:
    video = open_video(shared_data / "pets09-s2l1" / "vtest.avi")
    assert (video.width, video.height, video.fps, video.num_frames) == (768, 576, 10.0, 795)
    last = list(video.frames(lambda index: index >= 792))
    assert [frame.index for frame in last] == [792, 793, 794]
    assert last[-1].time == pytest.approx(79.4)
