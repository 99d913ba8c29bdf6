"""Where on the map a track's features are wanted: around the cell in which it is expected."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from animot.atttrack.config import Support
from animot.atttrack.map_tracks import MapTracks, cell_of, moved_centre

# A box that is shifted by the radius overlaps the old one by about so much (Law and Deng, 2018).
OVERLAP = 0.7


@dataclass(frozen=True, kw_only=True, eq=False)
class Supports:
    """The tracks' supports in one map.

    Attributes
    ----------
    weight : W, the largest support of any track in each cell, in [0, 1].
    owner : the track that it is of; any where the weight is 0.
    """

    weight: Float[Tensor, "B h w"]
    owner: Int[Tensor, "B h w"]


def supports(
    tracks: MapTracks, gap: Int[Tensor, " B"], size: tuple[int, int], kind: Support
) -> Supports:
    """Supports of the tracks where they are expected; a track that leaves the map has none.

    W(q) = max_j G_j(q - q_j), (2) of docs/atttrack.md; where supports are equal, the surer
    track's.

    Parameters
    ----------
    gap : frames since the key frame.
    size : rows and columns of the map.
    kind : "gaussian", like the heat map a centre is taught with; the "cell" of the centre alone;
        or the "box", at least that cell.
    """
    height, width = size
    B, M = tracks.present.shape
    if M == 0:
        weight = tracks.confidence.new_zeros(B, height, width)
        return Supports(weight=weight, owner=torch.zeros_like(weight, dtype=torch.long))
    centre = moved_centre(tracks, gap)
    stays = tracks.present & _inside(centre, width, height)
    columns = torch.arange(width, device=centre.device, dtype=centre.dtype)
    rows = torch.arange(height, device=centre.device, dtype=centre.dtype)
    along_x, along_y = (
        _along(places, centre[..., axis], tracks.size, axis, kind)
        for axis, places in enumerate((columns, rows))
    )
    each = along_y[..., :, None] * along_x[..., None, :] * stays[..., None, None]
    # The first of several maxima is taken: the surest track shall come first.
    order = tracks.confidence.argsort(dim=1, descending=True, stable=True)
    each = each.gather(1, order[..., None, None].expand_as(each))
    weight, first = each.max(dim=1)
    owner = order.gather(1, first.flatten(1)).view_as(first)
    return Supports(weight=weight, owner=owner)


def _inside(centre: Float[Tensor, "B M 2"], width: int, height: int) -> Bool[Tensor, "B M"]:
    limit = centre.new_tensor([width, height])
    return ((centre >= 0) & (centre < limit)).all(dim=-1)


def _along(
    places: Float[Tensor, " n"],
    centre: Float[Tensor, "B M"],
    size: Float[Tensor, "B M 2"],
    axis: int,
    kind: Support,
) -> Float[Tensor, "B M n"]:
    """Support of each track along one axis; that of a cell is the product over both."""
    distance = (places - cell_of(centre)[..., None]).abs()
    if kind == "cell":
        return (distance == 0).to(centre.dtype)
    if kind == "box":
        middle = (places + 0.5 - centre[..., None]).abs()
        covered = middle <= size[..., axis, None] / 2
        return (covered | (distance == 0)).to(centre.dtype)
    radius = support_radius(size)[..., None]
    deviation = (2 * radius + 1) / 6
    gaussian = (-0.5 * (distance / deviation).square()).exp()
    return torch.where(distance <= radius, gaussian, 0)


def support_radius(size: Float[Tensor, "*n 2"]) -> Float[Tensor, "*n"]:
    """Radius of a Gaussian in cells, for boxes of (width, height) cells; whole, at least 1.

    Law and Deng, "CornerNet", 2018, as in the programs since: the smallest of their three roots is
    always this one, and it is not divided by twice the leading coefficient.
    """
    width, height = size.ceil().unbind(-1)
    around = 2 * OVERLAP * (width + height)
    root = (around.square() + 16 * OVERLAP * (1 - OVERLAP) * width * height).sqrt()
    return ((root - around) / 2).floor().clamp(min=1)
