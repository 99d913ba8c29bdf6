"""Putting a made crowd into a frame, the nearest last, and what is then still seen of each."""

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from animot.data.crowd_figure import coverage, figure, shadow, silhouette
from animot.data.crowd_stream import CrowdStream, Standing

Part = tuple[slice, slice]  # rows and columns


def back_to_front(standing: Standing, scene: CrowdStream) -> list[tuple[bool, int]]:
    """Whether it is a person, and which one, for all that stands in a frame, farthest first."""
    people = [(float(box[3]), True, rank) for rank, box in enumerate(standing.box)]
    # Who stands in line with an obstacle stands before it.
    things = [(box[3] - 0.5, False, rank) for rank, box in enumerate(scene.obstacles.tolist())]
    layers = sorted(people + things, key=lambda layer: layer[0])
    return [(is_person, rank) for _, is_person, rank in layers]


def draw_person(image: UInt8[np.ndarray, "H W 3"], standing: Standing, rank: int) -> None:
    """Draw a person over what is there."""
    box = standing.box[rank]
    size = (box[2] - box[0], box[3] - box[1])
    phase, mirrored = standing.phase[rank], standing.mirrored[rank]
    ink = figure(size, phase, standing.pattern[rank], mirrored, standing.colours[rank])
    _blend(image, box, ink, coverage(size, phase, mirrored))


def draw_obstacle(image: UInt8[np.ndarray, "H W 3"], scene: CrowdStream, rank: int) -> None:
    """Draw an obstacle over what is there."""
    here, there = _overlap(scene.obstacles[rank].tolist(), image.shape[:2])
    image[here] = scene.facades[rank][there]


def cast_shadow(image: UInt8[np.ndarray, "H W 3"], box: list[int], strength: float) -> None:
    """Darken the ground around the feet of a person, as long as half the body to the right."""
    left, top, right, bottom = box
    wide, flat = right - left, max((bottom - top) // 6, 3)
    place = [left, bottom - flat // 2, left + 2 * wide, bottom - flat // 2 + flat]
    cover = strength * shadow((2 * wide, flat))
    _blend(image, place, np.zeros((flat, 2 * wide, 3), dtype=np.uint8), cover)


def visibility(
    standing: Standing, scene: CrowdStream, shape: tuple[int, int]
) -> Float[np.ndarray, " N"]:
    """Part of each figure's pixels that lie in the (height, width) frame and are not covered."""
    count = len(standing.box)
    seen = np.full(shape, count, dtype=np.int32)  # who is seen in each pixel; `count` is nobody
    pixels = np.zeros(count)
    for is_person, rank in back_to_front(standing, scene):
        if not is_person:
            here, _ = _overlap(scene.obstacles[rank].tolist(), shape)
            seen[here] = count
            continue
        box = standing.box[rank]
        size = (box[2] - box[0], box[3] - box[1])
        whole = silhouette(size, standing.phase[rank], standing.mirrored[rank])
        here, there = _overlap(box, shape)
        seen[here][whole[there]] = rank
        pixels[rank] = np.count_nonzero(whole)
    visible: np.ndarray = np.bincount(seen.ravel(), minlength=count + 1)[:count] / pixels
    return visible


def _blend(
    image: UInt8[np.ndarray, "H W 3"],
    box: list[int],
    ink: UInt8[np.ndarray, "h w 3"],
    cover: Float[np.ndarray, "h w"],
) -> None:
    here, there = _overlap(box, image.shape[:2])
    under = image[here]
    if under.size:
        share = cover[there]
        image[here] = cv2.blendLinear(ink[there], under, share, 1 - share)


def _overlap(box: list[int], shape: tuple[int, int]) -> tuple[Part, Part]:
    """Pixels of the frame that a patch at the box covers, and the pixels of the patch there."""
    left, top, right, bottom = box
    height, width = shape
    rows = slice(min(max(top, 0), height), min(max(bottom, 0), height))
    columns = slice(min(max(left, 0), width), min(max(right, 0), width))
    there = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    return (rows, columns), there
