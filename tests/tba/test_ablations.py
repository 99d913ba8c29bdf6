"""The configurations of Sec. 4, for every preset."""

from dataclasses import asdict, replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TINY_RELEASED, TinyClips, make_model

from animot.errors import InputError
from animot.tba import presets
from animot.tba.ablations import ABLATIONS, ablate, full_name
from animot.tba.config import TBAConfig
from animot.tba.learner import TBALearner

PRESETS = {name: value for name, value in vars(presets).items() if isinstance(value, TBAConfig)}
CHANGES = {
    "TBA": {"adaptive_computation": True},
    "TBAc": {"adaptive_computation": False},
    "TBAc-noOcc": {"adaptive_computation": False, "num_layers": 1},
    "TBAc-noAtt": {"adaptive_computation": False, "attention": False},
    "TBAc-noMem": {"adaptive_computation": False, "memory_write": False},
    "TBAc-noRep": {"adaptive_computation": False, "reprioritize": False},
}


def changed(config, name):
    """What the ablation makes other than the preset has it."""
    before, after = asdict(config), asdict(ablate(config, name))
    return {key: value for key, value in after.items() if value != before[key]}


def test_names_are_those_of_the_paper():
    assert list(ABLATIONS) == list(CHANGES)
    assert full_name("noMem") == full_name("TBAc-noMem") == "TBAc-noMem"
    assert full_name("TBAc") == "TBAc"
    for unknown in ("nomem", "noTime", "", "TBAc-TBAc"):
        with pytest.raises(InputError, match="TBA, TBAc, TBAc-noOcc, TBAc-noAtt, TBAc-noMem"):
            full_name(unknown)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", CHANGES)
def test_an_ablation_changes_what_it_is_named_after_and_no_more(preset, name):
    config = PRESETS[preset]
    if name == "TBAc-noOcc" and config.num_layers == 1:
        with pytest.raises(InputError, match="has one; use TBAc"):
            ablate(config, name)
        return
    expected = {k: v for k, v in CHANGES[name].items() if v != asdict(config)[k]}
    if name == "TBAc-noAtt" and config.priors is not None:
        expected |= {"priors": None, "persistence": None, "anchor_reach": None}
    assert changed(config, name) == expected


@pytest.mark.parametrize(
    "config", [TINY, TINY_RELEASED, TINY_FAST], ids=["paper", "released", "fast"]
)
@pytest.mark.parametrize("name", CHANGES)
def test_every_ablation_learns_in_and_after_the_warm_up(config, name):
    """The warm-up of the tiny `fast` model is over after two of three steps."""
    config = ablate(replace(config, warm_up_steps=min(config.warm_up_steps, 2)), name)
    model = make_model(config, dtype=torch.float32)
    learner = TBALearner(model, TinyClips(config, B=2, T=3), 0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    for step in range(3):
        optimizer.zero_grad()
        assert learner.step(step)["loss"] > 0
        assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())
        optimizer.step()
    still = {n for n, p in model.named_parameters() if torch.equal(p, before[n])}
    if name == "TBAc-noMem":  # nobody writes
        assert still >= {"rat.message.weight", "rat.message.bias"}
        still -= {"rat.message.weight", "rat.message.bias"}
    if name == "TBAc-noAtt":  # the softmax over one cell is 1, whatever the key
        assert still == {"rat.key.weight", "rat.key.bias"}
    else:
        assert not still
