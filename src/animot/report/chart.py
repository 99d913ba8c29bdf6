"""Lines for small charts: points in a square of 100 by 100, y downwards, as SVG paths want them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

MOST_POINTS = 400
"""More would not be seen."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line to draw.

    Attributes
    ----------
    path : for the attribute d of an SVG path, in a box of 100 by 100.
    least, most : values at the lower and upper edge.
    """

    path: str
    least: float
    most: float


def line_of(
    x: Float[np.ndarray, " N"], y: Float[np.ndarray, " N"], most: float | None = None
) -> Line:
    """Values y over increasing x; each point is the mean of as many as must share it.

    The lower edge is 0, or the least value where there are negative ones; the upper one is `most`,
    or the largest value.
    """
    parts = np.array_split(np.arange(len(x)), min(len(x), MOST_POINTS))
    x = np.array([x[part].mean() for part in parts])
    y = np.array([y[part].mean() for part in parts])
    least, most = min(0.0, float(y.min())), float(y.max()) if most is None else most
    across = 100 * (x - x[0]) / max(float(x[-1] - x[0]), 1e-12)
    down = 100 * (most - y) / max(most - least, 1e-12)
    points = [f"{a:.2f},{d:.2f}" for a, d in zip(across, down, strict=True)]
    return Line(path="M" + " L".join(points), least=least, most=most)


def area_of(counts: Int[np.ndarray, " T"]) -> Line:
    """Stairs for counts, one a frame, filled down to 0.

    Of frames that must share a stair, the largest count is shown.
    """
    stairs = np.array_split(counts, min(len(counts), MOST_POINTS))
    ends = 100 * np.cumsum([len(stair) for stair in stairs]) / len(counts)
    heights = np.array([int(stair.max()) for stair in stairs])
    most = max(int(heights.max()), 1)
    path = ["M0,100"]
    for end, height in zip(ends, heights, strict=True):
        path.append(f"V{100 - 100 * height / most:.2f} H{end:.2f}")
    return Line(path=" ".join([*path, "V100 Z"]), least=0.0, most=float(most))
