"""Labelled sequences of made crowds, disjoint for learning, validation and test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from animot.data.crowd import CrowdVideo
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.labelled import LabelledSequence
from animot.data.split import TEST_STREAMS, TRAINING_STREAMS, VALIDATION_STREAMS
from animot.errors import InputError
from animot.tracker import Frame

FPS = 12.5  # at which the speeds of the people are those of walkers
STREAMS = {"train": TRAINING_STREAMS, "validate": VALIDATION_STREAMS, "test": TEST_STREAMS}


@dataclass(frozen=True, kw_only=True)
class CrowdSequence:
    """The first frames of one stream of a crowd; nothing is stored, all is drawn on demand.

    Attributes
    ----------
    video : of the crowd.
    stream : which of its streams.
    num_frames : how many frames.
    """

    video: CrowdVideo
    stream: int
    num_frames: int

    @property
    def name(self) -> str:
        """Of the stream."""
        return f"crowd-{self.stream}"

    @property
    def width(self) -> int:
        """Of the frames, in pixels."""
        return self.video.width

    @property
    def height(self) -> int:
        """Of the frames, in pixels."""
        return self.video.height

    @property
    def fps(self) -> float:
        """Frames per second."""
        return FPS

    def fingerprint(self) -> str:
        """What decides every pixel: the settings of the crowd, and the stream."""
        return f"{self.video.settings} {self.stream}"

    def frames(
        self, start: int = 0, wanted: Callable[[int], bool] | None = None
    ) -> Iterator[Frame]:
        """Draw the frames from `start` on that are wanted, one at a time."""
        for index in range(start, self.num_frames):
            if wanted is None or wanted(index):
                image = self.video.image(self.stream, index)
                yield Frame(index=index, time=index / FPS, image=image)


def labelled_crowd(video: CrowdVideo, stream: int, num_frames: int) -> LabelledSequence:
    """The first frames of one stream, with their ground truth.

    Raises
    ------
    InputError : where there is no frame.
    """
    if num_frames < 1:
        raise InputError(f"no {num_frames} frames can be made; ask for at least 1")
    return LabelledSequence(
        source=CrowdSequence(video=video, stream=stream, num_frames=num_frames),
        truth=video.truth(stream, num_frames),
    )


def crowd_sequences(
    use: Literal["train", "validate", "test"],
    count: int,
    num_frames: int,
    *,
    seed: int = 0,
    difficulty: CrowdDifficulty | None = None,
) -> list[LabelledSequence]:
    """Sequences of a crowd, each with a scene, a density and clothes of its own.

    No two uses ever show the same stream, whatever the seeds.
    """
    video = CrowdVideo(seed, difficulty)
    return [labelled_crowd(video, stream, num_frames) for stream in STREAMS[use][:count]]
