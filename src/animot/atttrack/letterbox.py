"""From frames of any size to the size of the network, and back."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from animot.atttrack.config import COARSEST_STRIDE
from animot.errors import InputError
from animot.video.pixels import resize

GREY = 127  # of what lies beyond the frame

Affine = Float[np.ndarray, "2 3"]
"""Maps (x, y, 1) to (x, y), in pixels with edges counted from 0, as boxes are."""


@dataclass(frozen=True, kw_only=True)
class Letterbox:
    """How a frame lies in the network's input: resized to fit, in the middle, grey around it.

    Attributes
    ----------
    size : (width, height) of the input.
    inner : (width, height) of the resized frame.
    scale : (x, y) from original pixels to those of the input; they differ by rounding only.
    """

    size: tuple[int, int]
    inner: tuple[int, int]
    scale: tuple[float, float]

    @property
    def offset(self) -> tuple[int, int]:
        """(x, y) of the frame's left upper corner in the input."""
        return (self.size[0] - self.inner[0]) // 2, (self.size[1] - self.inner[1]) // 2

    @property
    def affine(self) -> Affine:
        """From original pixels to pixels of the input."""
        (scale_x, scale_y), (left, top) = self.scale, self.offset
        return np.array([[scale_x, 0, left], [0, scale_y, top]])

    def __call__(self, image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "height width 3"]:
        """Put a frame into the input."""
        if (image.shape[1], image.shape[0]) == self.size:
            return image
        (left, top), (width, height) = self.offset, self.inner
        boxed = np.full((self.size[1], self.size[0], 3), GREY, dtype=np.uint8)
        boxed[top : top + height, left : left + width] = resize(image, (height, width))
        return boxed

    def to_network(self, boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
        """Boxes in original pixels, in those of the input; not cut at its border."""
        return boxes * np.array(self.scale * 2) + np.array(self.offset * 2)

    def to_original(self, boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
        """Boxes in pixels of the input, in original ones."""
        return (boxes - np.array(self.offset * 2)) / np.array(self.scale * 2)


def letterbox(frame: tuple[int, int], size: tuple[int, int]) -> Letterbox:
    """How frames of one (width, height) lie in inputs of another.

    Raises
    ------
    InputError : where the input is no multiple of 32 pixels.
    """
    if min(size) < COARSEST_STRIDE or size[0] % COARSEST_STRIDE or size[1] % COARSEST_STRIDE:
        raise InputError(
            f"a network does not take images of {size[0]}x{size[1]} pixels; give multiples of "
            f"{COARSEST_STRIDE}, such as 288x160"
        )
    ratio = min(size[0] / frame[0], size[1] / frame[1])
    inner = (max(round(frame[0] * ratio), 1), max(round(frame[1] * ratio), 1))
    scale = (inner[0] / frame[0], inner[1] / frame[1])
    return Letterbox(size=size, inner=inner, scale=scale)


def warp(image: UInt8[np.ndarray, "H W 3"], affine: Affine) -> UInt8[np.ndarray, "H W 3"]:
    """Move the pixels of an image; grey comes in from outside."""
    height, width, _ = image.shape
    # OpenCV counts pixels by their centres, we count edges: half a pixel before and after.
    centred = affine.copy()
    centred[:, 2] += affine[:, :2] @ [0.5, 0.5] - 0.5
    return cv2.warpAffine(
        image, centred, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3
    )


def move_boxes(boxes: Float[np.ndarray, "N 4"], affine: Affine) -> Float[np.ndarray, "N 4"]:
    """Where boxes go when their image is moved, upright again.

    The new box is that around the moved ellipse that touches the old box: a person turned by a few
    degrees does not become much wider, which the box around the old box's corners would.
    """
    centre = move_points((boxes[:, :2] + boxes[:, 2:]) / 2, affine)
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    half = np.sqrt(half**2 @ (affine[:, :2] ** 2).T)
    return np.concatenate([centre - half, centre + half], axis=1)


def move_points(points: Float[np.ndarray, "N 2"], affine: Affine) -> Float[np.ndarray, "N 2"]:
    """Where (x, y) go when their image is moved."""
    return points @ affine[:, :2].T + affine[:, 2]
