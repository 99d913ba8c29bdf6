"""From head maps to objects."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from animot.atttrack.decode import at_cells, decode
from animot.atttrack.heads import HeadMaps
from oracles import atttrack_decode as oracle

B, E, H, W = 3, 5, 7, 11


def random_maps(seed=0):
    generator = torch.Generator().manual_seed(seed)

    def rand(*shape):
        return torch.randn(B, *shape, generator=generator, dtype=torch.float64)

    return HeadMaps(
        heat=rand(H, W), ltrb=rand(4, H, W), offset=rand(2, H, W), embedding=rand(E, H, W)
    )


def row(maps, b):
    return HeadMaps(**{f.name: getattr(maps, f.name)[b : b + 1] for f in fields(HeadMaps)})


def test_decode_is_what_the_oracle_finds():
    maps = random_maps()
    found = decode(maps)
    assert found.box.shape == (B, H * W, 4)
    for b in range(B):
        arrays = [getattr(maps, f.name)[b].tolist() for f in fields(HeadMaps)]
        expected = oracle.decode(*arrays, stride=4)
        n = len(expected)
        assert 5 < n < H * W / 3
        for name, column in zip(
            ("score", "box", "embedding"), zip(*expected, strict=True), strict=True
        ):
            np.testing.assert_allclose(getattr(found, name)[b, :n], np.array(column), rtol=1e-9)
        assert (found.score[b, n:] == 0).all()


def test_most_objects_are_the_likeliest():
    maps = random_maps()
    few, all_of_them = decode(maps, most=4), decode(maps)
    assert few.embedding.shape == (B, 4, E)
    for name in ("score", "box", "embedding"):
        assert torch.equal(getattr(few, name), getattr(all_of_them, name)[:, :4])


def test_images_of_a_batch_do_not_mix():
    maps = random_maps()
    together = decode(maps)
    for b in range(B):
        alone = decode(row(maps, b))
        for name in ("score", "box", "embedding"):
            assert torch.equal(getattr(alone, name)[0], getattr(together, name)[b])


def test_sure_neighbours_are_told_apart():
    """Logits so high that both sigmoids are 1 in float32: one is a peak, the other is not."""
    heat = torch.full((1, 5, 7), -9.0)
    heat[0, 2, 3], heat[0, 2, 4] = 40.0, 41.0
    zeros = torch.zeros(1, 4, 5, 7)
    maps = HeadMaps(heat=heat, ltrb=zeros, offset=zeros[:, :2], embedding=zeros + 1)
    found = decode(maps, most=2)
    assert found.box[0, 0].tolist() == [16, 8, 16, 8]
    assert found.score[0, 0] == 1
    assert found.score[0, 1] < 0.1


@pytest.mark.parametrize("cell", [0, 10, 11, 76])
def test_cells_are_counted_row_by_row(cell):
    maps = torch.arange(2 * H * W).view(1, 2, H, W).double()
    found = at_cells(maps, torch.tensor([[cell]]))
    y, x = divmod(cell, W)
    assert found.tolist() == [[maps[0, :, y, x].tolist()]]
