"""Batches of clips, each a function of the step: their order survives any kill and restart."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Int, UInt8

from animot.data.made import MadeVideo
from animot.video.background.exposure import match_exposure


@dataclass(frozen=True, kw_only=True, eq=False)
class Clips:
    """One batch: T consecutive frames of B streams.

    Attributes
    ----------
    frames : pixels in 0..255.
    background : what each stream shows where no object is.
    restart : streams in which the clip does not go on where the last step's ended.
    """

    frames: UInt8[np.ndarray, "B T H W D"]
    background: UInt8[np.ndarray, "B H W D"]
    restart: Bool[np.ndarray, " B"]


@runtime_checkable
class ClipSource(Protocol):
    """Where the learning loop gets its clips from."""

    def batch(self, step: int) -> Clips:
        """The clips of a step, counted from 0."""
        ...

    def only(self, streams: range) -> "ClipSource":
        """Just these streams, with the very clips that they have in the whole batch."""
        ...


class MadeClips:
    """Clips of made videos: endless streams, each going on where its last clip ended.

    Parameters
    ----------
    made : the videos.
    batch_size : streams of the whole batch.
    first_stream : of the video, the first one of the batch.
    streams : of the batch, those to make; None: all.
    """

    def __init__(
        self,
        made: MadeVideo,
        batch_size: int,
        clip_length: int,
        first_stream: int = 0,
        streams: range | None = None,
    ) -> None:
        self.made = made
        self.batch_size = batch_size
        self.clip_length = clip_length
        self.first_stream = first_stream
        self.streams = range(batch_size) if streams is None else streams

    def batch(self, step: int) -> Clips:
        """Frames step * T and following of the streams; the background is black."""
        streams = range(
            self.first_stream + self.streams.start, self.first_stream + self.streams.stop
        )
        frames = self.made.clip(streams, step * self.clip_length, self.clip_length).frames
        return Clips(
            frames=frames,
            background=np.zeros_like(frames[:, 0]),
            restart=np.full(len(self.streams), step == 0),
        )

    def only(self, streams: range) -> "MadeClips":
        """Just these streams."""
        return MadeClips(
            self.made, self.batch_size, self.clip_length, self.first_stream, streams=streams
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """What a fixed camera saw, at working size.

    Attributes
    ----------
    frames : pixels in 0..255, memory-mapped where there are many.
    runs : stretches of consecutive frames, (start, stop) with stop excluded.
    background : what the camera sees where no object is.
    ignore : pixels that are shown as background, or None.
    match_light : whether frames are shown in the light of the background.
    """

    frames: UInt8[np.ndarray, "N H W D"]
    runs: list[tuple[int, int]]
    background: UInt8[np.ndarray, "H W D"]
    ignore: Bool[np.ndarray, "H W"] | None = None
    match_light: bool = False

    def shown(self, at: Int[np.ndarray, " T"]) -> UInt8[np.ndarray, "T H W D"]:
        """Frames at some positions, nothing ignored."""
        frames = self.frames[at]
        if not self.match_light:
            return frames
        return np.stack([match_exposure(frame, self.background, self.ignore) for frame in frames])

    def learned(self, at: Int[np.ndarray, " T"]) -> UInt8[np.ndarray, "T H W D"]:
        """Frames at some positions as models see them: background where they are ignored."""
        frames = self.shown(at)
        if self.ignore is None:
            return frames
        return np.where(self.ignore[..., None], self.background, frames)


class VideoClips:
    """Clips of real videos: each stream shows an episode of one video, then jumps to another.

    An episode starts at a random frame and runs forward or backward, mirrored or not; where the
    video ends it turns round. Which episode a stream shows is a function of (seed, step).

    Parameters
    ----------
    scenes : of one or several cameras.
    batch_size : streams of the whole batch.
    seed : of the choice of episodes.
    episode_steps : clips in an episode.
    first_stream : other streams show other episodes.
    streams : of the batch, those to make; None: all.
    """

    def __init__(
        self,
        scenes: list[Scene],
        batch_size: int,
        clip_length: int,
        seed: int,
        episode_steps: int = 12,
        first_stream: int = 0,
        streams: range | None = None,
    ) -> None:
        self.scenes = scenes
        self.batch_size = batch_size
        self.clip_length = clip_length
        self.seed = seed
        self.episode_steps = episode_steps
        self.first_stream = first_stream
        self.streams = range(batch_size) if streams is None else streams
        self._runs = [(scene, run) for scene in scenes for run in scene.runs]
        lengths = np.array([stop - start for _, (start, stop) in self._runs], dtype=np.float64)
        self._chances = lengths / lengths.sum()

    def batch(self, step: int) -> Clips:
        """The clips of a step; streams jump at different steps."""
        streams = np.array(self.streams)
        # Spread over the episode, so that the batch never starts all its trackers at once.
        turns = step + streams * self.episode_steps // self.batch_size
        shown = [
            self._clip(b, *divmod(turn, self.episode_steps))
            for b, turn in zip(streams.tolist(), turns.tolist(), strict=True)
        ]
        return Clips(
            frames=np.stack([frames for frames, _ in shown]),
            background=np.stack([background for _, background in shown]),
            restart=(turns % self.episode_steps == 0) | (step == 0),
        )

    def only(self, streams: range) -> "VideoClips":
        """Just these streams."""
        return VideoClips(
            self.scenes,
            self.batch_size,
            self.clip_length,
            self.seed,
            self.episode_steps,
            self.first_stream,
            streams=streams,
        )

    def _clip(self, stream: int, episode: int, part: int) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.Generator(
            np.random.Philox(
                key=np.array([self.seed, self.first_stream + stream], dtype=np.uint64),
                counter=np.array([0, episode, 0, 0], dtype=np.uint64),
            )
        )
        scene, (start, stop) = self._runs[random.choice(len(self._runs), p=self._chances)]
        first, direction, mirrored = random.integers([stop - start, 2, 2])
        at = first + (2 * direction - 1) * (part * self.clip_length + np.arange(self.clip_length))
        frames = scene.learned(start + _turn_round(at, stop - start))
        background = scene.background
        if mirrored:
            frames, background = frames[:, :, ::-1], background[:, ::-1]
        return frames, background


def _turn_round(at: Int[np.ndarray, " T"], length: int) -> Int[np.ndarray, " T"]:
    """Positions on a way of `length` frames that is walked to and fro."""
    period = max(2 * (length - 1), 1)
    return (length - 1) - np.abs(at % period - (length - 1)) if length > 1 else np.zeros_like(at)
