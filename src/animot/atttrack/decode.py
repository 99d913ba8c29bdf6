"""From head maps to the objects of a frame: peaks of the heat map, and what is said of them."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from animot.atttrack.config import STRIDE
from animot.atttrack.heads import HeadMaps

MOST_OBJECTS = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Decoded:
    """The likeliest objects of each image, the likeliest first; most of them are none.

    Attributes
    ----------
    score : in [0, 1]; 0 where an image has fewer peaks than rows.
    box : xyxy in pixels of the network's frame; may reach beyond it, or have no area.
    embedding : of length 1.
    """

    score: Float[Tensor, "B K"]
    box: Float[Tensor, "B K 4"]
    embedding: Float[Tensor, "B K E"]


def decode(maps: HeadMaps, most: int = MOST_OBJECTS) -> Decoded:
    """Objects at the peaks of the heat map (Zhang et al., "FairMOT", 2021).

    A cell is a peak where none of its eight neighbours is hotter. The box lies around the cell's
    corner plus the offset. (5) of docs/atttrack.md.

    Parameters
    ----------
    maps : of a batch of images.
    most : objects per image; fewer where there are fewer cells.
    """
    _, h, w = maps.heat.shape
    heat, cell = peaks(maps.heat).flatten(1).topk(min(most, h * w))
    corner = torch.stack([cell % w, cell // w], dim=-1)
    centre = corner + at_cells(maps.offset, cell)
    left_top, right_bottom = at_cells(maps.ltrb, cell).split(2, dim=-1)
    return Decoded(
        score=heat.sigmoid(),
        box=STRIDE * torch.cat([centre - left_top, centre + right_bottom], dim=-1),
        embedding=F.normalize(at_cells(maps.embedding, cell), dim=-1),
    )


def peaks(heat: Float[Tensor, "B h w"]) -> Float[Tensor, "B h w"]:
    """Logits where they are the largest in their 3x3 cells, minus infinity elsewhere."""
    largest = F.max_pool2d(heat[:, None], 3, stride=1, padding=1)[:, 0]
    return heat.masked_fill(heat < largest, -torch.inf)


def at_cells(maps: Float[Tensor, "B c h w"], cell: Int[Tensor, "B K"]) -> Float[Tensor, "B K c"]:
    """What maps say at some cells of each image.

    Parameters
    ----------
    cell : number of each cell, counted row by row.
    """
    B, c, _, _ = maps.shape
    index = cell[:, None].expand(B, c, cell.shape[1])
    return maps.flatten(2).gather(2, index).transpose(1, 2)
