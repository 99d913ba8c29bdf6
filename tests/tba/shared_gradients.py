"""Gradients of two learning steps, in one process or in several that share the batch."""

from dataclasses import replace

import torch
from tiny_tba import TINY, TINY_FAST, TinyClips, make_model

from animot.share import ALONE, Share
from animot.tba.learner import TBALearner

STREAMS = 6
CONFIGS = {
    "fast": TINY_FAST,  # warm
    "cold": replace(TINY_FAST, warm_up_steps=0),
    "early": TINY,  # the loop over trackers may end before anybody has written
    "unwritten": replace(TINY, memory_write=False),
    "one tracker": replace(TINY, num_trackers=1),
}


def gradients(name: str, share: Share = ALONE) -> tuple[dict, dict, dict]:
    """Gradients by weight, state after the steps by name, and the numbers of the last step."""
    config = CONFIGS[name]
    model = make_model(config, bias=-0.5, dtype=torch.float32)
    clips = TinyClips(config, STREAMS)
    learner = TBALearner(model, clips.only(share.streams(STREAMS)), 3, share=share)
    for step in (0, 1):
        model.zero_grad()
        numbers = learner.step(step)
    found = {key: p.grad for key, p in model.named_parameters() if p.grad is not None}
    return found, learner.carried(), numbers
