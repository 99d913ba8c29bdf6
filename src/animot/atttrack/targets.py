"""What the heads shall say of an image: FairMOT's targets, on the map of the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from animot.atttrack.config import STRIDE

MOST_OBJECTS = 500  # of an image
NOBODY = -1
LEAST_OVERLAP = 0.7  # of CornerNet's radius


@dataclass(frozen=True, kw_only=True, eq=False)
class Objects:
    """The objects of one image.

    Attributes
    ----------
    box : xyxy in pixels of the network's input; amodal, and not cut at its border.
    identity : class of the identity, counted from 0; -1 where it is not to be learned.
    """

    box: Float[np.ndarray, "N 4"]
    identity: Int[np.ndarray, " N"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Targets:
    """Targets of B images whose maps have h x w cells; K objects or fewer in each.

    Attributes
    ----------
    heat_map : 1 at the cell of each centre, falling off around it as a Gaussian.
    cell : index y * w + x of the cell of each object's centre.
    ltrb : way from the centre to the left, upper, right and lower edge of the amodal box, in cells.
    offset : (x, y) of the centre within its cell, in [0, 1).
    identity : see `Objects`.
    present : whether there is such an object; where not, everything else of it is 0, but the
        identity -1.
    """

    heat_map: Float[Tensor, "B 1 h w"]
    cell: Int[Tensor, "B K"]
    ltrb: Float[Tensor, "B K 4"]
    offset: Float[Tensor, "B K 2"]
    identity: Int[Tensor, "B K"]
    present: Bool[Tensor, "B K"]


def make_targets(images: Sequence[Objects], size: tuple[int, int]) -> Targets:
    """Targets of images of (width, height) pixels.

    A centre beyond the map is moved to its border, and the ways to the edges are taken from there.
    Of more than 500 objects, the largest are taken.
    """
    width, height = size[0] // STRIDE, size[1] // STRIDE
    images = [largest(objects) for objects in images]
    room = max([1, *(len(objects.identity) for objects in images)])
    targets = _nothing(len(images), room, height, width)
    for row, objects in enumerate(images):
        count = len(objects.identity)
        box = objects.box / STRIDE
        centre = np.clip((box[:, :2] + box[:, 2:]) / 2, 0, [width - 1, height - 1])
        cell = np.floor(centre).astype(np.int64)
        heat_map = targets.heat_map[row, 0].numpy()  # shares its memory
        radii = gaussian_radius(box[:, 2:] - box[:, :2])
        for (x, y), radius in zip(cell.tolist(), radii.tolist(), strict=True):
            draw_gaussian(heat_map, x, y, radius)
        ways = np.concatenate([centre - box[:, :2], box[:, 2:] - centre], axis=1)
        targets.cell[row, :count] = torch.from_numpy(cell[:, 1] * width + cell[:, 0])
        targets.ltrb[row, :count] = torch.from_numpy(ways)
        targets.offset[row, :count] = torch.from_numpy(centre - cell)
        targets.identity[row, :count] = torch.from_numpy(objects.identity)
        targets.present[row, :count] = True
    return targets


def largest(objects: Objects) -> Objects:
    """The 500 largest objects, or all."""
    if len(objects.identity) <= MOST_OBJECTS:
        return objects
    sides = objects.box[:, 2:] - objects.box[:, :2]
    chosen = np.sort(np.argsort(-sides.prod(axis=1), kind="stable")[:MOST_OBJECTS])
    return Objects(box=objects.box[chosen], identity=objects.identity[chosen])


def gaussian_radius(sides: Float[np.ndarray, "N 2"]) -> Int[np.ndarray, " N"]:
    """Radius of the heat around centres, in cells, from the (width, height) of boxes in cells.

    CornerNet takes the least of three radii at which a moved box still overlaps by 0.7. In the form
    that all of its followers compute, FairMOT among them (roots over 2 instead of 2a), the least is
    always this one, of a box that grows at both corners.
    """
    width, height = np.ceil(sides).T
    b = 2 * LEAST_OVERLAP * (width + height)
    root = np.sqrt(b**2 + 16 * LEAST_OVERLAP * (1 - LEAST_OVERLAP) * width * height)
    return np.floor((root - b) / 2).astype(np.int64)


def draw_gaussian(heat_map: Float[np.ndarray, "h w"], x: int, y: int, radius: int) -> None:
    """Raise the map around a cell to a Gaussian whose deviation is a sixth of its diameter."""
    height, width = heat_map.shape
    left, right = min(x, radius), min(width - x, radius + 1)
    top, bottom = min(y, radius), min(height - y, radius + 1)
    here = heat_map[y - top : y + bottom, x - left : x + right]
    bell = _bell(radius)[radius - top : radius + bottom, radius - left : radius + right]
    np.maximum(here, bell, out=here)


@lru_cache(maxsize=256)
def _bell(radius: int) -> Float[np.ndarray, "n n"]:
    sigma = (2 * radius + 1) / 6
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.exp(-(x**2 + y**2) / (2 * sigma**2)).astype(np.float32)


def _nothing(batch: int, room: int, height: int, width: int) -> Targets:
    return Targets(
        heat_map=torch.zeros(batch, 1, height, width),
        cell=torch.zeros(batch, room, dtype=torch.int64),
        ltrb=torch.zeros(batch, room, 4),
        offset=torch.zeros(batch, room, 2),
        identity=torch.full((batch, room), NOBODY),
        present=torch.zeros(batch, room, dtype=torch.bool),
    )
