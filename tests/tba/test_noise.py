"""Noise: the same for a stream whatever the number of processes."""

import pytest
import torch

from animot.share import Share
from animot.tba.noise import Noise

SHAPE = (12, 5, 7)  # 6 streams of 2 frames


def _noise(rank: int, world_size: int) -> Noise:
    return Noise(torch.Generator().manual_seed(3), Share(rank=rank, world_size=world_size))


def test_alone_it_is_what_the_generator_draws() -> None:
    noise, generator = _noise(0, 1), torch.Generator().manual_seed(3)
    for dtype in (torch.float32, torch.float64):
        drawn = torch.rand(SHAPE, generator=generator, dtype=dtype)
        assert torch.equal(noise.uniform(SHAPE, dtype), drawn)


@pytest.mark.parametrize("world_size", [2, 3, 6])
def test_processes_together_draw_what_one_draws(world_size: int) -> None:
    """The second draw too: whoever takes its own part leaves its generator as the others do."""
    whole = _noise(0, 1)
    parts = [_noise(rank, world_size) for rank in range(world_size)]
    for _ in range(2):
        own = (SHAPE[0] // world_size, *SHAPE[1:])
        drawn = torch.cat([noise.uniform(own) for noise in parts])
        assert torch.equal(drawn, whole.uniform(SHAPE))
