"""Damaged checkpoints by the thousand: a model that works, or one line, to track and to resume."""

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from damaged_checkpoint import Stored
from tiny_tba import TINY_FAST, TinyClips

from animot.errors import InputError
from animot.saved import Camera, Model, camera_tensors, facts_of, load_model
from animot.tba.learner import TBALearner
from animot.tba.model import TBA
from animot.tracker import Frame
from animot.training import loop
from animot.training.loop import NAME
from animot.training.schedule import Budget, TrainingConfig

SECONDS_A_CASE = 120.0
TRAINING = TrainingConfig(batch_size=2, clip_length=5)
VIEW = (*TINY_FAST.frame_size, 3)
CAMERAS = [
    Camera(background=np.full(VIEW, 70, dtype=np.uint8)),
    Camera(background=np.full(VIEW, 90, dtype=np.uint8), ignore=np.eye(*VIEW[:2], dtype=bool)),
]


def go_on(folder: Path, steps: int) -> None:
    """Learn in the folder until it has so many steps."""
    torch.manual_seed(4)
    learner = TBALearner(TBA(TINY_FAST), TinyClips(TINY_FAST), 4)
    cameras = {f"camera/{name}": tensor for name, tensor in camera_tensors(CAMERAS).items()}
    facts = facts_of(TINY_FAST, "float32")
    loop.learn(learner, TRAINING, Budget(steps=steps), folder, facts, cameras)


def works(model: Model) -> None:
    """See that the model tracks: finite boxes, in every view that it remembers."""
    for camera in model.cameras:
        tracker = model.tracker(camera)
        image = np.random.default_rng(1).integers(0, 256, (46, 58, 3), dtype=np.uint8)
        _, objects = tracker.step(tracker.start(), Frame(index=0, time=0.0, image=image))
        assert np.isfinite(objects.box).all()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    folder = tmp_path_factory.mktemp("sound")
    go_on(folder, 2)
    works(load_model(folder))
    return Stored.read(folder, NAME)


def load(folder: Path) -> None:
    works(load_model(folder))


def resume(folder: Path) -> None:
    go_on(folder, 3)
    works(load_model(folder))


def refusal(read: Callable[[Path], None], folder: Path) -> str | None:
    """The message of the InputError, or None where the checkpoint serves."""
    try:
        read(folder)
    except InputError as error:
        return str(error)
    return None


def fuzz(sound: Stored, read: Callable[[Path], None], folder: Path, seeds: range) -> None:
    refused: set[str] = set()
    accepted = 0
    for seed in seeds:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        kind = sound.damaged(random.Random(seed), folder, NAME)
        started = time.monotonic()
        try:
            message = refusal(read, folder)
        except Exception as error:
            raise AssertionError(f"case {seed} ({kind}): {error!r}") from error
        assert time.monotonic() - started < SECONDS_A_CASE, seed
        assert message is None or (str(folder) in message and "\n" not in message), seed
        accepted += message is None
        refused |= set() if message is None else {kind}
    assert accepted > 0  # else the cases would prove little
    assert refused == {"facts", "tensors", "content", "text"}


@pytest.mark.parametrize(("read", "cases"), [(load, 70), (resume, 40)])
def test_some_damaged_checkpoints(
    sound: Stored, tmp_path: Path, read: Callable[[Path], None], cases: int
) -> None:
    fuzz(sound, read, tmp_path / "run", range(cases))


@pytest.mark.slow
@pytest.mark.parametrize("read", [load, resume])
def test_many_damaged_checkpoints(
    sound: Stored, tmp_path: Path, read: Callable[[Path], None]
) -> None:
    fuzz(sound, read, tmp_path / "run", range(1000, 2500))
