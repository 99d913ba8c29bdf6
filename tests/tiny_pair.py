"""Small networks of random weights that find something, video for them, and runs in folders."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import torch

from animot.association.config import AssociationConfig
from animot.atttrack.config import TINY, HRNetConfig, NetworkConfig
from animot.atttrack.lessons import OneShotLesson, StudentLesson
from animot.atttrack.pair import Pair
from animot.atttrack.policy import policy_named
from animot.atttrack.roles import ALIGNMENTS
from animot.atttrack.stored import facts_of, trained_from
from animot.tracker import Frame
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.loop import NAME

HEIGHT, WIDTH = 64, 96
SMALL = NetworkConfig(
    backbone=HRNetConfig(
        stem=8, bottleneck=2, bottlenecks=1, widths=(8, 8, 8, 8), modules=(1, 1, 1), blocks=1
    ),
    feature_size=8,
    head_size=8,
    embedding_size=8,
)
CONFIG = replace(TINY, frame_size=(HEIGHT, WIDTH), teacher=SMALL, student=SMALL)
IDENTITIES = 5
# Random networks are sure of nothing: what is a little hotter than its neighbours is an object.
LOW = AssociationConfig(high_confidence=0.01, low_confidence=0.01, birth_confidence=0.01)


@cache
def lesson(role, config=CONFIG, seed=0):
    """A lesson of a role that has learned nothing, whose boxes have an area; always the same."""
    torch.manual_seed(seed)
    alone = OneShotLesson(config.student if role == "plain" else config.teacher, IDENTITIES)
    made = alone if role not in ALIGNMENTS else StudentLesson(config, alone, ALIGNMENTS[role])
    network = made.student.network if role in ALIGNMENTS else made.network
    torch.manual_seed(seed + 1)
    for parameter in network.backbone.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    with torch.no_grad():
        network.heads.ltrb[-1].bias[:] = torch.tensor([2.0, 3.0, 2.5, 3.5])
        network.heads.heat[-1].bias[:] = 0.0
    return made.eval()


def trained(role, config=CONFIG, seed=0, **facts):
    """What loading a run gives."""
    facts = json.loads(json.dumps(facts_of(role, config))) | facts
    return trained_from(facts, lesson(role, config, seed).state_dict())


def write_run(folder, role, config=CONFIG, seed=0, said=None, **facts):
    """A run folder with untrained weights, said to be of a role; gives their digest."""
    folder.mkdir()
    weights = {f"model/{name}": w for name, w in lesson(role, config, seed).state_dict().items()}
    facts = facts_of(role, config) | {"teacher": None, "role": said or role} | facts
    checkpoint.save(Checkpoint(tensors=weights, facts=facts), folder, NAME)
    return checkpoint.load(folder, NAME).facts["sha256"]


@cache
def network_of(role, config, seed):
    """One that nobody changes."""
    return trained(role, config, seed).network


def pair_of(policy, period=4, association=LOW, config=CONFIG, seeds=(0, 7)):
    """Teacher and student of different weights."""
    return Pair(
        config=config,
        policy=policy_named(policy, period),
        teacher=network_of("teacher", config, seeds[0]),
        student=network_of("student", config, seeds[1]),
        association=association,
    )


def walking(count=11, size=(WIDTH, HEIGHT), fps=10.0):
    """Frames of two bright blocks that walk over a textured ground."""
    width, height = size
    ground = np.random.default_rng(1).integers(60, 120, (height, width, 3), dtype=np.uint8)
    frames = []
    for index in range(count):
        image = ground.copy()
        left = 8 + 4 * index % (width - 20)
        image[10:40, left : left + 12] = (250, 60, 30)
        image[24:60, width - left - 14 : width - left] = (30, 60, 250)
        frames.append(Frame(index=index, time=index / fps, image=image))
    return frames
