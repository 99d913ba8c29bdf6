from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from made_video import scene

from animot.errors import InputError
from animot.video import writer
from animot.video.reader import open_video
from animot.video.writer import VideoWriter, pick_codec


def write(path: Path, frames: Iterable[np.ndarray], fps: float = 25.0) -> None:
    write_all(VideoWriter(path, fps), frames)


def write_all(writer: VideoWriter, frames: Iterable[np.ndarray]) -> None:
    with writer as video:
        for frame in frames:
            video.write(frame)


def read(path: Path) -> np.ndarray:
    video = open_video(path)
    return np.stack([frame.image for frame in video.frames(lambda index: index >= 0)])


@pytest.mark.parametrize(("height", "width"), [(48, 64), (47, 63)])
def test_written_frames_can_be_read_again(tmp_path: Path, height: int, width: int) -> None:
    frames = scene(20, height, width)
    write(tmp_path / "käfer 1:2.mp4", frames)
    again = read(tmp_path / "käfer 1:2.mp4")
    assert again.shape == (20, 48, 64, 3)
    assert np.abs(again[:, :height, :width].astype(int) - frames).mean() < 4
    assert [file.name for file in tmp_path.iterdir()] == ["käfer 1:2.mp4"]


def test_colon_in_a_relative_path_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("cam1:north.mp4"), scene(3, 32, 48))
    assert len(read(tmp_path / "cam1:north.mp4")) == 3


def test_odd_edges_repeat_the_last_row_and_column(tmp_path: Path) -> None:
    frames = np.zeros((3, 15, 17, 3), dtype=np.uint8)
    frames[:, -1] = frames[:, :, -1] = 255
    write(tmp_path / "v.mp4", frames)
    again = read(tmp_path / "v.mp4")
    assert (again[:, 14:] > 200).all()
    assert (again[:, :, 16:] > 200).all()
    assert (again[:, :13, :15] < 50).all()


def test_players_find_h264_with_their_pixel_format_and_rate(tmp_path: Path) -> None:
    write(tmp_path / "v.mp4", scene(9, 32, 48), fps=30000 / 1001)
    with av.open(str(tmp_path / "v.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(30000, 1001)
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"


def test_an_error_leaves_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_text("old")

    def fail() -> None:
        with VideoWriter(tmp_path / "v.mp4", 25.0) as video:
            video.write(scene(1, 32, 48)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_no_frame_no_file(tmp_path: Path) -> None:
    write(tmp_path / "v.mp4", scene(0, 32, 48))
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.v\.mp4: cannot be written \(No such file"):
        write(tmp_path / "none" / "v.mp4", scene(1, 32, 48))


def test_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    (tmp_path / "part").symlink_to("/dev/full")
    video = VideoWriter(tmp_path / "v.mp4", 25.0)
    monkeypatch.setattr(video, "_part", tmp_path / "part")
    with pytest.raises(InputError, match=r"v\.mp4: cannot be written \(No space left"):
        write_all(video, scene(20, 32, 48))
    assert list(tmp_path.iterdir()) == []


def test_frames_must_have_one_size(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"size \(48, 32\)"):
        write(tmp_path / "v.mp4", [*scene(1, 32, 48), *scene(1, 48, 32)])
    assert list(tmp_path.iterdir()) == []


def test_other_encoder_where_the_best_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pick_codec() == "libx264"
    monkeypatch.setattr(writer, "CODECS", ("libmissing", "mpeg4"))
    assert pick_codec() == "mpeg4"
    write(tmp_path / "v.mp4", scene(9, 32, 48))
    assert np.abs(read(tmp_path / "v.mp4").astype(int) - scene(9, 32, 48)).mean() < 4
    monkeypatch.setattr(writer, "CODECS", ("libmissing",))
    with pytest.raises(InputError, match="none of the video encoders libmissing"):
        pick_codec()


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_frames_with_times_are_shown_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    monkeypatch.setattr(writer, "CODECS", (codec,))
    times = [0.0, 0.04, 0.04, 0.5, 3.0]
    with VideoWriter(tmp_path / "v.mp4", 25.0) as output:
        for time in times:
            output.write(np.zeros((34, 46, 3), dtype=np.uint8), time)
    with av.open(str(tmp_path / "v.mp4")) as video:
        stamps = [float(picture.pts * picture.time_base) for picture in video.decode(video=0)]
    # The second of two equal times comes a millisecond later.
    assert stamps == pytest.approx([0.0, 0.04, 0.041, 0.5, 3.0], abs=1e-4)


def test_a_growing_file_can_be_played_before_its_end_and_stays(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (240, 34, 46, 3), dtype=np.uint8)
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        VideoWriter(tmp_path / "v.mp4", 25.0, growing=True) as v,
    ):
        for image in noise:
            v.write(image)
        with av.open(str(tmp_path / "v.mp4")) as video:
            shown = sum(1 for _ in video.decode(video=0))
        assert 50 < shown < 240
        raise ZeroDivisionError
    with av.open(str(tmp_path / "v.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 240
