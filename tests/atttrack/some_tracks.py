"""Tracks and maps for tests of transfer."""

import torch

from animot.atttrack.map_tracks import MapTracks

H, W, S, M = 11, 17, 3, 4


def rand(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def some_tracks(rows=2, seed=0):
    """Random tracks all over the map; the last row of the last image is none."""
    size = torch.tensor([W, H]).double()
    present = torch.ones(rows, M, dtype=torch.bool)
    present[-1, -1] = False
    return MapTracks(
        centre=size * rand(rows, M, 2, seed=seed),
        size=1 + 6 * rand(rows, M, 2, seed=seed + 1),
        velocity=4 * rand(rows, M, 2, seed=seed + 2) - 2,
        confidence=rand(rows, M, seed=seed + 3),
        present=present,
    )


def track(centre, velocity=(0, 0), size=(3, 5), confidence=0.5):
    """A single track in a single image."""

    def row(numbers):
        return torch.tensor([[numbers]], dtype=torch.float64)

    return MapTracks(
        centre=row(centre),
        size=row(size),
        velocity=row(velocity),
        confidence=row(confidence),
        present=torch.ones(1, 1, dtype=torch.bool),
    )


def together(*tracks):
    """Several tracks in one image."""
    return MapTracks(
        **{
            name: torch.cat([getattr(one, name) for one in tracks], dim=1)
            for name in vars(tracks[0])
        }
    )


def as_dictionaries(tracks, row):
    """Those of an image that are tracks, for the oracle."""
    return [
        {
            "centre": tuple(tracks.centre[row, j].tolist()),
            "size": tuple(tracks.size[row, j].tolist()),
            "velocity": tuple(tracks.velocity[row, j].tolist()),
            "confidence": tracks.confidence[row, j].item(),
        }
        for j in range(tracks.present.shape[1])
        if tracks.present[row, j]
    ]
