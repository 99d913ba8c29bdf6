"""The tracks of a key frame on the map of features: places, sizes and velocities in cells."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from animot.atttrack.config import STRIDE


@dataclass(frozen=True, kw_only=True, eq=False)
class MapTracks:
    """Tracks of a batch of key frames; rows that are no tracks fill up the shorter ones.

    Attributes
    ----------
    centre : x and y in cells of the features, from the map's upper left corner.
    size : width and height in cells.
    velocity : in cells per frame.
    confidence : in [0, 1]; where tracks meet, the surer one counts.
    present : whether the row is a track.
    """

    centre: Float[Tensor, "B M 2"]
    size: Float[Tensor, "B M 2"]
    velocity: Float[Tensor, "B M 2"]
    confidence: Float[Tensor, "B M"]
    present: Bool[Tensor, "B M"]


def to_map(
    box: Float[Tensor, "B M 4"],
    velocity: Float[Tensor, "B M 2"],
    confidence: Float[Tensor, "B M"],
    present: Bool[Tensor, "B M"],
) -> MapTracks:
    """Tracks in cells from xyxy boxes and velocities in pixels of the network's frame.

    Parameters
    ----------
    velocity : of the centres, in pixels per frame.
    """
    left_top, right_bottom = (box / STRIDE).split(2, dim=-1)
    return MapTracks(
        centre=(left_top + right_bottom) / 2,
        size=right_bottom - left_top,
        velocity=velocity / STRIDE,
        confidence=confidence,
        present=present,
    )


def moved_centre(tracks: MapTracks, gap: Int[Tensor, " B"]) -> Float[Tensor, "B M 2"]:
    """q_j = p_j + i v_j: where tracks are expected `gap` frames after the key frame, in cells.

    (1) of docs/atttrack.md.
    """
    return tracks.centre + gap[:, None, None] * tracks.velocity


def cell_of(place: Float[Tensor, "*any"]) -> Float[Tensor, "*any"]:
    """The column or row that a place lies in."""
    return torch.floor(place)
