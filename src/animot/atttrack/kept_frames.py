"""Frames kept at the size of the network, so that training reads them in any order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from animot.atttrack.letterbox import letterbox
from animot.data.labelled import LabelledSequence
from animot.errors import InputError
from animot.tracker import Frame
from animot.video.frame_file import FrameFile, open_frames


@dataclass(frozen=True, kw_only=True, eq=False)
class KeptFrames:
    """Frames of a sequence at the size of the network's input.

    Attributes
    ----------
    name : of the sequence.
    fps : frames per second on average.
    pixels : the frames, in memory or mapped from a file.
    """

    name: str
    fps: float
    pixels: UInt8[np.ndarray, "N H W 3"]

    @property
    def width(self) -> int:
        """Of the input, in pixels."""
        return int(self.pixels.shape[2])

    @property
    def height(self) -> int:
        """Of the input, in pixels."""
        return int(self.pixels.shape[1])

    def frames(
        self, start: int = 0, wanted: Callable[[int], bool] | None = None
    ) -> Iterator[Frame]:
        """Frames from `start` on that are wanted."""
        for index in range(start, len(self.pixels)):
            if wanted is None or wanted(index):
                image = np.asarray(self.pixels[index])
                yield Frame(index=index, time=index / self.fps, image=image)


def keep_frames(
    sequence: LabelledSequence, size: tuple[int, int], file: Path | None = None
) -> LabelledSequence:
    """Read all frames once, letterbox them, and keep them; the truth is moved along.

    Parameters
    ----------
    sequence : of a video file, or of images much larger than the input.
    size : (width, height) of the network's input.
    file : .npy file to keep them in, replaced if it is there; None: in memory.

    Raises
    ------
    InputError : where frames are missing, or the file cannot be written.
    """
    boxed = letterbox((sequence.width, sequence.height), size)
    images = (boxed(frame.image) for frame in sequence.frames())
    tracks = sequence.truth.tracks
    truth = replace(sequence.truth, tracks=replace(tracks, box=boxed.to_network(tracks.box)))
    shape = (sequence.num_frames, size[1], size[0], 3)
    pixels = _in_memory(images, shape) if file is None else _in_file(images, shape, file)
    source = KeptFrames(name=sequence.name, fps=sequence.fps, pixels=pixels)
    return LabelledSequence(source=source, truth=truth)


def _in_memory(
    images: Iterator[UInt8[np.ndarray, "H W 3"]], shape: tuple[int, int, int, int]
) -> UInt8[np.ndarray, "N H W 3"]:
    pixels = np.empty(shape, dtype=np.uint8)
    for index, image in enumerate(images):
        pixels[index] = image
    return pixels


def _in_file(
    images: Iterator[UInt8[np.ndarray, "H W 3"]], shape: tuple[int, int, int, int], file: Path
) -> UInt8[np.ndarray, "N H W 3"]:
    try:
        with FrameFile(file, shape[1:3]) as kept:
            for image in images:
                kept.append(image)
        return open_frames(file, shape)
    except OSError as error:
        raise InputError(
            f"{file}: cannot hold the frames ({error.strerror}); make room or name another file"
        ) from error
