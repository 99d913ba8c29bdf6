"""How much of what moves a model explains: known answers, and what the trackers carry."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_tba import TINY, TINY_FAST, TinyClips, make_model

from animot.data.clips import Clips
from animot.tba.explained import explain
from animot.tba.loss import loss

# One white box of 9 x 7 pixels in the middle, whatever the frame shows.
MIDDLE = (slice(7, 16), slice(11, 18))
SAME_BOX = replace(TINY, num_trackers=1, num_layers=1, patch_size=(9, 7))


def stubborn(confidence):
    """A model that draws a white box in the middle, always with the same confidence."""
    model = make_model(SAME_BOX, dtype=torch.float32)
    output = model.rat.output
    with torch.no_grad():
        for layer in (output.placement_layer, output.look_layer):
            layer.weight.zero_()
            layer.bias.fill_(100.0)
        output.placement_layer.bias.zero_()
        output.placement_layer.bias[0] = confidence
    return model


def clips_of(boxes, B=3, T=5):
    """Clips of white boxes on black that stand still."""
    frames = np.zeros((B, T, *SAME_BOX.frame_size, 3), dtype=np.uint8)
    for rows, columns in boxes:
        frames[:, :, rows, columns] = 255
    return Clips(
        frames=frames, background=np.zeros_like(frames[:, 0]), restart=np.ones(B, dtype=bool)
    )


CORNER = (slice(0, 9), slice(0, 7))


@pytest.mark.parametrize(
    ("confidence", "boxes", "explained"),
    [
        (-100.0, [MIDDLE], 0.0),
        (100.0, [MIDDLE], 1.0),
        (0.0, [MIDDLE], 0.75),  # half as bright as it should be
        (100.0, [MIDDLE, CORNER], 0.5),
        (100.0, [CORNER], -1.0),
    ],
)
def test_known_answers(confidence, boxes, explained):
    found = explain(stubborn(confidence), [clips_of(boxes), clips_of(boxes)])
    assert found["explained"] == pytest.approx(explained, abs=1e-6)


def test_where_nothing_moves_nothing_is_to_be_explained():
    assert explain(stubborn(100.0), [clips_of([])]).keys() == {"loss"}


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_loss_is_that_of_the_frames_without_noise_and_warm_up(config):
    model = make_model(config, dtype=torch.float32)
    batch = TinyClips(config).batch(1)
    frames = torch.from_numpy(batch.frames).movedim(-1, 2) / 255
    background = torch.from_numpy(batch.background).movedim(-1, 1) / 255
    behind = background[:, None].expand_as(frames).flatten(0, 1)
    with torch.no_grad():
        output, _ = model(frames, background, model.start(len(frames)))
        terms = loss(output, frames.flatten(0, 1), behind, config)
    energy = (frames.flatten(0, 1) - behind).square().sum() / len(behind)
    found = explain(model.train(), [batch])
    assert found["loss"] == pytest.approx(terms.total.item(), rel=1e-5)
    assert found["explained"] == pytest.approx(1 - (terms.reconstruction / energy).item(), rel=1e-5)


def test_trackers_go_on_from_clip_to_clip_unless_it_restarts():
    model = make_model(TINY_FAST, dtype=torch.float32)
    whole = TinyClips(TINY_FAST, T=6).batch(1)
    first = replace(whole, frames=whole.frames[:, :2])
    rest = replace(whole, frames=whole.frames[:, 2:])
    anew = replace(rest, restart=np.array([False, True]))
    assert explain(model, [first, rest]) == pytest.approx(explain(model, [whole]), rel=1e-6)
    assert explain(model, [first, anew]) != pytest.approx(explain(model, [whole]), rel=1e-6)
