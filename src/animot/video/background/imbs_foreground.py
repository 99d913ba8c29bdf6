"""Foreground by modes of the background, without shadows, highlights and specks."""

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from animot.video.background.imbs_bins import Bins

# A pixel shows a mode that is this near in every channel (grey levels).
FG_THRESHOLD = 15.0
# Pixels in the smallest blob.
MIN_AREA = 30
# A shadow or a highlight: value as part of the mode's, difference of saturation (0..255) and of
# hue (0..179, half degrees).
VALUE_RATIO = (0.65, 1.15)
SATURATION_DIFFERS = 60
HUE_DIFFERS = 40


def foreground(image: UInt8[np.ndarray, "H W D"], modes: Bins) -> Bool[np.ndarray, "H W"]:
    """Pixels that show none of the modes that are background."""
    colour = image.astype(np.float32)
    moving = np.ones(image.shape[:2], dtype=bool)
    for mode, height, conditional in zip(modes.colour, modes.height, modes.moving, strict=True):
        valid = (height > 0) & ~conditional
        if not valid.any():
            continue
        near = np.abs(colour - mode).max(axis=2) <= FG_THRESHOLD
        moving &= ~(valid & near)
        if image.shape[2] == 3 and moving.any():
            moving &= ~(valid & _lit_otherwise(colour, mode))
    return _without_specks(moving)


def _lit_otherwise(
    colour: Float[np.ndarray, "H W 3"], mode: Float[np.ndarray, "H W 3"]
) -> Bool[np.ndarray, "H W"]:
    """Whether a colour is the mode's, in shadow or in a highlight."""
    a, b = (
        cv2.cvtColor(np.clip(c, 0, 255).astype(np.uint8), cv2.COLOR_RGB2HSV).astype(np.int32)
        for c in (colour, mode)
    )
    ratio = a[..., 2] / np.maximum(b[..., 2], 1)
    hue = np.abs(a[..., 0] - b[..., 0])
    return (
        (ratio >= VALUE_RATIO[0])
        & (ratio < VALUE_RATIO[1])
        & (np.abs(a[..., 1] - b[..., 1]) <= SATURATION_DIFFERS)
        & (np.minimum(hue, 180 - hue) <= HUE_DIFFERS)
    )


def _without_specks(mask: Bool[np.ndarray, "H W"]) -> Bool[np.ndarray, "H W"]:
    _, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= MIN_AREA
    large[0] = False
    return large[label]
