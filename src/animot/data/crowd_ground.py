"""The ground that a made crowd walks on: perspective, obstacles, and what it looks like."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.data.crowd_difficulty import CrowdDifficulty

HORIZON = 0.3  # of the height of the frame: feet of the farthest persons
ASPECT = 0.36  # width of a person over height
WALL = 0.22  # of the height of the frame: where a wall ends and the ground begins
OBSTACLE_WIDTH = (1.2, 2.2)  # in widths of the tallest person that stands there
OBSTACLE_HEIGHT = (1.1, 1.4)  # in heights of that person; all of it can hide
BEHIND = 2  # pixels by which somebody hidden stands farther than the obstacle


@dataclass(frozen=True, kw_only=True)
class Perspective:
    """Sizes grow with the place of the feet in the frame, from the horizon to the lower border.

    Attributes
    ----------
    height, width : of the frame, in pixels.
    far, near : height of a person at the horizon, and at the lower border and below it.
    """

    height: int
    width: int
    far: float
    near: float

    @property
    def horizon(self) -> float:
        """Feet of the farthest persons, in pixels from the top."""
        return HORIZON * self.height

    def height_at(self, feet: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
        """Height of a person whose feet are so many pixels below the top of the frame."""
        return np.interp(feet, [self.horizon, self.height], [self.far, self.near])


def perspective_of(difficulty: CrowdDifficulty, height: int, width: int) -> Perspective:
    """Perspective of frames of this size."""
    far, near = difficulty.height
    return Perspective(height=height, width=width, far=far, near=near)


def draw_obstacles(
    random: np.random.Generator, count: int, view: Perspective, stature: float
) -> Int[np.ndarray, "N 4"]:
    """Boxes of obstacles, xyxy in pixels, farthest first; each can hide anybody behind its middle.

    They stand at a distance from the sides and from one another, as far as there is room.
    """
    feet = np.sort(random.uniform(view.horizon + 0.1 * view.height, 0.9 * view.height, count))
    tallest = view.height_at(feet) * (1 + stature)
    tall = tallest * random.uniform(*OBSTACLE_HEIGHT, count) + BEHIND + 1
    wide = np.maximum(ASPECT * tallest * random.uniform(*OBSTACLE_WIDTH, count), 4)
    places = random.permutation(count) + random.uniform(0.2, 0.8, count)
    centre = view.width * (0.08 + 0.84 * places / max(count, 1))
    edges = [centre - wide / 2, feet - tall, centre + wide / 2, feet]
    return np.rint(np.stack(edges, axis=1)).astype(np.int64)


def draw_background(
    random: np.random.Generator, view: Perspective
) -> tuple[UInt8[np.ndarray, "H W 3"], Float[np.ndarray, " 3"]]:
    """Textured ground below a wall, and the mean colour of the ground."""
    ground = random.uniform(70, 170) + random.uniform(-15, 15, 3)
    wall = ground + random.uniform(-40, 40) + random.uniform(-10, 10, 3)
    image = np.empty((view.height, view.width, 3), dtype=np.float32)
    border = round(WALL * view.height)
    image[:border], image[border:] = wall, ground
    image += texture(random, view.height, view.width)[:, :, None]
    return np.clip(image, 0, 255).astype(np.uint8), ground


def draw_facade(
    random: np.random.Generator, box: Int[np.ndarray, " 4"], ground: Float[np.ndarray, " 3"]
) -> UInt8[np.ndarray, "h w 3"]:
    """Surface of an obstacle."""
    width, height = (box[2:] - box[:2]).tolist()
    colour = ground + random.choice([-1, 1]) * random.uniform(20, 60) + random.uniform(-20, 20, 3)
    image = colour + 1.5 * texture(random, height, width)[:, :, None]
    return np.clip(image, 0, 255).astype(np.uint8)


def texture(random: np.random.Generator, height: int, width: int) -> Float[np.ndarray, "H W"]:
    """Noise of three grains, in grey levels around 0."""
    total = np.zeros((height, width), dtype=np.float32)
    for grain, strength in ((32, 10), (6, 8), (1, 5)):
        shape = (height // grain + 2, width // grain + 2)
        coarse = random.normal(0, strength, shape).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return total
