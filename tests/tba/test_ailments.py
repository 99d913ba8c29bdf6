"""Each known failure, provoked and found with the learner's own signs; and a cure."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TinyClips, make_model

from animot.data.clips import Clips
from animot.tba import learner as learning
from animot.tba.ailments import ailments
from animot.tba.learner import TBALearner
from animot.tba.presets import FAST_MNIST, FAST_SPRITES, PAPER_SPRITES, RELEASED_DUKE
from animot.tba.symptoms import gradient_norm
from animot.training import loop
from animot.training.doctor import MEASUREMENTS, Doctor
from animot.training.run_folder import LOG
from animot.training.schedule import Budget, TrainingConfig

COLD = replace(TINY_FAST, warm_up_steps=0)


@pytest.fixture(autouse=True)
def signs_at_every_step(monkeypatch):
    monkeypatch.setattr(learning, "STEPS_BETWEEN_SIGNS", 1)


class Bright(TinyClips):
    """A square crosses a grey scene."""

    size = 6

    def batch(self, step):
        B, T, H, W, D = self.shape
        background = np.full((B, H, W, D), 90, dtype=np.uint8)
        frames = np.repeat(background[:, None], T, axis=1)
        for t in range(T):
            left = (step * T + t) % (W - self.size)
            frames[:, t, 8 : 8 + self.size, left : left + self.size] = 250
        restart = np.full(B, step == 0)
        return Clips(frames=frames, background=background, restart=restart)


class Empty(Bright):
    size = 0


def bias(model, layer, entries, value):
    """Give some outputs of a layer this bias, and nothing else to go by."""
    with torch.no_grad():
        layer.weight[entries] = 0
        layer.bias[entries] = value
    return model


def placed(model, **outputs):
    """A model whose confidences, boxes, masks or appearances are forced (logits)."""
    placement, look = model.rat.output.placement_layer, model.rat.output.look_layer
    K, mask = model.rat.output.look_size["layer"], model.rat.output.look_size["mask"]
    where = {
        "confidence": (placement, slice(0, 1)),
        "scale": (placement, slice(1, 3)),
        "mask": (look, slice(K, K + mask)),
        "appearance": (look, slice(K + mask, None)),
    }
    for name, value in outputs.items():
        bias(model, *where[name], value)
    return model


def examine(model, clips=None, steps=MEASUREMENTS, rate=0.0):
    """Names of what is found in some steps of learning."""
    source = clips or Bright(model.config)
    learner = TBALearner(model.float(), source, seed=3)
    doctor = Doctor(learner.ailments, 0, Path("run"), {})
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    lines = []
    for step in range(steps):
        numbers = learner.step(step)
        lines += doctor.examine(step + 1, numbers | {"gradient_norm": gradient_norm(model)})
        optimizer.step()
        optimizer.zero_grad()
    return {line.split(": ")[1]: line for line in lines}


def test_a_model_that_draws_what_is_there_is_healthy():
    one = replace(COLD, num_trackers=1)
    learned = placed(make_model(one), confidence=1.0, mask=5.0, appearance=0.5)
    assert examine(learned) == {}


@pytest.mark.slow
def test_confidences_to_zero_where_presence_costs_too_much():
    model = make_model(replace(COLD, presence_weight=1e4))
    found = examine(model, steps=16, rate=0.1)
    line = found["confidences to zero"]
    assert "the largest confidence of a frame is 0.0" in line
    assert line.endswith("if it stays so, learn with --preset fast, which warms up")


def test_masks_to_nothing():
    found = examine(placed(make_model(COLD), mask=-8.0, confidence=0.0))
    assert list(found) == ["masks to nothing"]
    assert "masks fill 0.0 % of their boxes" in found["masks to nothing"]


def test_two_trackers_on_one_object_where_none_can_tell_the_others():
    """All start alike, so that without messages they do all alike."""
    alike = replace(COLD, memory_write=False)
    found = examine(placed(make_model(alike), confidence=3.0), Restarting(alike))
    assert "in 100 % of the frames" in found["two trackers on one object"]
    assert found["two trackers on one object"].endswith("fewer --objects")


class Restarting(Bright):
    def batch(self, step):
        return replace(super().batch(step), restart=np.ones(self.shape[0], dtype=bool))


def test_one_tracker_over_the_image():
    wide = replace(COLD, patch_size=(23, 29), scale_range=(0.2, 0.2))
    found = examine(placed(make_model(wide), confidence=3.0, scale=3.0))
    assert "--ignore" in found["one tracker over the image"]


def test_attention_without_gradient_where_it_sees_one_cell_only():
    """A key so strong that the softmax is 0 and 1; without anchor it has no other gradient."""
    sharp = replace(COLD, anchor_reach=None, priors=None)
    model = placed(make_model(sharp, spread=1.0), confidence=1.0)
    assert "attention without gradient" not in examine(model)
    found = examine(bias(model, model.rat.key, slice(11, 12), 1e6))
    assert "attention without gradient" in found


def test_background_explains_everything_where_nothing_moves():
    found = examine(make_model(COLD), Empty(COLD))
    assert "0.0 % of the frames" in found["background explains everything"]
    assert "confidences to zero" not in found  # which is as it should be


def test_drawing_does_harm_where_what_is_drawn_is_far_off():
    black = placed(make_model(TINY_FAST), confidence=3.0, mask=5.0, appearance=-8.0)
    found = examine(black, steps=TINY_FAST.warm_up_steps + MEASUREMENTS)
    assert "times as far from the frames as the background" in found["drawing does harm"]


def test_while_warm_nothing_is_looked_at():
    learner = TBALearner(make_model(TINY_FAST).float(), Bright(TINY_FAST), seed=3)
    signs = {name for ailment in learner.ailments for name in ailment.signs}
    at = {step: signs <= learner.step(step).keys() for step in (0, 9, 10, 11)}
    assert at == {0: False, 9: False, 10: True, 11: True}
    learner.warm_up_from(11)
    assert not signs & learner.step(11).keys()


def test_signs_are_measured_at_every_tenth_step(monkeypatch):
    monkeypatch.undo()
    learner = TBALearner(make_model(COLD).float(), Bright(COLD), seed=3)
    assert [step for step in range(21) if "moving" in learner.step(step)] == [0, 10, 20]


def learn_collapsed(folder, re_warms):
    """A warm-up has just ended, and all confidences are zero. To draw the square well would pay.

    Confidence where something moves at the end, and what was found on the way.
    """
    config = replace(TINY_FAST, num_trackers=1, presence_weight=30.0, warm_up_steps=24)
    model = placed(make_model(config), confidence=-9.0)
    clips = Bright(config, T=3)
    clips.size = 8
    learner = TBALearner(model.float(), clips, seed=3)
    warm_up_from = learner.warm_up_from
    learner.warm_up_from = lambda step: warm_up_from(step or -config.warm_up_steps)
    training = TrainingConfig(
        batch_size=2, clip_length=3, learning_rate=0.03, re_warms=re_warms, gradient_norm=5.0
    )
    folder.mkdir()
    loop.learn(learner, training, Budget(steps=33), folder, {})
    log = [json.loads(line) for line in (folder / LOG).read_text().splitlines()]
    findings = [line for entry in log for line in entry.get("findings", [])]
    return log[-1]["confidence"] / log[-1]["moving"], findings


def test_a_warm_up_that_starts_again_brings_collapsed_trackers_back(tmp_path):
    """Without leave to act they stay as they are."""
    ill, said = learn_collapsed(tmp_path / "ill", 0)
    assert ill < 0.1
    assert len(said) == 1
    assert "learn again with another --seed" in said[0]
    well, done = learn_collapsed(tmp_path / "well", 1)
    assert well > 0.5
    assert len(done) == 1
    assert "confidences to zero" in done[0]
    assert done[0].endswith("the warm-up starts again (1 of at most 1 times)")


@pytest.mark.parametrize("config", [TINY, FAST_SPRITES, FAST_MNIST, PAPER_SPRITES, RELEASED_DUKE])
def test_only_a_model_that_warms_up_is_warmed_up_again(config):
    curable = {ailment.name for ailment in ailments(config) if ailment.re_warm}
    assert bool(curable) == (config.warm_up_steps > 0)
    assert len(ailments(config)) >= 6


def test_without_attention_none_is_missed():
    names = {ailment.name for ailment in ailments(replace(TINY, attention=False))}
    assert "attention without gradient" not in names
