"""A stretch of a made video, as a sequence that can be tracked, scored and written to a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from animot.data.made import MadeVideo
from animot.errors import InputError
from animot.tracker import Frame
from animot.tracks import Tracks

FPS = 10.0  # made videos have no clock; this one suits their speed
FRAMES_AT_ONCE = 16


@dataclass(frozen=True, kw_only=True)
class MadeSequence:
    """The first frames of one stream of a made video; nothing is stored, all is drawn on demand.

    Attributes
    ----------
    made : the video.
    stream : which of its streams.
    num_frames : how many frames.
    """

    made: MadeVideo
    stream: int = 0
    num_frames: int = 10_000

    def __post_init__(self) -> None:
        """Refuse what has no frame."""
        if self.num_frames < 1 or self.stream < 0:
            raise InputError(
                f"no {self.num_frames} frames can be made of stream {self.stream}; "
                "count streams from 0 and ask for at least 1 frame"
            )

    @property
    def name(self) -> str:
        """Name of the data set."""
        return self.made.name

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.made.width

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.made.height

    @property
    def fps(self) -> float:
        """Frames per second."""
        return FPS

    @property
    def truth(self) -> Tracks:
        """What a tracker should say of these frames, with the time of each frame."""
        tracks = self.made.tracks(self.stream, self.num_frames)
        return Tracks(
            frame=tracks.frame,
            track_id=tracks.track_id,
            box=tracks.box,
            confidence=tracks.confidence,
            num_frames=self.num_frames,
            time=np.arange(self.num_frames) / FPS,
        )

    def frames(
        self, start: int = 0, wanted: Callable[[int], bool] | None = None
    ) -> Iterator[Frame]:
        """Draw frames in order; a grey frame comes as three equal channels.

        Parameters
        ----------
        start : index of the first frame to give; indices and times stay those of the sequence.
        wanted : gives, for each index from `start` in increasing order, whether the frame is
            wanted; by default all are.
        """
        if start < 0:
            raise InputError(f"there is no frame {start}; count frames from 0")
        for first in range(start, self.num_frames, FRAMES_AT_ONCE):
            end = min(first + FRAMES_AT_ONCE, self.num_frames)
            indices = [index for index in range(first, end) if wanted is None or wanted(index)]
            if not indices:
                continue
            images = self.made.clip([self.stream], first, end - first).frames[0]
            for index in indices:
                image = images[index - first]
                rgb = image if self.made.channels == 3 else np.repeat(image, 3, axis=2)
                yield Frame(index=index, time=index / FPS, image=rgb)
