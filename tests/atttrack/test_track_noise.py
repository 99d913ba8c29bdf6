"""Noise on true tracks: how often, how much, and always the same for one seed."""

from dataclasses import replace

import pytest
import torch

from animot.atttrack.map_tracks import MapTracks
from animot.atttrack.track_noise import TrackNoise, disturb

B, M = 400, 7
NONE = TrackNoise(jitter=0.0, dropped=0.0, copied=0.0, velocity=0.0, no_transfer=0.0)


def tracks():
    """Wide and low boxes; the last row is no track."""
    present = torch.ones(B, M, dtype=torch.bool)
    present[:, -1] = False
    return MapTracks(
        centre=torch.full((B, M, 2), 9.0),
        size=torch.tensor([8.0, 2.0]).expand(B, M, 2),
        velocity=torch.tensor([0.5, -0.25]).expand(B, M, 2),
        confidence=torch.ones(B, M),
        present=present,
    )


def noisy(seed=0, **changes):
    return disturb(tracks(), replace(NONE, **changes), torch.Generator().manual_seed(seed))


def test_without_noise_tracks_stay_and_get_no_copies():
    found, before = noisy(), tracks()
    assert torch.equal(found.present[:, :M], before.present)
    assert not found.present[:, M:].any()
    assert torch.equal(found.centre[:, :M], before.centre)
    assert torch.equal(found.velocity[:, :M], before.velocity)


def test_centres_jitter_in_sizes_of_the_box():
    found = noisy(jitter=0.05)
    spread = (found.centre[:, :M] - 9).flatten(0, 1).std(dim=0)
    assert spread.tolist() == pytest.approx([0.4, 0.1], rel=0.05)
    assert torch.equal(found.velocity[:, :M], tracks().velocity)


def test_velocities_vary_in_sizes_of_the_box():
    found = noisy(velocity=0.02)
    spread = (found.velocity[:, :M] - tracks().velocity).flatten(0, 1).std(dim=0)
    assert spread.tolist() == pytest.approx([0.16, 0.04], rel=0.05)
    assert torch.equal(found.centre[:, :M], tracks().centre)


def test_tracks_are_dropped():
    found = noisy(dropped=0.4)
    assert found.present[:, : M - 1].float().mean().item() == pytest.approx(0.6, abs=0.03)
    assert not found.present[:, M - 1 :].any()


def test_false_copies_lie_beside_tracks():
    found = noisy(copied=0.1, jitter=0.05)
    copies = found.present[:, M:]
    assert copies[:, : M - 1].float().mean().item() == pytest.approx(0.1, abs=0.02)
    assert not copies[:, -1].any()
    apart = (found.centre[:, M:] - found.centre[:, :M])[copies]
    assert (apart.abs() > 0).all()
    assert torch.equal(found.size[:, M:], tracks().size)


def test_dropped_tracks_may_leave_a_copy():
    found = noisy(dropped=0.5, copied=0.5)
    assert (found.present[:, M:] & ~found.present[:, :M])[:, : M - 1].any()


def test_whole_images_get_no_tracks():
    found = noisy(no_transfer=0.3, copied=1.0)
    alone = ~found.present.any(dim=1)
    assert alone.float().mean().item() == pytest.approx(0.3, abs=0.05)
    assert found.present[~alone][:, : M - 1].all()


def test_noise_is_a_function_of_the_seed():
    usual = TrackNoise()
    first, same, other = (
        disturb(tracks(), usual, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4)
    )
    for name in vars(first):
        assert torch.equal(getattr(first, name), getattr(same, name))
    assert not torch.equal(first.present, other.present)
    assert not torch.equal(first.centre, other.centre)
