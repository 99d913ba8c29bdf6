"""Phi: what the teacher saw in a key frame, carried along the tracks to a later frame."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from animot.atttrack.config import Sampling, TransferConfig
from animot.atttrack.map_tracks import MapTracks, cell_of, moved_centre
from animot.atttrack.support import supports


@dataclass(frozen=True, kw_only=True, eq=False)
class Carried:
    """What is carried to a frame.

    Attributes
    ----------
    features : Phi(h, i), 0 where no track is expected.
    weight : W, how much of it comes from the key frame, in [0, 1].
    """

    features: Float[Tensor, "B S h w"]
    weight: Float[Tensor, "B h w"]


def carry(
    key: Float[Tensor, "B S h w"],
    tracks: MapTracks,
    gap: Int[Tensor, " B"],
    config: TransferConfig,
) -> Carried:
    """Phi(h, i)(q) = W(q) h(q - i v), with the velocity of the track that q belongs to.

    (3) of docs/atttrack.md. The same function serves learning, where the tracks are those of the
    truth, disturbed, and tracking. Without tracks, Phi is 0.

    Parameters
    ----------
    key : h, the teacher's map of the key frame.
    tracks : of the key frame.
    gap : i, frames since then.
    """
    if config.motion == "still":
        tracks = replace(tracks, velocity=torch.zeros_like(tracks.velocity))
    found = supports(tracks, gap, (key.shape[2], key.shape[3]), config.support)
    if tracks.present.shape[1] == 0:
        return Carried(features=torch.zeros_like(key), weight=found.weight)
    shift = torch.where(tracks.present[..., None], _shift(tracks, gap, config.sampling), 0)
    index = found.owner.flatten(1)[..., None].expand(-1, -1, 2)
    backward = -shift.gather(1, index).view(*found.owner.shape, 2)
    warped = look_up(key, backward, config.sampling)
    return Carried(features=found.weight[:, None] * warped, weight=found.weight)


def _shift(tracks: MapTracks, gap: Int[Tensor, " B"], sampling: Sampling) -> Float[Tensor, "B M 2"]:
    """How far each track moves, in cells; by whole ones where the nearest cell is looked up."""
    after = moved_centre(tracks, gap)
    if sampling == "nearest":
        return cell_of(after) - cell_of(tracks.centre)
    return after - tracks.centre


def look_up(
    maps: Float[Tensor, "B S h w"], offset: Float[Tensor, "B h w 2"], sampling: Sampling
) -> Float[Tensor, "B S h w"]:
    """Each cell's value from a place `offset` cells (x, y) away; 0 from beyond the map."""
    _, _, h, w = maps.shape
    columns = torch.arange(w, device=maps.device, dtype=maps.dtype)
    rows = torch.arange(h, device=maps.device, dtype=maps.dtype)
    middle = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1) + 0.5
    grid = 2 * (middle + offset) / maps.new_tensor([w, h]) - 1
    return F.grid_sample(maps, grid, mode=sampling, padding_mode="zeros", align_corners=False)
