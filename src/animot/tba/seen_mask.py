"""Where each object is seen: what its tracker's mask covers of what is not background. Ours.

A mask learned from real video has the outline of a loose coat: what is drawn beside a person looks
like the street anyway. So a pixel has to differ from the background, too. Where masks are fixed, as
for digits, this alone tells which pixels are the object's.
"""

import cv2
import numpy as np
from jaxtyping import Bool, Float


def seen_masks(
    mask: Float[np.ndarray, "N U V"],
    patch: Float[np.ndarray, "N 4"],
    differing: Bool[np.ndarray, "H W"],
) -> Bool[np.ndarray, "N H W"]:
    """Pixels of each object.

    Parameters
    ----------
    mask : Y^s, 0 or 1.
    patch : box in which each lies, xyxy in whole frames (0 to 1 is inside).
    differing : pixels that differ from the background.
    """
    height, width = differing.shape
    seen = np.zeros((len(mask), height, width), dtype=bool)
    boxes = patch * np.array([width, height] * 2)
    for one, grid, box in zip(seen, mask, boxes, strict=True):
        one[:] = _placed(grid, box, (height, width)) & differing
    return seen


def _placed(
    grid: Float[np.ndarray, "U V"], box: Float[np.ndarray, "4"], size: tuple[int, int]
) -> Bool[np.ndarray, "H W"]:
    """A mask stretched over its box, which is given in pixels."""
    (x0, y0, x1, y1), (U, V) = box, grid.shape
    across, down = (x1 - x0) / V, (y1 - y0) / U
    # From the centre of the grid's first value to the pixel that has its centre there.
    stretch = np.array([[across, 0, x0 + across / 2 - 0.5], [0, down, y0 + down / 2 - 0.5]])
    placed = cv2.warpAffine(grid.astype(np.uint8), stretch, size[::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(placed, dtype=bool)
