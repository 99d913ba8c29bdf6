"""How well tracks and detections fit: overlap, and appearance with motion.

Both are given as a *gain*, by how much a pair is better than the worst that is allowed; a pair of
no positive gain is not made.
"""

import numpy as np
from jaxtyping import Float

from animot.boxes import iou

# 95 % of all boxes seen of a track lie within this squared Mahalanobis distance of its prediction:
# the quantile of chi-square with four degrees of freedom.
GATE = 9.4877


def grow(box: Float[np.ndarray, "N 4"], share: float) -> Float[np.ndarray, "N 4"]:
    """Xyxy boxes that are larger by this share of their size on each side."""
    margin = share * (box[:, 2:] - box[:, :2])
    return np.concatenate([box[:, :2] - margin, box[:, 2:] + margin], axis=1)


def wide_iou(
    a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"], share: float
) -> Float[np.ndarray, "N M"]:
    """Overlap of grown boxes: it tells near from far where nothing overlaps.

    Yang et al. (2023), *Hard to Track Objects with Irregular Motions and Similar Appearances? Make
    It Easier by Buffering the Matching Space*.
    """
    return iou(grow(a, share), grow(b, share))


def appearance_gain(
    cosine: Float[np.ndarray, "N M"],
    squared_distance: Float[np.ndarray, "N M"],
    motion_weight: float,
    max_cost: float,
) -> Float[np.ndarray, "N M"]:
    """Gain of pairs by embedding; those that motion rules out have none.

    The cost is (1 - motion_weight) (1 - cosine) + motion_weight * squared_distance, as in FairMOT
    (Zhang et al., 2021).

    Parameters
    ----------
    cosine : of the angle between embeddings, in [-1, 1].
    squared_distance : Mahalanobis, of the box from the predicted one.
    motion_weight : in [0, 1].
    max_cost : cost of no gain.
    """
    cost = (1 - motion_weight) * (1 - cosine) + motion_weight * squared_distance
    return np.where(squared_distance > GATE, 0.0, max_cost - cost)


def unit(embedding: Float[np.ndarray, "N E"]) -> Float[np.ndarray, "N E"]:
    """Embeddings of length 1; zero stays zero, which resembles nothing."""
    if not embedding.shape[1]:
        return embedding
    length = np.linalg.norm(embedding, axis=1, keepdims=True)
    return embedding / np.where(length > 0, length, 1.0)
