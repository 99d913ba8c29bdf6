"""Who walks through a made crowd: when, which way, how fast, and in which clothes."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.data.crowd_figure import part_colours
from animot.data.crowd_ground import ASPECT, BEHIND, Perspective

BORDERS = 3  # gates at the left, the right and the lower border; obstacles come after them
STRIDE = 0.8  # body heights that a person walks in a stride of two steps
BORDER_CHANCES = (0.42, 0.42, 0.16)


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Persons of one stream, in the order of their arrival.

    Attributes
    ----------
    stature : factor of the height.
    start, bend, end : (x, y) of the feet: both ends of the way, and what the way bulges towards (a
        quadratic Bezier curve).
    num_frames : frames that the way takes, at least 1.
    delay : of the arrival, as a part of the time between two arrivals, in [0, 1).
    outfit : which of the stream's outfits.
    pattern : of the clothes.
    colours : of the parts of the figure, see `part_colours`.
    stride : phase of the gait at the start, in [0, 1).
    gait : strides per frame.
    """

    stature: Float[np.ndarray, " N"]
    start: Float[np.ndarray, "N 2"]
    bend: Float[np.ndarray, "N 2"]
    end: Float[np.ndarray, "N 2"]
    num_frames: Int[np.ndarray, " N"]
    delay: Float[np.ndarray, " N"]
    outfit: Int[np.ndarray, " N"]
    pattern: Int[np.ndarray, " N"]
    colours: UInt8[np.ndarray, "N 12 3"]
    stride: Float[np.ndarray, " N"]
    gait: Float[np.ndarray, " N"]

    def pick(self, chosen: Int[np.ndarray, " M"]) -> "People":
        """Those persons, in that order."""
        return People(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    def feet(self, age: Int[np.ndarray, " N"]) -> Float[np.ndarray, "N 2"]:
        """(x, y) of the feet so many frames after the arrival."""
        way = (age / self.num_frames)[:, None]
        ahead = (1 - way) * self.start + way * self.bend
        behind = (1 - way) * self.bend + way * self.end
        return (1 - way) * ahead + way * behind


def join_people(parts: list[People]) -> People:
    """Persons of consecutive chunks."""
    columns = [field.name for field in fields(People)]
    return People(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in columns}
    )


def draw_people(
    random: np.random.Generator,
    count: int,
    view: Perspective,
    obstacles: Int[np.ndarray, "M 4"],
    outfits: Float[np.ndarray, "O 3 3"],
    difficulty: CrowdDifficulty,
) -> People:
    """Draw persons who go from one gate, a border or behind an obstacle, to another one.

    Parameters
    ----------
    obstacles : their boxes, xyxy in pixels.
    outfits : colours of head, upper and lower clothes.
    """
    stature = 1 + random.uniform(-1, 1, count) * difficulty.stature
    gates = _draw_gates(random, count, len(obstacles), difficulty.hiding)
    start, end = (_places(random, gates[:, side], view, obstacles, stature) for side in (0, 1))
    way = end - start
    bulge = random.uniform(-1, 1, count)[:, None] * difficulty.bend * way[:, ::-1] * [-1, 1]
    bend = (start + end) / 2 + 2 * bulge  # a quadratic curve goes half way towards it
    bend[:, 1] = np.maximum(bend[:, 1], view.horizon)
    mean_height = view.height_at(np.stack([start[:, 1], end[:, 1]])).mean(axis=0) * stature
    speed = random.uniform(*difficulty.speed, count)
    length = np.hypot(way[:, 0], way[:, 1])
    outfit = random.integers(len(outfits), size=count)
    tint = difficulty.personal / 2 * random.uniform(-1, 1, (count, 3, 3))
    return People(
        stature=stature,
        start=start,
        bend=bend,
        end=end,
        num_frames=np.maximum(np.ceil(length / (speed * mean_height)), 1).astype(np.int64),
        delay=random.uniform(0, 1, count),
        outfit=outfit,
        pattern=random.integers(difficulty.patterns, size=count),
        colours=part_colours(outfits[outfit] + tint),
        stride=random.uniform(0, 1, count),
        gait=speed / STRIDE,
    )


def longest_life(view: Perspective, difficulty: CrowdDifficulty) -> int:
    """Frames that nobody's way exceeds: the frame's diagonal and a body, at the slowest."""
    beyond = view.near * (1 + difficulty.stature) + BEHIND
    length = np.hypot(view.width + 2 * beyond, view.height + 2 * beyond)
    slowest = difficulty.speed[0] * view.far * (1 - difficulty.stature)
    return int(np.ceil(length / slowest))


def _draw_gates(
    random: np.random.Generator, count: int, num_obstacles: int, hiding: float
) -> Int[np.ndarray, "N 2"]:
    """Where each person comes from and goes to: two different gates."""
    if num_obstacles == 0:
        hiding = 0.0
    borders = np.array(BORDER_CHANCES) * (1 - hiding)
    chances = np.concatenate([borders, np.full(num_obstacles, hiding / max(num_obstacles, 1))])
    start = random.choice(len(chances), size=count, p=chances)
    # The second gate: the largest of random numbers that favour each gate by its chance.
    race = random.uniform(size=(count, len(chances))) ** (1 / np.maximum(chances, 1e-9))
    race[np.arange(count), start] = -1
    return np.stack([start, race.argmax(axis=1)], axis=1)


def _places(
    random: np.random.Generator,
    gate: Int[np.ndarray, " N"],
    view: Perspective,
    obstacles: Int[np.ndarray, "M 4"],
    stature: Float[np.ndarray, " N"],
) -> Float[np.ndarray, "N 2"]:
    """(x, y) of feet at the gates: just out of the frame, or hidden by the obstacle."""
    feet = random.uniform(view.horizon, view.height + 0.3 * view.near, len(gate))
    half = ASPECT * view.height_at(feet) * stature / 2 + 1
    across = random.uniform(0.1, 0.9, len(gate)) * view.width
    below = view.height + view.near * stature + 1
    x = np.select([gate == 0, gate == 1], [-half, view.width + half], across)
    y = np.where(gate == 2, below, feet)
    if len(obstacles):
        behind = np.maximum(gate - BORDERS, 0)
        hidden = gate >= BORDERS
        x = np.where(hidden, obstacles[behind][:, [0, 2]].mean(axis=1), x)
        y = np.where(hidden, obstacles[behind, 3] - BEHIND, y)
    return np.stack([x, y], axis=1)
