"""Boxes and identities drawn over a frame."""

import colorsys

import cv2
import numpy as np
from jaxtyping import UInt8

from animot.tracks import FrameTracks

# Turns of the colour circle between two identities: the golden ratio keeps neighbours apart.
HUE_STEP = 0.618034


def colour_of(track_id: int) -> tuple[int, int, int]:
    """Red, green, blue of an identity; the same wherever it is drawn."""
    red, green, blue = colorsys.hsv_to_rgb(track_id * HUE_STEP % 1.0, 0.85, 1.0)
    return round(255 * red), round(255 * green), round(255 * blue)


def draw(image: UInt8[np.ndarray, "H W 3"], objects: FrameTracks) -> UInt8[np.ndarray, "H W 3"]:
    """A copy of the frame with a box and a number for each object."""
    drawn = image.copy()
    thickness = max(1, round(min(image.shape[:2]) / 300))
    scale = max(0.3, min(image.shape[:2]) / 900)
    for track_id, box in zip(objects.track_id.tolist(), objects.box, strict=True):
        left, top, right, bottom = np.rint(box).astype(int).tolist()
        colour = colour_of(track_id)
        # The box covers pixels left to right - 1.
        cv2.rectangle(drawn, (left, top), (right - 1, bottom - 1), colour, thickness)
        place = (left, max(top - 2, round(20 * scale)))
        cv2.putText(
            drawn, str(track_id), place, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thickness,
            cv2.LINE_AA,
        )  # fmt: skip
    return drawn
