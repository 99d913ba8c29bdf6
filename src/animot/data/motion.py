"""When made objects are born, which way they go, and when they are gone.

A stream has a fixed number of slots. A slot waits, gives birth to an object, lets it cross the
frame along a straight line, and waits again. All of it is a function of (seed, stream, slot): lives
are drawn in chunks, each from its own place of a counter-based generator, so that any frame can be
asked for at any time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.errors import InputError

WAIT = 5  # frames that a slot rests before it may give birth
BIRTH_PROBABILITY = 0.5  # per frame, once it may
SPEED = 5.3  # pixels per frame
CHUNK = 2048  # lives drawn at once; another number makes other videos
MOST_PIXELS = 4096  # along a side of a frame

Appear = Callable[[np.random.Generator, int], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Arena:
    """The inner rectangle of a frame: where the centre of a visible object may lie.

    Attributes
    ----------
    height, width : of the frame, in pixels.
    margin : pixels between the border of the frame and the rectangle, on each side.
    """

    height: int
    width: int
    margin: int

    def __post_init__(self) -> None:
        """Refuse frames in which an object could not take a step, or that no memory holds."""
        least = 2 * self.margin + 2
        if min(self.height, self.width) < least or max(self.height, self.width) > MOST_PIXELS:
            raise InputError(
                f"frames of {self.width}x{self.height} pixels do not suit these objects; "
                f"give sides of {least} to {MOST_PIXELS} pixels"
            )

    @property
    def far(self) -> Int[np.ndarray, " 2"]:
        """Largest (x, y) that a centre may have; the smallest is the margin."""
        return np.array([self.width, self.height]) - 1 - self.margin


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """Straight lines across the inner rectangle.

    Attributes
    ----------
    start : (x, y) of the centre in the first frame in which the object is drawn, in pixels.
    velocity : (x, y) in pixels per frame.
    num_frames : frames until the rounded centre leaves the rectangle; at least 1.
    """

    start: Int[np.ndarray, "N 2"]
    velocity: Float[np.ndarray, "N 2"]
    num_frames: Int[np.ndarray, " N"]


def draw_paths(random: np.random.Generator, count: int, arena: Arena) -> Paths:
    """Paths from a random place on one side of the rectangle towards one on the opposite side."""
    axis = random.integers(2, size=count)  # 0 crosses from left to right or back, 1 up or down
    backwards = random.integers(2, size=count) == 1
    start = random.integers(arena.margin, arena.far + 1, size=(count, 2))
    end = random.integers(arena.margin, arena.far + 1, size=(count, 2))
    every = np.arange(count)
    start[every, axis] = np.where(backwards, arena.far[axis], arena.margin)
    end[every, axis] = np.where(backwards, arena.margin, arena.far[axis])
    way = end - start
    velocity = SPEED * way / np.hypot(way[:, 0], way[:, 1])[:, None]
    return Paths(start=start, velocity=velocity, num_frames=frames_inside(start, velocity, arena))


def frames_inside(
    start: Int[np.ndarray, "N 2"], velocity: Float[np.ndarray, "N 2"], arena: Arena
) -> Int[np.ndarray, " N"]:
    """Frames in which the rounded centre is still inside the rectangle, the first included."""
    room = np.where(velocity > 0, arena.far - start, start - arena.margin) + 0.5
    speed = np.abs(velocity)
    steps = np.divide(room, speed, out=np.full_like(speed, np.inf), where=speed > 0)
    frames: np.ndarray = np.ceil(steps.min(axis=1)).astype(np.int64)
    return frames


def centres(
    start: Int[np.ndarray, "N 2"], velocity: Float[np.ndarray, "N 2"], step: Int[np.ndarray, " N"]
) -> Int[np.ndarray, "N 2"]:
    """Round (x, y) after so many steps to whole pixels; halves go away from the start."""
    way = step[:, None] * velocity
    rounded: np.ndarray = start + np.copysign(np.floor(np.abs(way) + 0.5), way).astype(np.int64)
    return rounded


@dataclass(frozen=True, kw_only=True, eq=False)
class Lives:
    """Consecutive objects of one slot.

    Attributes
    ----------
    number : of the object within its slot, counted from 0.
    first_frame : first frame in which the object is drawn.
    paths : where it goes.
    appearance : what it looks like; the columns belong to the data set.
    """

    number: Int[np.ndarray, " N"]
    first_frame: Int[np.ndarray, " N"]
    paths: Paths
    appearance: Int[np.ndarray, "N A"]


def join_lives(parts: Sequence[Lives]) -> Lives:
    """Put consecutive chunks of lives one after another."""
    return Lives(
        number=np.concatenate([part.number for part in parts]),
        first_frame=np.concatenate([part.first_frame for part in parts]),
        paths=Paths(
            start=np.concatenate([part.paths.start for part in parts]),
            velocity=np.concatenate([part.paths.velocity for part in parts]),
            num_frames=np.concatenate([part.paths.num_frames for part in parts]),
        ),
        appearance=np.concatenate([part.appearance for part in parts]),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """What one slot shows in consecutive frames; rows of empty frames mean nothing.

    Attributes
    ----------
    present : whether an object is drawn in the frame.
    number : of the object within its slot.
    centre : its rounded (x, y) in pixels.
    appearance : what it looks like.
    """

    present: Bool[np.ndarray, " T"]
    number: Int[np.ndarray, " T"]
    centre: Int[np.ndarray, "T 2"]
    appearance: Int[np.ndarray, "T A"]


class Slot:
    """The lives of one slot of one stream.

    Where a chunk begins depends on all chunks before it; those beginnings are kept, and the lives
    of the chunk used last. Not meant to be shared by threads.

    Parameters
    ----------
    seed, stream, slot : name the slot; what it shows depends on nothing else.
    arena : where its objects move.
    appear : draws what so many objects look like, "N A" with A at least 1.
    """

    def __init__(self, seed: int, stream: int, slot: int, arena: Arena, appear: Appear) -> None:
        self._key = np.array([seed, stream], dtype=np.uint64)
        self._slot = slot
        self._arena = arena
        self._appear = appear
        self._begins = [0]  # the frame from which on the slot waits for the chunk's first birth
        self._last: tuple[int, Lives] | None = None

    def window(self, first_frame: int, num_frames: int) -> Window:
        """Show num_frames frames from first_frame on."""
        frames = np.arange(first_frame, first_frame + num_frames)
        lives = self._lives_between(first_frame, first_frame + num_frames)
        row = np.searchsorted(lives.first_frame, frames, side="right") - 1
        step = frames - lives.first_frame[row]
        paths = lives.paths
        return Window(
            present=(row >= 0) & (step < paths.num_frames[row]),
            number=lives.number[row],
            centre=centres(paths.start[row], paths.velocity[row], step),
            appearance=lives.appearance[row],
        )

    def _lives_between(self, first_frame: int, end_frame: int) -> Lives:
        while self._begins[-1] < end_frame:
            chunk = len(self._begins) - 1
            first, paths = self._schedule(chunk)
            self._begins.append(int(first[-1] + paths.num_frames[-1] + 1))
        first_chunk = bisect_right(self._begins, first_frame) - 1
        end_chunk = bisect_left(self._begins, end_frame)
        return join_lives([self._lives(chunk) for chunk in range(first_chunk, end_chunk)])

    def _lives(self, chunk: int) -> Lives:
        if self._last is None or self._last[0] != chunk:
            first_frame, paths = self._schedule(chunk)
            lives = Lives(
                number=chunk * CHUNK + np.arange(CHUNK),
                first_frame=first_frame,
                paths=paths,
                appearance=self._appear(self._random(chunk, purpose=1), CHUNK),
            )
            self._last = (chunk, lives)
        return self._last[1]

    def _schedule(self, chunk: int) -> tuple[Int[np.ndarray, " N"], Paths]:
        random = self._random(chunk, purpose=0)
        paths = draw_paths(random, CHUNK, self._arena)
        before = WAIT + random.geometric(BIRTH_PROBABILITY, size=CHUNK)
        # One more frame is empty: the one in which the centre is found outside.
        end = self._begins[chunk] + np.cumsum(before + paths.num_frames + 1)
        return end - 1 - paths.num_frames, paths

    def _random(self, chunk: int, purpose: int) -> np.random.Generator:
        # The lowest word of the counter is the generator's own.
        counter = np.array([0, chunk, self._slot, purpose], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self._key, counter=counter))
