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
    size = boxes[:, 2:] - boxes[:, :2]
    return np.concatenate([boxes[:, :2] + size / 2, size], axis=1)


def cxcywh_to_xyxy(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
    """(centre x, centre y, width, height) to (left, top, right, bottom)."""
    half = boxes[:, 2:] / 2
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)


def iou(a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"]) -> Float[np.ndarray, "N M"]:
    """Intersection over union of every pair of xyxy boxes, in [0, 1]; 0 where both are empty."""
    intersection = _intersection(a, b)
    union = _area(a)[:, None] + _area(b) - intersection
    overlap: np.ndarray = intersection / np.maximum(union, SMALLEST_AREA)
    return overlap


def covered_part(
    a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"]
) -> Float[np.ndarray, " N"]:
    """Part of each box of `a` that lies in one of `b`, the largest over these; 0 without any."""
    part = _intersection(a, b) / np.maximum(_area(a), SMALLEST_AREA)[:, None]
    largest: np.ndarray = part.max(axis=1, initial=0.0)
    return largest


def _intersection(
    a: Float[np.ndarray, "N 4"], b: Float[np.ndarray, "M 4"]
) -> Float[np.ndarray, "N M"]:
    left, top, right, bottom = a.T[:, :, None]
    width = np.minimum(right, b[:, 2]) - np.maximum(left, b[:, 0])
    height = np.minimum(bottom, b[:, 3]) - np.maximum(top, b[:, 1])
    area: np.ndarray = np.maximum(width, 0) * np.maximum(height, 0)
    return area


def _area(boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, " N"]:
    size = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    area: np.ndarray = size[:, 0] * size[:, 1]
    return area
