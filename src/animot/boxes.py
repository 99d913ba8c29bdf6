"""Boxes: (left, top, right, bottom) in pixels of the original frame, edges counted from 0."""

import numpy as np
from jaxtyping import Float

SMALLEST_AREA = float(np.finfo(np.float64).tiny)  # square pixels; keeps 0 / 0 from being nan


def xywh_to_xyxy(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
    """(left, top, width, height) to (left, top, right, bottom)."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def xyxy_to_xywh(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
    """(left, top, right, bottom) to (left, top, width, height)."""
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


def xyxy_to_cxcywh(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
    """(left, top, right, bottom) to (centre x, centre y, width, height)."""
    spelled = np.empty_like(boxes)  # filled in: that takes half the time of concatenation
    size = np.subtract(boxes[:, 2:], boxes[:, :2], out=spelled[:, 2:])
    np.add(boxes[:, :2], size / 2, out=spelled[:, :2])
    return spelled


def cxcywh_to_xyxy(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
    """(centre x, centre y, width, height) to (left, top, right, bottom)."""
    half, spelled = boxes[:, 2:] / 2, np.empty_like(boxes)
    np.subtract(boxes[:, :2], half, out=spelled[:, :2])
    np.add(boxes[:, :2], half, out=spelled[:, 2:])
    return spelled


def iou(a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"]) -> Float[np.ndarray, "N M"]:
    """Intersection over union of every pair of xyxy boxes, in [0, 1]; 0 where both are empty."""
    shared = intersection(a, b)
    return share(shared, area(a)[:, None] + area(b) - shared)


def intersection(
    a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"]
) -> Float[np.ndarray, "N M"]:
    """Area that every pair of xyxy boxes has in common."""
    left, top, right, bottom = np.ascontiguousarray(a.T)[:, :, None]
    b_left, b_top, b_right, b_bottom = np.ascontiguousarray(b.T)
    width = np.minimum(right, b_right)
    width -= np.maximum(left, b_left)
    height = np.minimum(bottom, b_bottom)
    height -= np.maximum(top, b_top)
    shared: np.ndarray = np.maximum(width, 0, out=width)
    shared *= np.maximum(height, 0, out=height)
    return shared


def area(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, " N"]:
    """Area of xyxy boxes; 0 where an edge is beyond the opposite one."""
    size = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    areas: np.ndarray = size[:, 0] * size[:, 1]
    return areas


def share(
    part: Float[np.ndarray, "*shape"], whole: Float[np.ndarray, "*#shape"]
) -> Float[np.ndarray, "*shape"]:
    """An area as part of another one; 0 of nothing is 0."""
    shares: np.ndarray = part / np.maximum(whole, SMALLEST_AREA)
    return shares
