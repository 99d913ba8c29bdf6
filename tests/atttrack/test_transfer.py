"""Phi: against the oracle, and its invariants."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from some_tracks import H, M, S, W, as_dictionaries, rand, some_tracks, together, track

from animot.atttrack.config import TransferConfig
from animot.atttrack.map_tracks import MapTracks, to_map
from animot.atttrack.transfer import carry
from oracles import atttrack_transfer as oracle

SUPPORTS = ["gaussian", "cell", "box"]
SAMPLINGS = ["bilinear", "nearest"]
PLAIN = TransferConfig()


def gaps(*numbers):
    return torch.tensor(numbers)


@pytest.mark.parametrize("support", SUPPORTS)
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_carry_is_what_the_page_says(support, sampling):
    config = TransferConfig(support=support, sampling=sampling)
    tracks, key = some_tracks(rows=3), rand(3, S, H, W, seed=9)
    found = carry(key, tracks, gaps(0, 1, 3), config)
    for row, gap in enumerate((0, 1, 3)):
        phi, weight = oracle.carry(
            key[row].tolist(), as_dictionaries(tracks, row), gap, support, sampling
        )
        np.testing.assert_allclose(found.weight[row], weight, atol=1e-12)
        np.testing.assert_allclose(found.features[row], phi, atol=1e-12)
        assert np.count_nonzero(weight) > 1


def test_without_tracks_nothing_is_carried():
    """None in the batch, none in an image, and none that stays on the map."""
    key = rand(2, S, H, W)
    empty = MapTracks(**{name: t[:, :0] for name, t in vars(some_tracks()).items()})
    nobody = replace(some_tracks(), present=torch.zeros(2, M, dtype=torch.bool))
    leaving = replace(some_tracks(), velocity=torch.full((2, M, 2), 1000.0).double())
    for tracks in (empty, nobody, leaving):
        found = carry(key, tracks, gaps(1, 4), PLAIN)
        assert found.features.shape == (2, S, H, W)
        assert (found.features == 0).all()
        assert (found.weight == 0).all()


def test_a_box_over_the_whole_map_changes_nothing_at_gap_0():
    key = rand(1, S, H, W)
    everywhere = track((W / 2, H / 2), velocity=(1.3, -0.7), size=(W, H))
    for sampling in SAMPLINGS:
        config = TransferConfig(support="box", sampling=sampling)
        found = carry(key, everywhere, gaps(0), config)
        assert (found.weight == 1).all()
        torch.testing.assert_close(found.features, key, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_whole_cells_are_moved_exactly(sampling):
    key, config = rand(1, S, H, W), TransferConfig(support="cell", sampling=sampling)
    found = carry(key, track((4.3, 8.6), velocity=(2, -1)), gaps(3), config)
    expected = torch.zeros_like(key)
    expected[0, :, 5, 10] = key[0, :, 8, 4]
    tolerance = 0 if sampling == "nearest" else 1e-12
    torch.testing.assert_close(found.features, expected, rtol=0, atol=tolerance)


def test_nearest_moves_an_object_from_its_cell_to_its_cell():
    """0.3 cells a frame over the edge of a cell: the whole object goes one cell on."""
    key, config = rand(1, S, H, W), TransferConfig(support="cell", sampling="nearest")
    found = carry(key, track((4.9, 8.6), velocity=(0.3, 0)), gaps(1), config)
    assert torch.equal(found.features[0, :, 8, 5], key[0, :, 8, 4])
    assert found.features.count_nonzero() == S


def test_nothing_is_carried_outside_the_supports():
    key, tracks = 1 + rand(2, S, H, W), some_tracks()
    found = carry(key, tracks, gaps(1, 2), PLAIN)
    outside = found.weight == 0
    assert 0.1 < outside.double().mean() < 0.99
    assert (found.features.abs().sum(dim=1)[outside] == 0).all()


def test_an_object_at_the_border_leaves_the_map():
    key = 1 + rand(1, S, H, W)
    stays = carry(key, track((16.4, 5), velocity=(0.5, 0)), gaps(1), PLAIN)
    assert stays.weight[0, 5, 16] == 1
    leaves = carry(key, track((16.4, 5), velocity=(0.5, 0)), gaps(2), PLAIN)
    assert (leaves.weight == 0).all()
    to_the_left = carry(key, track((0.2, 5), velocity=(-0.5, 0)), gaps(1), PLAIN)
    assert (to_the_left.weight == 0).all()


def test_a_box_smaller_than_a_cell_keeps_the_cell():
    """Its centre is far from the middle of the cell."""
    small = track((4.9, 8.1), size=(0.3, 0.5))
    found = carry(rand(1, S, H, W), small, gaps(0), TransferConfig(support="box"))
    assert found.weight[0].nonzero().tolist() == [[8, 4]]


def test_cells_from_beyond_the_map_are_empty():
    """Where the object comes from, there was more of it than the key frame shows."""
    found = carry(
        1 + rand(1, S, H, W), track((1.5, 5.5), velocity=(4, 0), size=(9, 3)), gaps(1),
        TransferConfig(support="box"),
    )  # fmt: skip
    assert found.weight[0, 5].nonzero().flatten().tolist() == list(range(1, 10))
    assert (found.features[0, :, 5, :4] == 0).all()
    assert (found.features[0, :, 5, 4:10] >= 1).all()


def test_images_of_a_batch_do_not_mix():
    key, tracks, steps = rand(3, S, H, W), some_tracks(rows=3), gaps(2, 0, 5)
    whole = carry(key, tracks, steps, PLAIN)
    for row in range(3):
        here = slice(row, row + 1)
        alone = MapTracks(**{name: t[here] for name, t in vars(tracks).items()})
        found = carry(key[here], alone, steps[here], PLAIN)
        assert torch.equal(found.features[0], whole.features[row])


def test_rows_that_are_no_tracks_say_nothing():
    """Whatever they hold, not a number included: batches are filled up with anything."""
    key, tracks = rand(1, S, H, W), together(track((5.5, 5.5), (1, 1)), track((9.5, 3.5), (-1, 0)))
    expected = carry(key, tracks, gaps(2), PLAIN)
    junk = replace(
        track((torch.nan, 2.0), (torch.inf, 0.0), (torch.nan, -3.0), confidence=9.0),
        present=torch.zeros(1, 1, dtype=torch.bool),
    )
    found = carry(key, together(junk, tracks, junk), gaps(2), PLAIN)
    assert torch.equal(found.features, expected.features)
    assert torch.equal(found.weight, expected.weight)


def test_where_tracks_meet_the_surer_one_counts():
    key = rand(1, S, H, W)
    near, far = track((5.5, 5.5), (1, 0), confidence=0.4), track((3.5, 5.5), (3, 0), confidence=0.7)
    config = TransferConfig(support="cell", sampling="nearest")
    for tracks in (together(near, far), together(far, near)):
        found = carry(key, tracks, gaps(1), config)
        assert torch.equal(found.features[0, :, 5, 6], key[0, :, 5, 3])


def test_gradients_reach_the_key_frame():
    tracks = some_tracks(rows=1)
    key = rand(1, 2, H, W).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: carry(x, tracks, gaps(2), PLAIN).features, key)


def test_pixels_become_cells():
    found = to_map(
        box=torch.tensor([[[8.0, 12.0, 20.0, 44.0]]]),
        velocity=torch.tensor([[[6.0, -2.0]]]),
        confidence=torch.tensor([[0.75]]),
        present=torch.tensor([[True]]),
    )
    assert found.centre.tolist() == [[[3.5, 7]]]
    assert found.size.tolist() == [[[3, 8]]]
    assert found.velocity.tolist() == [[[1.5, -0.5]]]
    assert found.confidence.tolist() == [[0.75]]
