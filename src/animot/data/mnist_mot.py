"""MNIST-MOT: handwritten digits that shine through one another."""

import hashlib
from typing import final

import numpy as np
from jaxtyping import Int, UInt8

from animot.data.idx import SIDE
from animot.data.made import MadeVideo
from animot.errors import InputError


@final
class MnistMOT(MadeVideo):
    """Grey digits on black; where they overlap, their pixel values add up to at most 255.

    The box of a digit is its whole 28x28 canvas, which its ink does not fill. See `MadeVideo` for
    motion and parameters.

    Parameters
    ----------
    digits : what the objects look like, each drawn with the same chance; see `load_digits`.
    """

    name = "mnist"
    channels = 1
    margin = SIDE // 3

    def __init__(
        self,
        seed: int,
        digits: UInt8[np.ndarray, "N 28 28"],
        num_objects: int = 3,
        *,
        height: int = 128,
        width: int = 128,
    ) -> None:
        super().__init__(seed, num_objects, height=height, width=width)
        if not len(digits):
            raise InputError("there are no digits to draw; give at least one")
        self._digits = digits

    def fingerprint(self) -> str:
        """Of the digits, in their order."""
        return hashlib.sha256(np.ascontiguousarray(self._digits).tobytes()).hexdigest()

    def _appear(self, random: np.random.Generator, count: int) -> Int[np.ndarray, "N 1"]:
        """Column: which digit."""
        return random.integers(len(self._digits), size=(count, 1))

    def _sizes(self, appearance: Int[np.ndarray, "*any 1"]) -> Int[np.ndarray, "*any 2"]:
        return np.full((*appearance.shape[:-1], 2), SIDE)

    def _paint(
        self, part: UInt8[np.ndarray, "h w 1"], look: list[int], rows: slice, columns: slice
    ) -> None:
        patch = self._digits[look[0], rows, columns, None]
        part += np.minimum(patch, 255 - part)
