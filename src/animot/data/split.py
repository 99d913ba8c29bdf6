"""What is learned from, validated on and tested on: disjoint, and said here alone.

The streams of a made video show different objects, whatever its seed. So one seed names three
disjoint sets of video: `animot data`, the demo and all published scores show the test stream (or
streams), which no model has learned from, even with the same seed.
"""

from dataclasses import replace

from animot.data.clips import ClipSource, MadeClips, Scene, VideoClips
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
    overlaid : streams to learn from that show the moving things of two clips.
    summed : see `OverlaidClips`.
    """
    below, over, held_out = (
        MadeClips(made, batch_size, clip_length, first_stream=first)
        for first in (
            TRAINING_STREAMS[0],
            TRAINING_STREAMS[0] + batch_size,
            VALIDATION_STREAMS[0],
        )
    )
    if overlaid == 0:
        return below, held_out
    streams = range(overlaid)
    return OverlaidClips(below, over.only(streams), streams=streams, summed=summed), held_out


def split_video(
    scenes: list[Scene],
    batch_size: int,
    clip_length: int,
    seed: int,
    share: float,
) -> tuple[VideoClips, VideoClips]:
    """Clips of real videos to learn from, and clips to validate on.

    Parameters
    ----------
    scenes : of one or several cameras.
    seed : of the choice of clips.
    share : part of each video that is held out, from 0 up to, but without 1. 0: nothing is, and
        the clips to validate on are others that can be learned from too.
    """
    learned, held_out = scenes, scenes
    if share > 0:
        pairs = [hold_out(scene, share) for scene in scenes]
        learned, held_out = [a for a, _ in pairs], [b for _, b in pairs]
    return (
        VideoClips(learned, batch_size, clip_length, seed),
        VideoClips(held_out, batch_size, clip_length, seed, first_stream=VALIDATION_STREAMS[0]),
    )


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
