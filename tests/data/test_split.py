from itertools import pairwise

import numpy as np
import pytest

from animot.data.clips import Scene
from animot.data.made_sequence import MadeSequence
from animot.data.split import (
    TEST_STREAM,
    TRAINING_STREAMS,
    VALIDATION_STREAMS,
    hold_out,
    split_made,
    split_video,
)
from animot.data.sprites_mot import SpritesMOT

H, W = 5, 7


def _numbered(count: int, runs: list[tuple[int, int]], first: int = 0) -> Scene:
    """Frames that show their own number everywhere."""
    frames = np.zeros((count, H, W, 3), dtype=np.uint8)
    frames += (first + np.arange(count, dtype=np.uint8))[:, None, None, None]
    return Scene(frames=frames, runs=runs, background=np.zeros((H, W, 3), dtype=np.uint8))


def _shown(source, steps: int) -> set[int]:
    return {n for step in range(steps) for n in np.unique(source.batch(step).frames).tolist()}


def test_the_streams_of_the_three_sets_are_disjoint() -> None:
    sets = [range(TEST_STREAM, TEST_STREAM + 1), TRAINING_STREAMS, VALIDATION_STREAMS]
    for one, after in pairwise(sets):
        assert one[-1] < after[0]
    assert MadeSequence(made=SpritesMOT(0)).stream == TEST_STREAM


def test_clips_of_made_video_come_from_the_streams_of_their_set() -> None:
    made = SpritesMOT(3, height=43, width=47)
    learned, held_out = split_made(made, batch_size=2, clip_length=5)
    for source, streams in ((learned, TRAINING_STREAMS), (held_out, VALIDATION_STREAMS)):
        expected = made.clip(streams[:2], 25, 5).frames
        assert expected.any()
        assert np.array_equal(source.batch(5).frames, expected)


@pytest.mark.parametrize(
    ("share", "learned", "held_out"),
    [
        (0.05, [(0, 11), (20, 40), (40, 57)], [(57, 60)]),
        (0.5, [(0, 11), (20, 30)], [(30, 40), (40, 60)]),
        (1e-6, [(0, 11), (20, 40), (40, 59)], [(59, 60)]),
        (0.999, [(0, 1)], [(1, 11), (20, 40), (40, 60)]),
    ],
)
def test_the_end_of_a_video_is_held_out(
    share: float, learned: list[tuple[int, int]], held_out: list[tuple[int, int]]
) -> None:
    scene = _numbered(60, [(0, 11), (20, 40), (40, 60)])
    first, second = hold_out(scene, share)
    assert (first.runs, second.runs) == (learned, held_out)
    assert first.frames is second.frames is scene.frames


def test_no_frame_of_a_video_is_learned_from_and_validated_on() -> None:
    scenes = [_numbered(40, [(0, 40)]), _numbered(60, [(0, 60)], first=100)]
    learned, held_out = split_video(scenes, 6, 4, seed=1, share=0.25)
    assert _shown(learned, 80) == {*range(30), *range(100, 145)}
    assert _shown(held_out, 80) == {*range(30, 40), *range(145, 160)}


def test_without_a_share_other_clips_of_the_same_frames_are_validated_on() -> None:
    scene = _numbered(40, [(0, 40)])
    learned, held_out = split_video([scene], 6, 4, seed=1, share=0.0)
    assert _shown(learned, 80) == _shown(held_out, 80) == set(range(40))
    assert not np.array_equal(learned.batch(0).frames, held_out.batch(0).frames)
