"""Background of a fixed camera: the median over time of a few frames of the whole video."""

import numpy as np
from jaxtyping import UInt8

from animot.data.sequence import Sequence
from animot.video.pixels import resize

SAMPLE_FRAMES = 100
"""Frames kept at most; of a longer video at least half as many, evenly spread."""


def temporal_median(frames: UInt8[np.ndarray, "N H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
    """Median over the frames of every pixel and channel.

    Whatever covers a pixel in fewer than half of the frames leaves no trace in it. For an even
    number of frames it is the lower of the two middle values, so no value is made up.
    """
    middle = (len(frames) - 1) // 2
    # Row by row, as partitioning copies what it is given.
    return np.stack([np.partition(row, middle, axis=0)[middle] for row in frames.swapaxes(0, 1)])


def background(
    sequence: Sequence, size: tuple[int, int], max_frames: int = SAMPLE_FRAMES
) -> UInt8[np.ndarray, "height width 3"]:
    """Temporal median of the sequence, at a working size.

    Parameters
    ----------
    sequence : seen by a camera that does not move.
    size : (height, width) of the result in pixels; frames are resized before the median.
    max_frames : as in `sample_frames`.
    """
    return temporal_median(sample_frames(sequence, size, max_frames))


def sample_frames(
    sequence: Sequence, size: tuple[int, int], max_frames: int = SAMPLE_FRAMES
) -> UInt8[np.ndarray, "N height width 3"]:
    """Frames spread evenly over the whole sequence, in one pass and in bounded memory.

    Of up to `max_frames` frames, all are taken. Of more, frames 0, s, 2s, ... with s a power of
    two, at least half of `max_frames` of them. The length need not be known.

    Parameters
    ----------
    sequence : of any length.
    size : (height, width) to which frames are resized, in pixels.
    max_frames : the most to keep; even.
    """
    stride = 1
    while sequence.num_frames is not None and sequence.num_frames > stride * max_frames:
        stride *= 2
    sample = _sample(sequence, size, max_frames, stride)
    if stride > 1 and len(sample) < max_frames // 2:
        # The header announced far too many frames.
        sample = _sample(sequence, size, max_frames, stride=1)
    return np.stack(sample)


def _sample(
    sequence: Sequence, size: tuple[int, int], max_frames: int, stride: int
) -> list[np.ndarray]:
    """Every stride-th frame; whenever the sample is full, drop every other and double stride."""

    def wanted(index: int) -> bool:
        return index % stride == 0

    sample: list[np.ndarray] = []
    for frame in sequence.frames(wanted=wanted):
        if len(sample) == max_frames:
            sample = sample[::2]
            stride *= 2
        sample.append(resize(frame.image, size))
    return sample
