"""What is learned from, validated on and tested on: disjoint, and said here alone.

The streams of a made video show different objects, whatever its seed. So one seed names three
disjoint sets of video: `animot data`, the demo and all published scores show the test stream (or
streams), which no model has learned from, even with the same seed.
"""

from dataclasses import replace

from animot.data.clips import ClipSource, MadeClips, Scene, VideoClips
from animot.data.cut_out import CutOut, all_that_differs, whole_things
from animot.data.made import MadeVideo
from animot.data.overlaid_clips import OverlaidClips

TEST_STREAM = 0
TRAINING_STREAMS = range(1, 2**20)
VALIDATION_STREAMS = range(2**20, 2**21)
TEST_STREAMS = range(2**21, 2**22)  # where one is not enough


def split_made(
    made: MadeVideo, batch_size: int, clip_length: int, overlaid: int = 0, *, summed: bool = False
) -> tuple[ClipSource, MadeClips]:
    """Clips of a made video to learn from, and clips to validate on.

    Parameters
    ----------
    overlaid, summed : see `split_video`.
    """
    learned, over, held_out = (
        MadeClips(made, batch_size, clip_length, first_stream=first)
        for first in (
            TRAINING_STREAMS[0],
            TRAINING_STREAMS[0] + batch_size,
            VALIDATION_STREAMS[0],
        )
    )
    return _overlaid(learned, over, overlaid, all_that_differs, summed=summed), held_out


def split_video(
    scenes: list[Scene],
    batch_size: int,
    clip_length: int,
    seed: int,
    share: float,
    overlaid: int = 0,
    *,
    summed: bool = False,
) -> tuple[ClipSource, VideoClips]:
    """Clips of real videos to learn from, and clips to validate on.

    Parameters
    ----------
    scenes : of one or several cameras.
    seed : of the choice of clips.
    share : part of each video that is held out, from 0 up to, but without 1. 0: nothing is, and
        the clips to validate on are others that can be learned from too.
    overlaid : streams to learn from that show the moving things of two clips.
    summed : see `OverlaidClips`.
    """
    learned, held_out = scenes, scenes
    if share > 0:
        pairs = [hold_out(scene, share) for scene in scenes]
        learned, held_out = [a for a, _ in pairs], [b for _, b in pairs]
    below, over, validated = (
        VideoClips(of, batch_size, clip_length, seed, first_stream=first)
        for of, first in ((learned, 0), (learned, batch_size), (held_out, VALIDATION_STREAMS[0]))
    )
    return _overlaid(below, over, overlaid, whole_things, summed=summed), validated


def _overlaid(
    below: ClipSource, over: ClipSource, count: int, cut_out: CutOut, *, summed: bool
) -> ClipSource:
    if count == 0:
        return below
    streams = range(count)
    return OverlaidClips(below, over.only(streams), streams=streams, cut_out=cut_out, summed=summed)


def hold_out(scene: Scene, share: float) -> tuple[Scene, Scene]:
    """Cut a stretch of consecutive frames off the end of a video: what is left, and the stretch.

    Parameters
    ----------
    scene : of at least two frames.
    share : part of the frames that is held out, between 0 and 1; at least one frame is, and one
        is left.
    """
    count = len(scene.frames)
    first = min(max(count - round(share * count), 1), count - 1)
    learned = [(start, min(stop, first)) for start, stop in scene.runs if start < first]
    held_out = [(max(start, first), stop) for start, stop in scene.runs if stop > first]
    return replace(scene, runs=learned), replace(scene, runs=held_out)
