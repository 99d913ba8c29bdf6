"""What made pedestrians look like: a head, clothes with a pattern, and legs that walk."""

from functools import lru_cache

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

HEIGHT, WIDTH = 72, 26  # pixels of the drawn figure, before it is resized
FINE = 8  # steps of a pixel in which it is drawn
PHASES = 8  # pictures of a stride
PATTERNS = 4  # plain, stripes across, stripes down, a bag
HEAD, UPPER, STRIPE, NEAR_LEG, FAR_LEG, BAG = range(6)
NECK, WAIST = 0.17, 0.55  # parts of the height
DARK = 6  # added to a part where its cloth is darker


def figure(
    size: tuple[int, int],
    phase: int,
    pattern: int,
    mirrored: bool,
    colours: UInt8[np.ndarray, "12 3"],
) -> UInt8[np.ndarray, "h w 3"]:
    """Colours of a person of (width, height) pixels; what to show of them says `coverage`.

    Parameters
    ----------
    phase : picture of the stride, 0 to 7.
    pattern : of the clothes, 0 to 3.
    mirrored : whether the person walks to the left.
    colours : of the six parts, and of the same parts where they are dark.
    """
    # Four times as fast as indexing.
    painted = colours.take(_parts(phase, pattern, mirrored), axis=0)
    return cv2.resize(painted, size, interpolation=cv2.INTER_AREA)


@lru_cache(maxsize=4096)
def coverage(size: tuple[int, int], phase: int, mirrored: bool) -> Float[np.ndarray, "h w"]:
    """Part of each pixel that a person of (width, height) pixels covers, in [0, 1].

    The figure touches all four sides in every phase.
    """
    drawn = _draw(phase, mirrored)[0].astype(np.float32)
    cover = np.minimum(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), 1)
    cover.flags.writeable = False  # shared by all callers
    return cover


@lru_cache(maxsize=4096)
def silhouette(size: tuple[int, int], phase: int, mirrored: bool) -> Bool[np.ndarray, "h w"]:
    """Pixels that belong to a person rather than to what is behind."""
    covered: np.ndarray = coverage(size, phase, mirrored) >= 0.5
    return covered


@lru_cache(maxsize=256)
def shadow(size: tuple[int, int]) -> Float[np.ndarray, "h w"]:
    """How much of the light a person keeps from the ground around the feet, in [0, 1]."""
    width, height = size
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.clip(1.5 * (1 - x**2 - y**2), 0, 1).astype(np.float32)


def part_colours(clothes: Float[np.ndarray, "N 3 3"]) -> UInt8[np.ndarray, "N 12 3"]:
    """Colours of all parts of figures from those of head, upper and lower clothes."""
    head, upper, lower = clothes.swapaxes(0, 1)
    stripe = upper + np.where(upper.mean(axis=1, keepdims=True) < 128, 45, -45)
    parts = np.stack([head, upper, stripe, lower, 0.75 * lower, 0.5 * lower], axis=1)
    colours: np.ndarray = np.concatenate([parts, 0.82 * parts], axis=1)
    return np.clip(colours, 0, 255).astype(np.uint8)


@lru_cache(maxsize=PHASES * PATTERNS * 2)
def _parts(phase: int, pattern: int, mirrored: bool) -> Int[np.ndarray, "72 26"]:
    """Part of the figure that each pixel shows, beyond its outline too."""
    parts = _draw(phase, mirrored)[1].astype(np.int64)
    rows, columns = np.indices(parts.shape)
    upper = parts == UPPER
    if pattern == 1:
        parts[upper & (rows // 4 % 2 == 1)] = STRIPE
    elif pattern == 2:
        parts[upper & (columns // 4 % 2 == 1)] = STRIPE
    elif pattern == 3:
        back = columns >= 0.55 * WIDTH if mirrored else columns < 0.45 * WIDTH
        parts[back & (rows > 0.22 * HEIGHT) & (rows < 0.46 * HEIGHT)] = BAG
    cloth = np.random.default_rng(0).random(parts.shape) < 0.3  # the same for all
    return parts + DARK * cloth


@lru_cache(maxsize=PHASES * 2)
def _draw(
    phase: int, mirrored: bool
) -> tuple[Float[np.ndarray, "72 26"], UInt8[np.ndarray, "72 26"]]:
    """Part of each pixel that the figure covers, and the part of the figure that it shows."""
    height, width = HEIGHT * FINE, WIDTH * FINE
    rows = np.arange(height)[:, None] / height
    parts = np.select([rows < NECK, rows < WAIST], [HEAD, UPPER], NEAR_LEG)
    parts = np.repeat(parts.astype(np.uint8), width, axis=1)
    cover = np.zeros((height, width), dtype=np.uint8)
    swing = np.sin(2 * np.pi * phase / PHASES)
    for part, side in ((FAR_LEG, -1), (NEAR_LEG, 1)):
        leg = _leg(side * swing, height, width)
        cv2.fillPoly(parts, [leg], part)
        cv2.fillPoly(cover, [leg], 1)
    middle = width // 2
    for top, bottom, half in ((0, NECK + 0.02, 0.27), (NECK, NECK + 0.16, 0.5), (0.45, WAIST, 0.5)):
        centre = (middle, round((top + bottom) / 2 * height))
        axes = (round(half * width), round((bottom - top) / 2 * height))
        cv2.ellipse(cover, centre, axes, 0, 0, 360, 1, thickness=-1)
    cover[round((NECK + 0.08) * height) : round(0.5 * height)] = 1
    shown = parts[FINE // 2 :: FINE, FINE // 2 :: FINE]
    covered = cover.reshape(HEIGHT, FINE, WIDTH, FINE).mean(axis=(1, 3), dtype=np.float32)
    return (covered[:, ::-1], shown[:, ::-1]) if mirrored else (covered, shown)


def _leg(swing: float, height: int, width: int) -> Int[np.ndarray, "4 2"]:
    """Corners of a leg from the hip to a foot that has swung out, from -1 to 1."""
    hip, foot, half = 0.5 + 0.1 * swing, 0.5 + 0.34 * swing, 0.14
    corners = [
        (hip - half, WAIST - 0.05),
        (hip + half, WAIST - 0.05),
        (foot + half, 1),
        (foot - half, 1),
    ]
    return np.array([(round(x * width), round(y * height)) for x, y in corners], dtype=np.int32)
