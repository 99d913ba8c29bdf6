"""Where the cells of a feature map lie; places are in half frames from its middle."""

from functools import cache

import numpy as np
from jaxtyping import Float, Int


class Cells:
    """The cells of a map of M rows and N columns.

    Attributes
    ----------
    middle : (x, y) of each cell, row by row.
    count : N and M.
    """

    middle: Float[np.ndarray, "MN 2"]
    count: Float[np.ndarray, " 2"]

    def __init__(self, M: int, N: int) -> None:
        y, x = (((2 * np.arange(n) + 1) / n - 1).astype(np.float32) for n in (M, N))
        self.middle = np.stack([np.tile(x, M), np.repeat(y, N)], axis=1)
        self.count = np.array([N, M], np.float32)
        # All columns, then all rows: what is asked of both is found in one go.
        self.along = np.concatenate([x, y])
        self.axis = np.repeat([0, 1], [N, M])
        self.half = self.count[self.axis] / 2
        self.shape = (M, N)

    def distance_logits(
        self, place: Float[np.ndarray, " 2"], deviation: float
    ) -> Float[np.ndarray, " MN"]:
        """Of a normal distribution around a place; the deviation is in cells."""
        square = (self.along - place[self.axis]) * self.half
        square *= square
        square *= np.float32(-0.5 / deviation**2)
        N = self.shape[1]
        return (square[N:, None] + square[:N]).ravel()

    def covered(
        self, centre: Float[np.ndarray, " 2"], size: Float[np.ndarray, " 2"]
    ) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " M"]]:
        """Part of each column and row that lies in a box widened by half a cell on each side."""
        apart = np.abs(self.along - centre[self.axis])
        share = 1 + ((size * np.float32(0.5))[self.axis] - apart) * self.half
        share = np.minimum(np.maximum(share, 0, out=share), 1, out=share)
        N = self.shape[1]
        return share[:N], share[N:]

    def window(self, peak: int, side: int) -> Int[np.ndarray, " n"]:
        """Cells of the window around one of them, as far as it lies in the map."""
        return _window(*self.shape, peak, side)


@cache
def _window(M: int, N: int, peak: int, side: int) -> Int[np.ndarray, " n"]:
    reach = side // 2
    row, column = divmod(peak, N)
    rows = np.arange(max(row - reach, 0), min(row + reach + 1, M))
    columns = np.arange(max(column - reach, 0), min(column + reach + 1, N))
    return np.add.outer(rows * N, columns).ravel()
