"""Frames kept at the size of the network, so that training reads them in any order."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from animot.atttrack.letterbox import Letterbox, letterbox
from animot.data.atomic import write_text
from animot.data.labelled import LabelledSequence
from animot.errors import InputError
from animot.tracker import Frame
from animot.video.frame_file import FrameFile, open_frames

Shape = tuple[int, int, int, int]
Facts = dict[str, Any]


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

    A file that holds these very frames already is used as it is, and only its first frame is made
    again and compared: so one that another version of a generator drew is not taken for ours.

    Parameters
    ----------
    sequence : of a video file, or of images much larger than the input.
    size : (width, height) of the network's input.
    file : .npy file to keep them in, beside a .json file that says what they are; others of these
        names are replaced. None: in memory.

    Raises
    ------
    InputError : where frames are missing, or the file cannot be written.
    """
    boxed = letterbox((sequence.width, sequence.height), size)
    tracks = sequence.truth.tracks
    truth = replace(sequence.truth, tracks=replace(tracks, box=boxed.to_network(tracks.box)))
    shape = (sequence.num_frames, size[1], size[0], 3)
    pixels = None if file is None else _found(sequence, boxed, shape, file)
    if pixels is None:
        images = (boxed(frame.image) for frame in sequence.frames())
        if file is None:
            pixels = _in_memory(images, shape)
        else:
            pixels = _in_file(images, shape, file, _facts(sequence, shape))
    source = KeptFrames(name=sequence.name, fps=sequence.fps, pixels=pixels)
    return LabelledSequence(source=source, truth=truth)


def _found(
    sequence: LabelledSequence, boxed: Letterbox, shape: Shape, file: Path
) -> UInt8[np.ndarray, "N H W 3"] | None:
    """Frames that an earlier run has kept; None where there are none, others or damaged ones."""
    try:
        facts = json.loads(_facts_file(file).read_bytes())
        if facts != _facts(sequence, shape):
            return None
        pixels = open_frames(file, shape)
    except (OSError, ValueError, RecursionError):
        return None
    first = boxed(sequence.image(0))
    return pixels if np.array_equal(pixels[0], first) else None


def _in_file(
    images: Iterator[UInt8[np.ndarray, "H W 3"]], shape: Shape, file: Path, facts: Facts
) -> UInt8[np.ndarray, "N H W 3"]:
    try:
        # From here until the new facts are written the file holds nothing that is known.
        _facts_file(file).unlink(missing_ok=True)
        with FrameFile(file, shape[1:3]) as kept:
            for image in images:
                kept.append(image)
        pixels = open_frames(file, shape)
    except OSError as error:
        raise InputError(
            f"{file}: cannot hold the frames ({error.strerror}); make room or name another file"
        ) from error
    write_text(_facts_file(file), json.dumps(facts) + "\n")
    return pixels


def _facts_file(file: Path) -> Path:
    return file.with_suffix(".json")


def _facts(sequence: LabelledSequence, shape: Shape) -> Facts:
    """What decides the frames, as JSON values."""
    return {"sequence": sequence.fingerprint(), "shape": list(shape)}


def _in_memory(
    images: Iterator[UInt8[np.ndarray, "H W 3"]], shape: Shape
) -> UInt8[np.ndarray, "N H W 3"]:
    pixels = np.empty(shape, dtype=np.uint8)
    for index, image in enumerate(images):
        pixels[index] = image
    return pixels
