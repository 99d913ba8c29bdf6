import json
from pathlib import Path

import numpy as np
import pytest
from made_video import make_video, noise

from animot.data.sequence import Sequence, open_sequence
from animot.errors import InputError
from animot.video.clips import FrameCache
from animot.video.pixels import resize

SIZE = (5, 3)


@pytest.fixture
def frames() -> np.ndarray:
    return noise(59, height=10, width=9)


@pytest.fixture
def sequence(tmp_path: Path, frames: np.ndarray) -> Sequence:
    return open_sequence(make_video(tmp_path / "v.mkv", frames))


def resized(frames: np.ndarray) -> np.ndarray:
    return np.stack([resize(frame, SIZE) for frame in frames])


def test_short_video_is_kept_whole(tmp_path: Path, sequence: Sequence, frames: np.ndarray) -> None:
    cache = FrameCache.build(sequence, SIZE, tmp_path / "run" / "cache")
    np.testing.assert_array_equal(cache.frames, resized(frames))
    np.testing.assert_array_equal(cache.index, np.arange(59))
    np.testing.assert_allclose(cache.time, np.arange(59) / 25, atol=1e-9)
    assert cache.runs == [(0, 59)]
    assert len(cache) == 59
    assert isinstance(cache.frames, np.memmap)
    again = FrameCache.open(tmp_path / "run" / "cache")
    np.testing.assert_array_equal(again.frames, cache.frames)
    np.testing.assert_array_equal(again.index, cache.index)
    np.testing.assert_array_equal(again.time, cache.time)


@pytest.mark.parametrize(
    ("max_frames", "kept_runs"),
    [
        pytest.param(60, range(12), id="all of it"),
        pytest.param(59, range(0, 12, 2), id="every other run"),
        pytest.param(23, range(0, 12, 4), id="every fourth run"),
        pytest.param(10, range(0, 12, 8), id="every eighth run"),
    ],
)
def test_long_video_keeps_runs_spread_over_all_of_it(
    tmp_path: Path, sequence: Sequence, frames: np.ndarray, max_frames: int, kept_runs: range
) -> None:
    cache = FrameCache.build(sequence, SIZE, tmp_path / "c", max_frames=max_frames, run_frames=5)
    kept = [index for index in range(59) if index // 5 in kept_runs]
    assert cache.index.tolist() == kept
    np.testing.assert_array_equal(cache.frames, resized(frames[kept]))
    assert max_frames / 2 - 5 <= len(cache) <= max_frames
    for start, stop in cache.runs:
        assert (np.diff(cache.index[start:stop]) == 1).all()
    expected_runs = 1 if max_frames == 60 else len(kept_runs)
    assert len(cache.runs) == expected_runs
    assert [start for start, _ in cache.runs][1:] == [stop for _, stop in cache.runs][:-1]


def test_room_for_two_runs_is_needed(tmp_path: Path, sequence: Sequence) -> None:
    with pytest.raises(ValueError, match="at least twice run_frames, 10"):
        FrameCache.build(sequence, SIZE, tmp_path, max_frames=9, run_frames=5)


def test_progress_counts_every_frame_read(tmp_path: Path, sequence: Sequence) -> None:
    seen: list[tuple[int, int | None]] = []

    def note(done: int, expected: int | None) -> None:
        seen.append((done, expected))

    FrameCache.build(sequence, SIZE, tmp_path, max_frames=10, run_frames=5, on_progress=note)
    assert seen == [(done, 59) for done in range(1, 60)]


def test_the_same_cache_is_not_built_twice(tmp_path: Path, sequence: Sequence) -> None:
    FrameCache.build(sequence, SIZE, tmp_path)
    written = (tmp_path / "frames.npy").stat()
    FrameCache.build(sequence, SIZE, tmp_path)
    assert (tmp_path / "frames.npy").stat().st_ino == written.st_ino
    FrameCache.build(sequence, SIZE, tmp_path, max_frames=10, run_frames=5)
    assert (tmp_path / "frames.npy").stat().st_ino != written.st_ino


def test_an_edited_video_is_read_again(
    tmp_path: Path, sequence: Sequence, frames: np.ndarray
) -> None:
    FrameCache.build(sequence, SIZE, tmp_path)
    make_video(sequence.path, frames[7:])
    cache = FrameCache.build(open_sequence(sequence.path), SIZE, tmp_path)
    np.testing.assert_array_equal(cache.frames, resized(frames[7:]))


def damage(folder: Path, kind: str) -> None:
    stored, facts = folder / "frames.npy", folder / "frames.json"
    if kind == "cut":
        stored.write_bytes(stored.read_bytes()[:500])
    elif kind == "frames gone":
        stored.unlink()
    elif kind == "facts gone":
        facts.unlink()
    elif kind == "facts cut":
        facts.write_text(facts.read_text()[:-1])
    elif kind == "facts foreign":
        facts.write_text("[1, 2]")
    elif kind == "other frames":
        np.save(stored, noise(58, *SIZE))
    elif kind == "other type":
        np.save(stored, noise(59, *SIZE).astype(np.float32))
    elif kind == "pickle":
        np.save(stored, np.array([{"a": 1}]), allow_pickle=True)
    elif kind == "archive":
        with stored.open("wb") as file:
            np.savez(file, noise(59, *SIZE))
    elif kind == "time cut":
        content = json.loads(facts.read_text())
        content["time"].pop()
        facts.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "kind",
    [
        "cut",
        "frames gone",
        "facts gone",
        "facts cut",
        "facts foreign",
        "other frames",
        "other type",
        "pickle",
        "archive",
        "time cut",
    ],
)
def test_damaged_cache_is_refused_by_open_and_built_again_by_build(
    tmp_path: Path, sequence: Sequence, frames: np.ndarray, kind: str
) -> None:
    folder = tmp_path / "c"
    FrameCache.build(sequence, SIZE, folder)
    damage(folder, kind)
    with pytest.raises(InputError) as caught:
        FrameCache.open(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    np.testing.assert_array_equal(FrameCache.build(sequence, SIZE, folder).frames, resized(frames))
    assert sorted(file.name for file in folder.iterdir()) == ["frames.json", "frames.npy"]


def test_interrupted_build_leaves_the_old_cache(tmp_path: Path, sequence: Sequence) -> None:
    folder = tmp_path / "c"
    FrameCache.build(sequence, SIZE, folder)

    def interrupt(done: int, expected: int | None) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FrameCache.build(sequence, (7, 2), folder, on_progress=interrupt)
    assert FrameCache.open(folder).frames.shape == (59, *SIZE, 3)
    assert sorted(file.name for file in folder.iterdir()) == ["frames.json", "frames.npy"]


def test_folder_that_cannot_be_made(tmp_path: Path, sequence: Sequence) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file.c: cannot hold the frames"):
        FrameCache.build(sequence, SIZE, tmp_path / "file" / "c")
