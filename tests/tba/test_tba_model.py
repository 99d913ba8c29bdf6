"""The whole model: number types, ablations, streams and time."""

from dataclasses import replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TINY_RELEASED, make_frames, make_model, make_noise

from animot.errors import InputError
from animot.tba.departures import AttentionPriors
from animot.tba.rat_state import RATState


def run(model, frames, before=None, **kwargs):
    background = torch.zeros_like(frames[:, 0])
    with torch.no_grad():
        return model(frames, background, before or model.start(len(frames)), **kwargs)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("config", [TINY, TINY_FAST, TINY_RELEASED])
def test_sizes_and_type_of_the_outputs(config, dtype):
    output, state = run(make_model(config, dtype=dtype), make_frames(2, 3, dtype=dtype))
    assert {name: tuple(value.shape) for name, value in vars(output).items()} == {
        "confidence": (6, 5),
        "layer": (6, 5, 4),
        "pose": (6, 5, 4),
        "mask": (6, 5, 1, 9, 8),
        "appearance": (6, 5, 3, 9, 8),
        "saliency": (6, 5),
    }
    tensors = {**vars(output), **state.as_tensors()}
    assert {name: tensor.dtype for name, tensor in tensors.items()} == dict.fromkeys(tensors, dtype)


@pytest.mark.parametrize("config", [TINY, TINY_FAST, TINY_RELEASED])
def test_single_precision_is_close_to_double(config):
    frames = make_frames(2, 3)
    double, _ = run(make_model(config), frames)
    single, _ = run(make_model(config, dtype=torch.float32), frames.float())
    for name in ("confidence", "pose", "appearance"):
        expected = getattr(double, name).float()
        torch.testing.assert_close(getattr(single, name), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("config", [TINY, TINY_FAST, TINY_RELEASED])
def test_streams_do_not_mix_and_time_goes_on(config):
    """Two streams together are each alone; three frames are one and then two."""
    model, frames = make_model(config), make_frames(2, 3)
    together, after = run(model, frames)
    for b in range(2):
        alone, _ = run(model, frames[[b]])
        torch.testing.assert_close(alone.pose, together.pose.unflatten(0, (2, 3))[b])
        torch.testing.assert_close(alone.mask, together.mask.unflatten(0, (2, 3))[b])
    first, state = run(model, frames[:, :1])
    rest, end = run(model, frames[:, 1:], state)
    poses = torch.cat([o.pose.unflatten(0, (2, -1)) for o in (first, rest)], dim=1)
    torch.testing.assert_close(poses.flatten(0, 1), together.pose)
    for name, tensor in end.as_tensors().items():
        torch.testing.assert_close(tensor, after.as_tensors()[name])


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_permuting_trackers_permutes_the_outputs(config):
    model, frames = make_model(config), make_frames(2, 3)
    _, before = run(model, make_frames(2, 2, seed=9))
    before = replace(before, confidence=torch.rand(2, 5, dtype=torch.float64))
    permutation = torch.tensor([2, 0, 4, 1, 3])
    permuted = RATState.from_tensors(
        {name: tensor[:, permutation] for name, tensor in before.as_tensors().items()}
    )
    plain, _ = run(model, frames, before)
    other, _ = run(model, frames, permuted)
    # Where the loop ends early, trackers tie at confidence 0 from the second frame on.
    compared = slice(None, None, 3 if config.adaptive_computation else 1)
    for name in vars(plain):
        a, b = getattr(plain, name)[compared], getattr(other, name)[compared]
        torch.testing.assert_close(b, a[:, permutation], msg=name)


def test_the_generator_decides_the_draws_and_nothing_else():
    model, frames = make_model(), make_frames(2, 3)
    first, again, other = (run(model, frames, noise=make_noise(seed))[0] for seed in (1, 1, 2))
    assert torch.equal(first.mask, again.mask)
    assert torch.equal(first.layer, again.layer)
    assert not torch.equal(first.mask, other.mask)
    assert torch.equal(first.pose, other.pose)
    assert torch.equal(first.appearance, other.appearance)


def test_adaptive_computation():
    """TBA ends the loop at the first tracker that finds nothing; TBAc runs them all."""
    frames = make_frames(2, 3)
    ran = {}
    for adaptive in (True, False):
        model = make_model(replace(TINY, adaptive_computation=adaptive), bias=-9.0)
        output, _ = run(model, frames)
        assert (output.confidence < 0.5).all()
        ran[adaptive] = (output.confidence > 0).sum(dim=1).tolist()
    assert ran == {True: [1] * 6, False: [5] * 6}


def test_without_attention_the_memory_is_one_cell():
    """TBAc-noAtt: all M * N * S features are read, erased and written together."""
    config = replace(TINY, attention=False, adaptive_computation=False)
    model, frames = make_model(config), make_frames(2, 1)
    everything = 7 * 6 * 11
    assert model.rat.rnn.input_size == everything
    assert model.rat.message.out_features == 2 * everything
    _, state = run(model, frames)
    features = model.extractor(frames[:, 0], torch.zeros_like(frames[:, 0])).flatten(1)
    first = model.rat.update_state(model.start(2).state[:, 0], features)
    torch.testing.assert_close(state.state[:, 0], first.detach())
    assert not torch.allclose(state.state[:, 1], state.state[:, 0])  # the first one has written


def test_without_occlusion_there_is_one_layer():
    """TBAc-noOcc."""
    output, _ = run(make_model(replace(TINY, num_layers=1)), make_frames(2, 3))
    assert output.layer.shape == (6, 5, 1)
    assert (output.layer == 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"num_trackers": 0}, "at least one tracker"),
        ({"num_layers": 0}, "at least one tracker and one layer"),
        ({"attention": False, "priors": AttentionPriors()}, "priors=None"),
        ({"attention": False, "anchor_reach": 1.0}, "anchor_reach=None"),
    ],
)
def test_what_cannot_be_built_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        replace(TINY, **change)
