"""A made crowd: pedestrians who walk, cross and hide one another, with exact ground truth."""

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Int8, UInt8

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_drawing import (
    back_to_front,
    cast_shadow,
    draw_obstacle,
    draw_person,
    visibility,
)
from animot.data.crowd_ground import perspective_of
from animot.data.crowd_stream import CAMERA, CrowdStream, Standing
from animot.data.truth import Truth
from animot.errors import InputError
from animot.tracks import Tracks

HEIGHT, WIDTH = 160, 288
LEAST_SIDE, MOST_SIDE = 64, 4096  # pixels
PEDESTRIAN, DISTRACTOR = 1, 8  # classes of MOT17
LEAST_VISIBLE = 0.25  # of a figure; less than that does not count
STREAMS_KEPT = 256  # bounds the memory of a run that asks for ever new streams
NOISE_ROOM = 64  # pixels by which the field of noise is larger than a frame


class CrowdVideo:
    """Endless videos of a crowd seen by a fixed camera: one scene for each stream.

    People come from the left, right and lower border or from behind obstacles, walk along bent ways
    and leave where others come from. They are the larger the lower they stand, wear one of a few
    outfits, throw shadows, and hide who stands behind them.

    Frame f of stream s depends on (seed, s, f), the size and the difficulty alone, whatever was
    asked for before. Not meant to be shared by threads.

    Parameters
    ----------
    seed : 0 to 2**64 - 1; another seed is another set of videos.
    difficulty : how small, fast, many and alike people are.
    height, width : of the frames, in pixels, 64 to 4096.
    """

    def __init__(
        self,
        seed: int,
        difficulty: CrowdDifficulty | None = None,
        *,
        height: int = HEIGHT,
        width: int = WIDTH,
    ) -> None:
        if not 0 <= seed < 2**64:
            raise InputError(f"the seed {seed} is out of range; give one from 0 to 2**64 - 1")
        if min(height, width) < LEAST_SIDE or max(height, width) > MOST_SIDE:
            raise InputError(
                f"frames of {width}x{height} pixels do not suit a crowd; "
                f"give sides of {LEAST_SIDE} to {MOST_SIDE} pixels"
            )
        self.seed = seed
        self.difficulty = CrowdDifficulty() if difficulty is None else difficulty
        self.height = height
        self.width = width
        self._view = perspective_of(self.difficulty, height, width)
        self._noise = self._draw_noise()
        self._streams: dict[int, CrowdStream] = {}

    @property
    def settings(self) -> str:
        """All that the video depends on."""
        return f"crowd {self.seed} {self.width}x{self.height} {self.difficulty}"

    def image(self, stream: int, frame: int) -> UInt8[np.ndarray, "H W 3"]:
        """Draw one frame of a stream, both counted from 0."""
        scene, standing = self._look(stream, frame)
        image = scene.background.copy()
        for box in standing.box:
            cast_shadow(image, box, self.difficulty.shadow)
        for is_person, index in back_to_front(standing, scene):
            if is_person:
                draw_person(image, standing, index)
            else:
                draw_obstacle(image, scene, index)
        return self._with_noise(image, scene.random(CAMERA, frame))

    def clip(
        self, streams: Sequence[int], first_frame: int, num_frames: int
    ) -> UInt8[np.ndarray, "B T H W 3"]:
        """Draw num_frames frames from first_frame on, of each of the streams."""
        frames = range(first_frame, first_frame + num_frames)
        return np.stack(
            [np.stack([self.image(stream, frame) for frame in frames]) for stream in streams]
        )

    def truth(self, stream: int, num_frames: int) -> Truth:
        """Ground truth of the first num_frames frames of a stream; nothing is drawn.

        There is a box, amodal and not cut at the border, for each person whose box reaches into the
        frame. Its visibility is the part of the figure's pixels that lie in the frame and that
        nobody and nothing in front covers. Who is hidden, visible to less than a quarter, has the
        class of a distractor and does not count: a tracker may report the box or not.
        """
        looks = [self._look(stream, frame) for frame in range(num_frames)]
        shape = (self.height, self.width)
        visible = np.concatenate(
            [np.zeros(0), *(visibility(standing, scene, shape) for scene, standing in looks)]
        )
        number = np.array([number for _, standing in looks for number in standing.number], int)
        box = np.array([box for _, standing in looks for box in standing.box], float)
        frame = np.repeat(np.arange(num_frames), [len(standing.box) for _, standing in looks])
        order = np.lexsort((number, frame))  # as Tracks orders its rows
        visible = visible[order]
        counts = visible >= LEAST_VISIBLE
        tracks = Tracks(
            frame=frame[order],
            track_id=number[order] + 1,
            box=box.reshape(-1, 4)[order],
            confidence=np.ones(len(order)),
            num_frames=num_frames,
        )
        return Truth(
            tracks=tracks,
            counts=counts,
            class_id=np.where(counts, PEDESTRIAN, DISTRACTOR),
            visibility=visible,
        )

    def _look(self, stream: int, frame: int) -> tuple[CrowdStream, Standing]:
        if frame < 0 or stream < 0:
            raise InputError(f"there is no frame {frame} of stream {stream}; count both from 0")
        if stream not in self._streams:
            while len(self._streams) >= STREAMS_KEPT:
                self._streams.pop(next(iter(self._streams)))
            self._streams[stream] = CrowdStream(self.seed, stream, self._view, self.difficulty)
        scene = self._streams[stream]
        return scene, scene.standing(frame)

    def _draw_noise(self) -> Int8[np.ndarray, "rows columns 3"]:
        """Field of noise of which each frame shows another part."""
        random = np.random.default_rng(self.seed)
        shape = (self.height + NOISE_ROOM, self.width + NOISE_ROOM, 3)
        field = self.difficulty.noise * random.standard_normal(shape, dtype=np.float32)
        return np.clip(np.rint(field), -127, 127).astype(np.int8)

    def _with_noise(
        self, image: UInt8[np.ndarray, "H W 3"], random: np.random.Generator
    ) -> UInt8[np.ndarray, "H W 3"]:
        top, left = random.integers(NOISE_ROOM, size=2)
        noise = self._noise[top : top + self.height, left : left + self.width]
        return cv2.add(image, noise, dtype=cv2.CV_8U)
