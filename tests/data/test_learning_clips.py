import numpy as np
import pytest

from animot.data.clips import MadeClips, Scene, VideoClips, _turn_round
from animot.data.sprites_mot import SpritesMOT

H, W = 5, 7


def _numbered(count: int, runs: list[tuple[int, int]], first: int = 0) -> Scene:
    """Frames that show their own number, left half; the right half shows 200."""
    frames = np.full((count, H, W, 3), 200, dtype=np.uint8)
    frames[:, :, : W // 2] = (first + np.arange(count, dtype=np.uint8))[:, None, None, None]
    return Scene(frames=frames, runs=runs, background=np.full((H, W, 3), 9, dtype=np.uint8))


def _numbers(frames: np.ndarray) -> np.ndarray:
    """Number that each frame shows, whether mirrored or not."""
    return frames[:, 0, :, 0].min(axis=1)


def test_made_clips_go_on_where_the_last_ended() -> None:
    made = SpritesMOT(3, height=43, width=47)
    clips = MadeClips(made, batch_size=2, clip_length=5)
    both = made.clip(range(2), 0, 10).frames
    assert np.array_equal(clips.batch(0).frames, both[:, :5])
    assert np.array_equal(clips.batch(1).frames, both[:, 5:])
    assert clips.batch(0).restart.all()
    assert not clips.batch(1).restart.any()
    assert not clips.batch(1).background.any()


def test_batches_are_a_function_of_seed_and_step() -> None:
    scene = _numbered(60, [(0, 60)])
    one, same, other = (VideoClips([scene], 3, 4, seed=s) for s in (1, 1, 2))
    one.batch(0)
    assert np.array_equal(one.batch(5).frames, same.batch(5).frames)
    assert not np.array_equal(one.batch(5).frames, other.batch(5).frames)


def test_a_stream_goes_on_until_it_restarts() -> None:
    source = VideoClips([_numbered(90, [(0, 90)])], 4, 5, seed=0, episode_steps=3)
    before = source.batch(0)
    jumped = 0
    for step in range(1, 30):
        now = source.batch(step)
        for b in range(4):
            gap = abs(int(_numbers(now.frames[b])[0]) - int(_numbers(before.frames[b])[-1]))
            if now.restart[b]:
                jumped += gap > 1
            else:
                assert gap == 1
        before = now
    assert jumped > 20


def test_streams_do_not_all_restart_at_once() -> None:
    source = VideoClips([_numbered(30, [(0, 30)])], 6, 2, seed=0, episode_steps=6)
    assert source.batch(0).restart.all()
    assert all(source.batch(step).restart.sum() == 1 for step in range(1, 13))


def test_no_clip_leaves_its_run() -> None:
    source = VideoClips([_numbered(40, [(0, 11), (11, 40)])], 5, 6, seed=4, episode_steps=4)
    seen = set()
    for step in range(40):
        for frames in source.batch(step).frames:
            numbers = _numbers(frames).astype(int)
            seen |= set(numbers.tolist())
            assert (numbers < 11).all() or (numbers >= 11).all()
            assert (np.abs(np.diff(numbers)) == 1).all()
    assert seen == set(range(40))


def test_time_runs_both_ways_and_frames_are_mirrored_with_their_background() -> None:
    scene = _numbered(200, [(0, 200)])
    scene.background[:, 0] = 77
    source = VideoClips([scene], 16, 3, seed=0, episode_steps=1)
    clips = source.batch(0)
    forward = np.array([np.diff(_numbers(f).astype(int))[0] for f in clips.frames])
    mirrored = clips.frames[:, 0, 0, 0, 0] == 200
    assert set(forward.tolist()) == {-1, 1}
    assert 0 < mirrored.sum() < 16
    assert np.array_equal(mirrored, clips.background[:, 0, -1, 0] == 77)


def test_what_is_ignored_shows_the_background() -> None:
    scene = _numbered(9, [(0, 9)])
    ignore = np.zeros((H, W), dtype=bool)
    ignore[2, :] = True
    scene = Scene(frames=scene.frames, runs=scene.runs, background=scene.background, ignore=ignore)
    frames = VideoClips([scene], 2, 3, seed=0).batch(0).frames
    assert (frames[:, :, 2] == 9).all()
    assert (frames[:, :, 3] != 9).all()


def test_scenes_are_drawn_by_their_length() -> None:
    scenes = [_numbered(10, [(0, 10)]), _numbered(90, [(0, 90)], first=100)]
    source = VideoClips(scenes, 8, 1, seed=0, episode_steps=1)
    shown = [n for step in range(50) for n in source.batch(step).frames[:, 0, 0, :, 0].min(axis=1)]
    assert 0.05 < np.mean(np.array(shown) < 100) < 0.16


@pytest.mark.parametrize(
    ("length", "expected"), [(1, [0, 0, 0, 0, 0]), (2, [0, 1, 0, 1, 0]), (3, [2, 1, 0, 1, 2])]
)
def test_short_runs_are_walked_to_and_fro(length: int, expected: list[int]) -> None:
    assert _turn_round(np.arange(-2, 3), length).tolist() == expected


def _sources() -> list[MadeClips | VideoClips]:
    return [
        MadeClips(SpritesMOT(3, height=43, width=47), batch_size=6, clip_length=5),
        VideoClips([_numbered(60, [(0, 60)])], 6, 5, seed=3, episode_steps=4),
    ]


@pytest.mark.parametrize("source", _sources(), ids=lambda source: type(source).__name__)
def test_some_streams_show_what_they_show_in_the_whole_batch(source) -> None:
    parts = [source.only(range(2)), source.only(range(2, 6))]
    for step in (0, 1, 5):
        whole = source.batch(step)
        for name in ("frames", "background", "restart"):
            found = np.concatenate([getattr(part.batch(step), name) for part in parts])
            assert np.array_equal(found, getattr(whole, name))


def test_no_process_makes_the_clips_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in _sources():
        assert len(source.only(range(1, 4)).batch(2).frames) == 3
    made, video = _sources()
    asked: list[int] = []
    clip = SpritesMOT.clip
    monkeypatch.setattr(
        SpritesMOT,
        "clip",
        lambda self, streams, *a: asked.extend(streams) or clip(self, streams, *a),
    )
    made.only(range(1, 4)).batch(2)
    shown = VideoClips._clip
    monkeypatch.setattr(
        VideoClips,
        "_clip",
        lambda self, stream, *a: asked.append(stream) or shown(self, stream, *a),
    )
    video.only(range(1, 4)).batch(2)
    assert asked == [1, 2, 3, 1, 2, 3]


def test_ignored_pixels_tell_clips_nothing_of_the_light() -> None:
    """Two thirds of the frame are ignored and ever brighter; the rest is steadily darker."""
    background = np.random.default_rng(0).integers(40, 200, (37, 43, 3)).astype(np.uint8)
    ignore = np.zeros((37, 43), dtype=bool)
    ignore[:, :30] = True
    frames = np.repeat((0.7 * background).astype(np.uint8)[None], 11, axis=0)
    frames[:, ignore] = np.minimum(1.2 * background[ignore], 253)
    scene = Scene(
        frames=frames, runs=[(0, 11)], background=background, ignore=ignore, match_light=True
    )
    clips = VideoClips([scene], batch_size=2, clip_length=11, seed=0).batch(0)
    assert np.abs(clips.frames.astype(int) - clips.background[:, None].astype(int)).max() <= 2


def test_clips_are_in_the_light_of_the_background() -> None:
    """From frame 11 on all is darker; without the option clips show it."""
    background = np.random.default_rng(0).integers(40, 200, (37, 43, 3)).astype(np.uint8)
    frames = np.repeat(background[None], 23, axis=0)
    frames[11:] = (0.7 * frames[11:]).astype(np.uint8)
    for match_light in (True, False):
        scene = Scene(frames=frames, runs=[(0, 23)], background=background, match_light=match_light)
        clips = VideoClips([scene], batch_size=2, clip_length=23, seed=0).batch(0)
        apart = np.abs(clips.frames.astype(int) - clips.background[:, None].astype(int))
        assert (apart.max() <= 2) == match_light
