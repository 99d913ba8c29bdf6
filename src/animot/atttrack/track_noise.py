"""Tracks of the truth, made as unsure as those that a tracker has.

A student that learned with the truth itself would only copy it. Zhou et al., "CenterTrack", 2020,
disturb centres, drop objects and add others; velocities and whole frames are ours.
"""

from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from animot.atttrack.map_tracks import MapTracks


@dataclass(frozen=True, kw_only=True)
class TrackNoise:
    """How much tracks are disturbed.

    Attributes
    ----------
    jitter : standard deviation of the centre, in widths and heights of the box.
    dropped : part of the tracks that is left out.
    copied : part of the tracks that gets a false one beside it, within the jitter.
    velocity : standard deviation of the velocity, in widths and heights of the box per frame.
    no_transfer : part of the images that get no tracks at all, as before the first key frame.
    """

    jitter: float = 0.05
    dropped: float = 0.4
    copied: float = 0.1
    velocity: float = 0.02
    no_transfer: float = 0.3


def disturb(tracks: MapTracks, noise: TrackNoise, generator: Generator) -> MapTracks:
    """Tracks with noise; twice as many rows, the second half for false copies.

    Parameters
    ----------
    generator : on the tracks' device; the same one in the same state gives the same noise.
    """
    copied = tracks.present & _chance(tracks.present.shape, noise.copied, tracks, generator)
    kept = tracks.present & ~_chance(tracks.present.shape, noise.dropped, tracks, generator)
    both = _twice(tracks, kept, copied)
    alone = _chance((len(tracks.present), 1), noise.no_transfer, tracks, generator)
    return replace(
        both,
        centre=both.centre + noise.jitter * both.size * _normal(both.centre, generator),
        velocity=both.velocity + noise.velocity * both.size * _normal(both.velocity, generator),
        present=both.present & ~alone,
    )


def _twice(tracks: MapTracks, kept: Tensor, copied: Tensor) -> MapTracks:
    return MapTracks(
        centre=tracks.centre.repeat(1, 2, 1),
        size=tracks.size.repeat(1, 2, 1),
        velocity=tracks.velocity.repeat(1, 2, 1),
        confidence=tracks.confidence.repeat(1, 2),
        present=torch.cat([kept, copied], dim=1),
    )


def _chance(shape: tuple[int, ...], chance: float, like: MapTracks, generator: Generator) -> Tensor:
    device = like.present.device
    return torch.rand(shape, generator=generator, device=device) < chance


def _normal(like: Tensor, generator: Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator, device=like.device, dtype=like.dtype)
