"""The trackers of one stream in NumPy do what `RAT` does, whatever the configuration."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController, threadpool_limits
from tiny_tba import TINY, TINY_FAST, TINY_RELEASED, make_memory, make_model, make_state

from animot.tba.ablations import ABLATIONS, ablate
from animot.tba.departures import Persistence
from animot.tba.geometry import box_size
from animot.tba.motion import covered_share
from animot.tba.one_stream import OneStream, motion
from animot.tba.one_stream.cells import Cells
from animot.tba.one_stream.geometry import Geometry
from animot.tba.one_stream.one_thread import one_thread

I = TINY.num_trackers
WAITING = replace(TINY_FAST, persistence=Persistence(patience=4.0, hidden_overlap=0.1))
CONFIGS = {
    "paper": TINY,
    "released": TINY_RELEASED,
    "fast": TINY_FAST,
    "waiting": WAITING,
    "sure": replace(WAITING, adaptive_computation=True),
    "fixed scale": replace(WAITING, fixed_scale=True, shift_margin=0.3, reverse_shift=True),
    "hasty": replace(WAITING, persistence=replace(WAITING.persistence, seen_apart=False)),
    "forgetful": replace(WAITING, persistence=replace(WAITING.persistence, hidden_state=False)),
    "wide window": replace(WAITING, priors=replace(WAITING.priors, window=5)),
    **{f"fast {name}": ablate(WAITING, name) for name in ABLATIONS},
    **{f"paper {name}": ablate(TINY, name) for name in ABLATIONS},
}
CLOSE = {"rtol": 2e-4, "atol": 2e-5}


def in_the_middle(model, seed):
    """States in the middle of a video; some trackers wait where `persistence` says so."""
    state = make_state(model, 1, seed)
    if model.config.persistence is None:
        return state
    state.motion.patience[0] = torch.tensor([0.0, 3.0, 0.4, 4.0, 1.5])
    state.motion.size[0] = torch.rand(I, 2, generator=torch.Generator().manual_seed(seed)) + 0.2
    return state


def seen(config, seed):
    memory = make_memory(1, config, seed, torch.float32)
    if config.priors is None:
        return memory, None
    M, N, _ = config.memory_size
    return memory, torch.rand(1, M, N, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", CONFIGS)
def test_same_as_the_tracker_array(name):
    """States, motion and what is emitted, over frames; the inputs are left as they were."""
    config = CONFIGS[name]
    model = make_model(config, dtype=torch.float32)
    one, ran, waited = OneStream(model.rat), [], 0
    for seed in range(4):
        state = in_the_middle(model, seed)
        for frame in range(6):
            memory, saliency = seen(config, 10 * seed + frame)
            given = [memory.clone(), *(t.clone() for t in state.as_tensors().values())]
            with torch.inference_mode():
                after, turns = model.take_turns(memory, saliency, state)
                found, emitted = one.take_turns(memory, saliency, state)
            for old, now in zip(given, [memory, *state.as_tensors().values()], strict=True):
                assert torch.equal(old, now)
            expected = after.as_tensors() | vars(turns)
            for key, value in (found.as_tensors() | vars(emitted)).items():
                torch.testing.assert_close(value, expected[key], **CLOSE, msg=f"{name}: {key}")
            ran.append(int((turns.hidden.abs().sum(dim=2) > 0).sum()))
            waited += int(after.motion.hidden.sum())
            state = after
    ended_early = config.adaptive_computation and min(ran) < I
    assert ended_early or min(ran) == I
    assert (waited > 0) == (config.persistence is not None)


def test_a_released_model_ends_early():
    """Adaptive computation acts in these comparisons: some frames have turns left out."""
    config = CONFIGS["paper TBA"]
    model = make_model(config, dtype=torch.float32, bias=-3.0)
    start = model.start(1)
    memory, _ = seen(config, 0)
    _, emitted = OneStream(model.rat).take_turns(memory, None, start)
    assert 0 < (emitted.confidence > 0).sum() < I


@pytest.mark.parametrize("config", [TINY, TINY_RELEASED], ids=["scales", "aspect"])
def test_size_of_boxes(config):
    pose = torch.rand(17, 4, generator=torch.Generator().manual_seed(0)) * 2 - 1
    found = Geometry(config).box_size(pose.numpy())
    np.testing.assert_allclose(found, box_size(pose, config), rtol=1e-5)


def test_share_that_others_cover():
    generator = torch.Generator().manual_seed(0)
    centre, size = 3 * torch.rand(9, 2, generator=generator), torch.rand(9, 2, generator=generator)
    held = torch.rand(9, generator=generator) > 0.4
    found = motion.covered_share(centre.numpy(), size.numpy(), held.numpy())
    expected = covered_share(centre[None], size[None], held[None])[0]
    assert 0 < (expected > 0).sum() < 9
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_window_at_the_border():
    assert Cells(4, 6).window(0, 3).tolist() == [0, 1, 6, 7]
    assert Cells(4, 6).window(23, 3).tolist() == [16, 17, 22, 23]
    assert Cells(4, 6).window(9, 3).tolist() == [2, 3, 4, 8, 9, 10, 14, 15, 16]


def test_products_take_one_thread_for_a_while():
    def threads():
        blas = ThreadpoolController().select(user_api="blas")
        return {library["num_threads"] for library in blas.info()}

    with threadpool_limits(limits=2, user_api="blas"):
        assert threads() == {2}
        with one_thread():
            assert threads() == {1}
        assert threads() == {2}
