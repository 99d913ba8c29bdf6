"""The renderer: against the oracle and torch's sampling grid, by gradient, in forced cases."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, make_output
from torch.autograd import gradcheck

from animot.tba.geometry import object_scale
from animot.tba.renderer import composite_frame, composite_layers, place, render
from oracles import tba_renderer as oracle
from oracles import tba_sampling_grid as sampling_grid

ETA = TINY.scale_range
B, I, K, D, (H, W), (U, V) = 2, 5, 4, 3, TINY.frame_size, TINY.patch_size
SAME = {"rtol": 1e-9, "atol": 1e-11}


def rand(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def patches_and_pose(N=31):
    patches, pose = rand(N, D, U, V), rand(N, 4, seed=1) * 2 - 1
    pose[:, 2:] *= 1.3  # some lie across the border of the frame, some beyond it
    return patches, pose


@pytest.mark.eq(4)
@pytest.mark.eq(5)
def test_place():
    patches, pose = patches_and_pose(7)
    found = place(patches, pose, TINY)
    for n in range(len(pose)):
        expected = oracle.transform(patches[n].numpy(), pose[n].numpy(), ETA, H, W)
        np.testing.assert_allclose(found[n], expected, **SAME)


@pytest.mark.parametrize(("dtype", "error"), [(torch.float64, 1e-11), (torch.float32, 1e-5)])
@pytest.mark.parametrize("scale_range", [(0.3, 0.2), (0.0, 0.0), (0.9, 0.7)])
def test_place_equals_a_sampling_grid_in_value_and_gradient(dtype, error, scale_range):
    """Random poses are off the lattice points, where bilinear weights have a kink."""
    patches, pose = (x.to(dtype) for x in patches_and_pose())
    weight = rand(31, D, H, W, seed=2).to(dtype)
    results = []
    config = replace(TINY, scale_range=scale_range)
    for how in (
        lambda patches, pose: place(patches, pose, config),
        lambda patches, pose: sampling_grid.place(patches, pose, scale_range, (H, W)),
    ):
        leaves = [patches.clone().requires_grad_(), pose.clone().requires_grad_()]
        placed = how(*leaves)
        (weight * placed).sum().backward()
        results.append((placed.detach(), *(leaf.grad for leaf in leaves)))
    for found, expected in zip(*results, strict=True):
        assert (found - expected).abs().max() <= error * expected.abs().max().clamp(min=1)
    assert results[0][2][:, 2:].abs().max() > 1


@pytest.mark.parametrize("frame_size", [(9, 8), (13, 12)])
def test_patch_at_scale_1_and_shift_0_comes_back_unchanged(frame_size):
    """In the middle of a larger frame, or as the whole frame."""
    patches = rand(3, D, U, V)
    placed = place(patches, torch.zeros(3, 4).double(), replace(TINY, frame_size=frame_size))
    top, left = (frame_size[0] - U) // 2, (frame_size[1] - V) // 2
    torch.testing.assert_close(placed[:, :, top : top + U, left : left + V], patches)
    assert placed.sum().item() == pytest.approx(patches.sum().item())


def test_scale_and_shift_move_edges_as_the_paper_says():
    pose = torch.tensor([[0.5, -0.5, 0.255, -0.5]], dtype=torch.float64)
    assert object_scale(pose, TINY).tolist() == [pytest.approx([1.15, 0.9])]
    config = replace(TINY, patch_size=(20, 20), frame_size=(100, 200))
    placed = place(torch.ones(1, 1, 20, 20).double(), pose, config)[0, 0]
    rows, columns = placed.sum(dim=1) / placed.max(), placed.sum(dim=0) / placed.max()
    assert (placed > 0.5).any(dim=1).sum() == 18  # 0.9 * 20
    assert (placed > 0.5).any(dim=0).sum() == 23  # 1.15 * 20
    middle_row = (rows * (torch.arange(100) + 0.5)).sum() / rows.sum()
    middle_column = (columns * (torch.arange(200) + 0.5)).sum() / columns.sum()
    assert middle_row.item() == pytest.approx(50 - 0.5 * 50)
    assert middle_column.item() == pytest.approx(100 + 0.255 * 100)


def test_gradients_of_place():
    patches, pose = rand(2, 3, 5, 4), rand(2, 4, seed=1) - 0.5
    config = replace(TINY, frame_size=(7, 11), patch_size=(5, 4))

    def small(patches, pose):
        return place(patches, pose, config)

    assert gradcheck(small, [patches.requires_grad_(), pose.requires_grad_()])


def as_arrays(output, b):
    return {name: value[b].numpy() for name, value in vars(output).items()}


@pytest.mark.eq(6)
@pytest.mark.eq(7)
def test_layer_compositing():
    output = make_output()
    masks, foregrounds = composite_layers(output, TINY)
    assert (masks.shape, foregrounds.shape) == ((B, K, 1, H, W), (B, K, D, H, W))
    for b in range(B):
        arrays = as_arrays(output, b)
        placed = [
            np.array(
                [
                    oracle.transform(patch, pose, ETA, H, W)
                    for patch, pose in zip(arrays[name], arrays["pose"], strict=True)
                ]
            )
            for name in ("mask", "appearance")
        ]
        expected = oracle.composite_layers(arrays["confidence"], arrays["layer"], *placed)
        np.testing.assert_allclose(masks[b], expected[0], **SAME)
        np.testing.assert_allclose(foregrounds[b], expected[1], **SAME)


def test_layers_equal_those_of_a_sampling_grid():
    output = make_output()
    expected = sampling_grid.sum_layers(output, ETA, (H, W))
    masks, foregrounds = composite_layers(output, TINY)
    torch.testing.assert_close(masks, expected[:, :, :1].clamp(max=1))
    torch.testing.assert_close(foregrounds, expected[:, :, 1:])


def test_layer_mask_is_cut_off_at_one():
    output = make_output()
    everywhere = replace(
        output,
        confidence=torch.ones_like(output.confidence),
        mask=torch.ones_like(output.mask),
        pose=torch.zeros_like(output.pose),
        layer=torch.eye(K, dtype=torch.float64)[[1, 1, 1, 3, 3]].expand(B, I, K),
    )
    masks, foregrounds = composite_layers(everywhere, TINY)
    assert masks[:, 1].amax() == masks[:, 3].amax() == 1
    assert masks[:, [0, 2]].amax() == 0
    assert foregrounds[:, 1].amax() > 1  # three objects add up


@pytest.mark.eq(8)
def test_frame_compositing():
    background, masks, foregrounds = rand(B, D, 7, 11), rand(B, K, 1, 7, 11), rand(B, K, D, 7, 11)
    found = composite_frame(background, masks, foregrounds)
    for b in range(B):
        expected = oracle.composite_frame(*(x[b].numpy() for x in (background, masks, foregrounds)))
        np.testing.assert_allclose(found[b], expected, **SAME)


def test_gradients_of_compositing():
    shapes = [(2, 3, 2, 4), (2, 5, 1, 2, 4), (2, 5, 3, 2, 4)]
    inputs = [rand(*shape, seed=n).requires_grad_() for n, shape in enumerate(shapes)]
    assert gradcheck(composite_frame, inputs)


@pytest.mark.parametrize("premultiply", [False, True])
def test_gradients_of_rendering(premultiply):
    config = replace(TINY, frame_size=(7, 6), patch_size=(3, 4), frame_channels=2)
    output = make_output(config=config)
    names = ["confidence", "layer", "pose", "mask", "appearance"]
    background = rand(B, 2, 7, 6)

    def small(*values):
        made = replace(output, **dict(zip(names, values, strict=True)))
        return render(made, background, replace(config, premultiply=premultiply))

    # A tenth of the masks: no sum of them reaches the kink at 1.
    leaves = [getattr(output, n) * (0.1 if n == "mask" else 1) for n in names]
    assert gradcheck(small, [leaf.requires_grad_() for leaf in leaves], fast_mode=True)


def test_whole_frame():
    output, background = make_output(), rand(B, D, H, W)
    found = render(output, background, TINY)
    for b in range(B):
        expected = oracle.render(as_arrays(output, b), background[b].numpy(), ETA)
        np.testing.assert_allclose(found[b], expected, **SAME)


@pytest.mark.parametrize("premultiply", [False, True])
def test_higher_layer_hides_lower(premultiply):
    """Trackers 1 and 3 lie in the same place; the one in the higher layer is seen, alone."""
    output = make_output()
    looks = torch.tensor([0.9, 0.2, 0.9, 0.6, 0.9]).double()
    on = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.0]).double().expand(B, I)
    config = replace(TINY, premultiply=premultiply)
    for layers, seen in [((0, 1, 0, 2, 0), 0.6), ((0, 3, 0, 2, 0), 0.2)]:
        made = replace(
            output,
            confidence=on,
            layer=torch.eye(K).double()[list(layers)].expand(B, I, K),
            pose=torch.zeros_like(output.pose),
            mask=torch.ones_like(output.mask),
            appearance=looks[:, None, None, None].expand_as(output.appearance),
        )
        drawn = render(made, rand(B, D, H, W), config)
        middle = drawn[:, :, H // 2 - 3 : H // 2 + 3, W // 2 - 3 : W // 2 + 3]
        torch.testing.assert_close(middle, torch.full_like(middle, seen))


@pytest.mark.parametrize("premultiply", [False, True])
def test_background_is_untouched_where_no_tracker_is_on(premultiply):
    config = replace(TINY, premultiply=premultiply)
    output, background = make_output(), rand(B, D, H, W)
    off = replace(output, confidence=torch.zeros(B, I).double())
    assert torch.equal(render(off, background, config), background)
    corner = replace(output, pose=torch.tensor([0.0, 0.0, -0.8, -0.8]).double().expand(B, I, 4))
    drawn = render(corner, background, config)
    far = (slice(None), slice(None), slice(H // 2, None), slice(W // 2, None))
    assert torch.equal(drawn[far], background[far])
    assert not torch.equal(drawn, background)


@pytest.mark.parametrize("premultiply", [False, True])
def test_order_of_trackers_does_not_matter(premultiply):
    output, background = make_output(), rand(B, D, H, W)
    permuted = replace(output, **{k: v[:, [3, 1, 4, 0, 2]] for k, v in vars(output).items()})
    config = replace(TINY, premultiply=premultiply)
    torch.testing.assert_close(
        render(permuted, background, config), render(output, background, config)
    )


def test_premultiply_multiplies_before_it_places():
    """Off: place, then multiply, as published. They agree where both patches are constant."""
    output, background = make_output(), rand(B, D, H, W)
    on, off = (
        render(output, background, replace(TINY, premultiply=premultiply))
        for premultiply in (True, False)
    )
    assert (on - off).abs().max() > 1e-3
    product = replace(output, appearance=output.mask * output.appearance)
    foreground = composite_layers(output, replace(TINY, premultiply=True))[1]
    placed = place(product.appearance.flatten(0, 1), output.pose.flatten(0, 1), TINY)
    weights = (output.confidence[..., None] * output.layer)[..., None, None, None]
    expected = (weights * placed.unflatten(0, (B, I))[:, :, None]).sum(dim=1)
    torch.testing.assert_close(foreground, expected)


def test_reconstruction_is_clamped_only_where_asked():
    output = make_output()
    bright = replace(
        output,
        confidence=torch.ones_like(output.confidence),
        mask=torch.ones_like(output.mask),
        appearance=torch.ones_like(output.appearance),
        pose=torch.zeros_like(output.pose),
        layer=torch.eye(K).double()[[2] * I].expand(B, I, K),
    )
    background = rand(B, D, H, W)
    free = render(bright, background, TINY)
    assert free.max() == pytest.approx(I)
    clamped = render(bright, background, replace(TINY, clamp_reconstruction=True))
    assert torch.equal(clamped, free.clamp(0, 1))
