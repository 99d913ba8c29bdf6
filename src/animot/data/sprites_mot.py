"""Sprites-MOT: coloured shapes that hide one another."""

from functools import lru_cache
from typing import final

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.data.made import MadeVideo

SIZE = 21  # pixels, before scale and ratio
SCALE_SPREAD = 0.1
RATIO_SPREAD = 0.2
SHAPES = ("circle", "triangle", "rectangle", "diamond")
COLOURS = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
}
SAMPLES = 8  # per pixel and direction, for smooth edges


@final
class SpritesMOT(MadeVideo):
    """Circles, triangles, rectangles and diamonds in six pure colours on black; later slots on top.

    A sprite is round(21 * scale * sqrt(ratio)) pixels high and round(21 * scale / sqrt(ratio))
    wide, scale in 0.9..1.1 and ratio in 0.8..1.2, uniform. Its shape touches all four sides of its
    canvas, and pixels on its edge are blended with what lies below. See `MadeVideo` for motion and
    parameters.
    """

    name = "sprites"
    channels = 3
    margin = SIZE // 2

    def _appear(self, random: np.random.Generator, count: int) -> Int[np.ndarray, "N 4"]:
        """Columns: shape, colour, height, width."""
        shape = random.integers(len(SHAPES), size=count)
        colour = random.integers(len(COLOURS), size=count)
        scale = random.uniform(1 - SCALE_SPREAD, 1 + SCALE_SPREAD, size=count)
        ratio = random.uniform(1 - RATIO_SPREAD, 1 + RATIO_SPREAD, size=count)
        height = np.rint(SIZE * scale * np.sqrt(ratio)).astype(np.int64)
        width = np.rint(SIZE * scale / np.sqrt(ratio)).astype(np.int64)
        return np.stack([shape, colour, height, width], axis=1)

    def _sizes(self, appearance: Int[np.ndarray, "*any 4"]) -> Int[np.ndarray, "*any 2"]:
        return appearance[..., [3, 2]]

    def _paint(
        self, part: UInt8[np.ndarray, "h w 3"], look: list[int], rows: slice, columns: slice
    ) -> None:
        keep, ink = _patch(*look)
        part[...] = part * keep[rows, columns] + ink[rows, columns]


@lru_cache(maxsize=4096)
def _patch(
    shape: int, colour: int, height: int, width: int
) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]]:
    """How much of the ground shines through, and what is added; plus 1/2, to round when cut."""
    rgb = np.array(tuple(COLOURS.values())[colour], dtype=np.float32)
    # Three equal channels: NumPy multiplies arrays of one shape twice as fast as it broadcasts.
    cover = np.repeat(coverage(SHAPES[shape], height, width)[:, :, None], 3, axis=2)
    return 1 - cover, cover * rgb + np.float32(0.5)


@lru_cache(maxsize=1024)
def coverage(shape: str, height: int, width: int) -> Float[np.ndarray, "h w"]:
    """Part of each pixel that the shape covers, in [0, 1]; it reaches all sides of its canvas."""
    down = _samples(height)[:, None]
    across = np.abs(_samples(width))[None, :]
    if shape == "circle":
        inside = across**2 + down**2 <= 1
    elif shape == "triangle":  # apex in the middle of the top side
        inside = across <= (1 + down) / 2
    elif shape == "rectangle":
        inside = np.maximum(across, np.abs(down)) <= 1
    else:
        inside = across + np.abs(down) <= 1
    pixels = inside.reshape(height, SAMPLES, width, SAMPLES)
    cover: np.ndarray = pixels.mean(axis=(1, 3), dtype=np.float32)
    cover.flags.writeable = False  # shared by all callers
    return cover


def _samples(length: int) -> Float[np.ndarray, " n"]:
    """Sample places along one side of the canvas, from -1 to 1."""
    return (np.arange(length * SAMPLES) + 0.5) / (length * SAMPLES / 2) - 1
