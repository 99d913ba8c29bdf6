"""One stream of a made crowd: its scene, and who stands where in each frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_figure import PHASES
from animot.data.crowd_ground import (
    ASPECT,
    Perspective,
    draw_background,
    draw_facade,
    draw_obstacles,
)
from animot.data.crowd_people import People, draw_people, join_people, longest_life

CHUNK = 128  # persons drawn at once; another number makes other videos
CHUNKS_KEPT = 8
SKIN = (150.0, 115.0, 95.0)
SCENE, PEOPLE, CAMERA = range(3)  # purposes of random numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """Persons in one frame, farthest first: each may hide those before it.

    Attributes
    ----------
    number : of the person in its stream, from 0 in the order of arrival; never used again.
    box : xyxy in whole pixels around the figure, hidden or not, not cut at the border.
    phase : picture of the stride.
    pattern : of the clothes.
    mirrored : whether the person walks to the left.
    colours : of the parts of the figure.
    """

    number: list[int]
    box: list[list[int]]
    phase: list[int]
    pattern: list[int]
    mirrored: list[bool]
    colours: list[UInt8[np.ndarray, "12 3"]]


class CrowdStream:
    """What one stream shows; a function of (seed, stream), asked for in any order.

    Person n arrives at frame (n + delay_n) * interval - longest life: one after another, evenly
    but for a random delay below one interval, and long enough before frame 0 for the scene to be
    full there. The interval is the mean life of the first persons over the people of the stream.

    Parameters
    ----------
    seed, stream : name the stream.
    view : perspective of the frames.
    difficulty : of the video.
    """

    def __init__(
        self, seed: int, stream: int, view: Perspective, difficulty: CrowdDifficulty
    ) -> None:
        self._key = np.array([seed, stream], dtype=np.uint64)
        self._view = view
        self._difficulty = difficulty
        random = self.random(SCENE, 0)
        self.background, ground = draw_background(random, view)
        low, high = difficulty.obstacles
        count = int(random.integers(low, high + 1))
        self.obstacles = draw_obstacles(random, count, view, difficulty.stature)
        self.facades = [draw_facade(random, box, ground) for box in self.obstacles]
        self._outfits = _draw_outfits(random, ground, difficulty)
        self._chunks: dict[int, People] = {}
        self._longest = longest_life(view, difficulty)
        mean_life = float(self._chunk(0).num_frames.mean())
        self._interval = mean_life / random.uniform(*difficulty.people)

    def random(self, purpose: int, index: int) -> np.random.Generator:
        """Generator of a purpose's own, for its chunk or frame of that index."""
        # The lowest word of the counter is the generator's own.
        counter = np.array([0, index, 0, purpose], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self._key, counter=counter))

    def standing(self, frame: int) -> Standing:
        """Persons whose box reaches into the frame of this number, counted from 0."""
        number, people = self._on_their_way(frame)
        age = frame - self._arrivals(number, people.delay)
        feet = people.feet(age)
        box = self._boxes(feet, people.stature)
        inside = (box[:, :2] < [self._view.width, self._view.height]).all(axis=1)
        inside &= (box[:, 2:] > 0).all(axis=1)
        shown = np.flatnonzero(inside)[np.argsort(feet[inside, 1], kind="stable")]
        number, box, people = number[shown], box[shown], people.pick(shown)
        picture = np.floor((people.stride + people.gait * age[shown]) * PHASES) % PHASES
        return Standing(
            number=number.tolist(),
            box=box.tolist(),
            phase=picture.astype(np.int64).tolist(),
            pattern=people.pattern.tolist(),
            mirrored=(people.end[:, 0] < people.start[:, 0]).tolist(),
            colours=list(people.colours),
        )

    def _boxes(
        self, feet: Float[np.ndarray, "N 2"], stature: Float[np.ndarray, " N"]
    ) -> Int[np.ndarray, "N 4"]:
        height = np.rint(self._view.height_at(feet[:, 1]) * stature)
        width = np.rint(ASPECT * height)
        left, bottom = np.rint(feet[:, 0] - width / 2), np.rint(feet[:, 1])
        edges = np.stack([left, bottom - height, left + width, bottom], axis=1)
        return edges.astype(np.int64)

    def _arrivals(
        self, number: Int[np.ndarray, " N"], delay: Float[np.ndarray, " N"]
    ) -> Int[np.ndarray, " N"]:
        frame = np.floor((number + delay) * self._interval) - self._longest
        return frame.astype(np.int64)

    def _on_their_way(self, frame: int) -> tuple[Int[np.ndarray, " N"], People]:
        """Numbers of the persons who have arrived and not yet gone, and the persons."""
        first = max(int(frame / self._interval) - 1, 0)
        end = int((frame + self._longest) / self._interval) + 2
        chunks = range(first // CHUNK, (end - 1) // CHUNK + 1)
        people = join_people([self._chunk(chunk) for chunk in chunks])
        number = chunks.start * CHUNK + np.arange(len(people.delay))
        age = frame - self._arrivals(number, people.delay)
        there = np.flatnonzero((age >= 0) & (age <= people.num_frames))
        return number[there], people.pick(there)

    def _chunk(self, chunk: int) -> People:
        if chunk not in self._chunks:
            while len(self._chunks) >= CHUNKS_KEPT:
                self._chunks.pop(next(iter(self._chunks)))
            self._chunks[chunk] = draw_people(
                self.random(PEOPLE, chunk),
                CHUNK,
                self._view,
                self.obstacles,
                self._outfits,
                self._difficulty,
            )
        return self._chunks[chunk]


def _draw_outfits(
    random: np.random.Generator, ground: Float[np.ndarray, " 3"], difficulty: CrowdDifficulty
) -> Float[np.ndarray, "O 3 3"]:
    """Colours of head, upper and lower clothes; clothes differ from the ground by the contrast."""
    count = difficulty.outfits
    way = random.normal(size=(count, 2, 3))
    way *= difficulty.contrast * np.sqrt(3) / np.linalg.norm(way, axis=2, keepdims=True)
    head = np.broadcast_to(SKIN, (count, 1, 3)) * random.uniform(0.4, 1.3, (count, 1, 1))
    return np.concatenate([head, np.clip(ground + way, 5, 250)], axis=1)
