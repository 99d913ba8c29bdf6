"""Mixture of Gaussians for each pixel (Zivkovic, 2004), as OpenCV has it."""

import cv2
import numpy as np
from jaxtyping import Bool, UInt8

# Seconds after which what is seen has e times less weight.
MEMORY_SECONDS = 30.0


class MixtureOfGaussians:
    """See `BackgroundModel`.

    Parameters
    ----------
    memory_seconds : time constant with which the model forgets.
    """

    def __init__(self, memory_seconds: float = MEMORY_SECONDS) -> None:
        self.memory_seconds = memory_seconds
        self._shape: tuple[int, ...] = ()

    def start(self, image: UInt8[np.ndarray, "H W D"], time: float) -> None:
        """See `BackgroundModel`."""
        self._mixture = cv2.createBackgroundSubtractorMOG2(detectShadows=False)
        # The picture is that of the likeliest colour, not its mean with what passes now and then.
        self._mixture.setBackgroundRatio(0.5)
        self._shape = image.shape
        self._time, self._first = time, time
        self._mixture.apply(np.ascontiguousarray(image), learningRate=1.0)

    def update(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
    ) -> UInt8[np.ndarray, "H W D"]:
        """See `BackgroundModel`."""
        seconds, self._time = time - self._time, time
        # In the beginning all that was seen so far counts alike.
        span = min(max(time - self._first, seconds), self.memory_seconds)
        rate = 1 - np.exp(-seconds / span) if span > 0 else 0.0
        if held is not None:
            image = np.where(held[..., None], self._picture(), image)
        self._mixture.apply(np.ascontiguousarray(image), learningRate=float(rate))
        return self._picture()

    def _picture(self) -> UInt8[np.ndarray, "H W D"]:
        return np.asarray(self._mixture.getBackgroundImage(), np.uint8).reshape(self._shape)
