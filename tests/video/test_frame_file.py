from pathlib import Path

import numpy as np
import pytest
from made_video import noise

from animot.video.frame_file import FrameFile


def fill(path: Path, frames: np.ndarray) -> None:
    with FrameFile(path, (5, 3)) as file:
        for frame in frames:
            file.append(frame)


@pytest.mark.parametrize("num_frames", [0, 1, 11, 1234])
def test_is_a_plain_npy_file(tmp_path: Path, num_frames: int) -> None:
    frames = noise(num_frames, height=5, width=3)
    fill(tmp_path / "v.npy", frames)
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy", allow_pickle=False), frames)
    assert [file.name for file in tmp_path.iterdir()] == ["v.npy"]


def test_frames_in_any_memory_order_are_stored_as_they_look(tmp_path: Path) -> None:
    mirrored = noise(2, height=5, width=3)[:, :, ::-1]
    columns_first = np.asfortranarray(mirrored[0])
    with FrameFile(tmp_path / "v.npy", (5, 3)) as file:
        file.append(columns_first)
        file.append(mirrored[1])
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), mirrored)


@pytest.mark.parametrize("num_blocks", [1, 2, 5, 8])
def test_drop_every_other_block_then_go_on(tmp_path: Path, num_blocks: int) -> None:
    frames = noise(num_blocks * 7 + 2, height=5, width=3)
    with FrameFile(tmp_path / "v.npy", (5, 3)) as file:
        for frame in frames[:-2]:
            file.append(frame)
        file.drop_every_other(7)
        for frame in frames[-2:]:
            file.append(frame)
    kept = [index for index in range(num_blocks * 7) if index // 7 % 2 == 0]
    expected = np.concatenate([frames[kept], frames[-2:]])
    assert (tmp_path / "v.npy").stat().st_size == 128 + expected.nbytes
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), expected)


def test_an_error_leaves_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "v.npy").write_text("old")

    def fail() -> None:
        with FrameFile(tmp_path / "v.npy", (5, 3)) as file:
            file.append(noise(1, 5, 3)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    (tmp_path / "part").symlink_to("/dev/full")
    file = FrameFile(tmp_path / "v.npy", (5, 3))
    monkeypatch.setattr(file, "_part", tmp_path / "part")

    def fail() -> None:
        with file:
            for frame in noise(1234, 5, 3):
                file.append(frame)

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert list(tmp_path.iterdir()) == []
