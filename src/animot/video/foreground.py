"""How large the moving things in a video are, from their difference to the background."""

import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8

# Difference to the background, of the strongest channel, that noise and shadows seldom reach.
THRESHOLD = 30
# Blobs smaller than this are noise; larger than this part of the frame, a change of light.
LEAST_AREA = 12
MOST_OF_FRAME = 0.25


def blob_sizes(
    frames: UInt8[np.ndarray, "N H W D"], background: UInt8[np.ndarray, "H W D"]
) -> tuple[Int[np.ndarray, "blobs 2"], Int[np.ndarray, " N"]]:
    """Height and width of every foreground blob, in pixels, and the number of them per frame."""
    found = [_blobs(frame, background) for frame in frames]
    return np.concatenate([np.zeros((0, 2), dtype=np.int64), *found]), np.array(
        [len(sizes) for sizes in found], dtype=np.int64
    )


def typical_size(sizes: Int[np.ndarray, "blobs 2"]) -> Float[np.ndarray, " 2"] | None:
    """Height and width that most of the foreground has; None where there is none.

    Blobs weigh by the root of their area: an object sheds small fragments, a group is one blob.
    """
    if len(sizes) == 0:
        return None
    weights = np.sqrt(sizes.prod(axis=1))
    return np.array([_weighted_median(sizes[:, axis], weights) for axis in (0, 1)])


def _blobs(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> Int[np.ndarray, "blobs 2"]:
    different = cv2.absdiff(np.ascontiguousarray(frame), background).reshape(*frame.shape).max(2)
    mask = (different > THRESHOLD).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    area = stats[1:, cv2.CC_STAT_AREA]
    kept = (area >= LEAST_AREA) & (area <= MOST_OF_FRAME * mask.size)
    columns = [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]
    return stats[1:][kept][:, columns].astype(np.int64)


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
