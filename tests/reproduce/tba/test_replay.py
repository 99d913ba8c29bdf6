"""What figures show is what the model did."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from animot.reproduce.tba.replay import looks_of, rgb_of, strip_of
from animot.saved import Camera, Model
from animot.tba.memory import write
from animot.tba.pixels import to_tensor
from animot.tba.renderer import render

sys.path.append(str(Path(__file__).parents[2] / "tba"))

from tiny_tba import TINY, TINY_FAST, TINY_RELEASED, make_model

CONFIGS = {"paper": TINY, "fast": TINY_FAST, "released": TINY_RELEASED}
FRAMES = np.random.default_rng(5).integers(256, size=(6, *TINY.frame_size, 3), dtype=np.uint8)
SHOWN = range(3, 5)


def model_of(config) -> Model:
    network = make_model(config, dtype=torch.float32)
    background = np.full((*config.frame_size, config.frame_channels), 30, dtype=np.uint8)
    return Model(network=network, cameras=[Camera(background=background)], facts={})


def whole(model: Model, frames):
    """Outputs of all frames at once, as in learning."""
    background = to_tensor(model.cameras[0].background[None])
    with torch.no_grad():
        seen = to_tensor(frames)[None]
        output, _ = model.network(seen, background, model.network.start(1))
        drawn = render(output, background.expand(len(frames), -1, -1, -1), model.network.config)
    return output, drawn


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_strip(config) -> None:
    model = model_of(config)
    output, drawn = whole(model, FRAMES)
    strip = strip_of("some", model, FRAMES, SHOWN)
    assert strip.name == "some"
    assert strip.outputs.shape == (2, 5, 9, 8, 3)
    for n, t in enumerate(SHOWN):
        expected = 255 * drawn[t].clamp(0, 1).movedim(0, 2).numpy()
        np.testing.assert_allclose(strip.frames[n], expected, atol=0.51)
        for i in range(5):
            picture = output.confidence[t, i] * output.mask[t, i] * output.appearance[t, i]
            expected = 255 * picture.movedim(0, 2).numpy()
            np.testing.assert_allclose(strip.outputs[n, i], expected, atol=0.51)
    assert strip.outputs.max() > 100


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_looks_are_the_turns_in_their_order(config) -> None:
    model = model_of(config)
    output, _ = whole(model, FRAMES)
    looks = looks_of(model, FRAMES, SHOWN)
    assert len(looks) == 2
    for t, turns in zip(SHOWN, looks, strict=True):
        ran = set(output.confidence[t].nonzero()[:, 0].tolist())
        assert {look.tracker for look in turns} == ran
        assert len(turns) == len(ran)
        before = output.confidence[t - 1]
        if not config.rounded_priority and config.persistence is None:
            order = before.argsort(descending=True, stable=True).tolist()
            assert [look.tracker for look in turns] == order[: len(turns)]
        for look in turns:
            assert look.confidence == pytest.approx(float(output.confidence[t, look.tracker]))
            assert look.attention.shape == look.memory.shape == look.change.shape
            assert look.attention.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("config", [TINY, TINY_RELEASED], ids=["paper", "released"])
def test_trackers_after_the_end_of_the_loop_take_no_turn(config) -> None:
    model = model_of(config)
    with torch.no_grad():  # nothing is confident
        model.network.rat.output.placement_layer.weight.mul_(1e-3)
        model.network.rat.output.placement_layer.bias[0] = 0.1 if config.tanh_confidence else -2
    for turns in looks_of(model, FRAMES, SHOWN):
        assert [look.tracker for look in turns] == [0]
        assert turns[0].change.max() == 0


def test_memory_and_what_each_tracker_changes_there() -> None:
    model = model_of(replace(TINY, adaptive_computation=False))
    (looks,) = looks_of(model, FRAMES, SHOWN[:1])
    network, background = model.network, to_tensor(model.cameras[0].background[None])
    with torch.no_grad():
        empty, _ = network.see(background, background)
        _, state = network(to_tensor(FRAMES[:3])[None], background, network.start(1))
        memory, _ = network.see(to_tensor(FRAMES[3:4]), background)
        turns = network.rat.take_turns(state, memory, end_early=False)
        for turn, look in zip(turns, looks, strict=True):
            expected = (memory - empty)[0].norm(dim=-1)
            np.testing.assert_allclose(look.memory, expected, rtol=1e-4, atol=1e-5)
            written = write(memory, turn.attention, *network.rat.make_message(turn.state))
            if look is looks[-1]:  # nobody would read it
                written = memory
            expected = (written - memory)[0].norm(dim=-1)
            np.testing.assert_allclose(look.change, expected, rtol=1e-4, atol=1e-5)
            memory = written
    assert min(look.change.max() for look in looks[:-1]) > 0.01


def test_without_writes_nothing_changes() -> None:
    model = model_of(replace(TINY, adaptive_computation=False, memory_write=False))
    (turns,) = looks_of(model, FRAMES, SHOWN[:1])
    for look in turns:
        assert look.change.max() == 0
        np.testing.assert_array_equal(look.memory, turns[0].memory)


def test_grey_becomes_three_channels() -> None:
    grey = np.arange(30, dtype=np.uint8).reshape(2, 5, 3, 1)
    found = rgb_of(grey)
    assert found.shape == (2, 5, 3, 3)
    assert (found == grey).all()
