import json
from pathlib import Path

import numpy as np
import pytest
import torch

from animot.errors import InputError
from animot.saved import Camera, camera_tensors, facts_of, load_model
from animot.tba.model import TBA
from animot.tba.presets import PAPER_MNIST, fast
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.loop import NAME

CONFIG = fast(frame_size=(32, 40), frame_channels=3, patch_size=(7, 5), num_trackers=2)


def _save(folder: Path, **changes: object) -> TBA:
    torch.manual_seed(1)
    network = TBA(CONFIG)
    cameras = [
        Camera(background=np.full((32, 40, 3), 7, dtype=np.uint8)),
        Camera(
            background=np.full((32, 40, 3), 9, dtype=np.uint8),
            ignore=np.eye(32, 40, dtype=bool),
        ),
    ]
    tensors = {f"model/{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"camera/{name}": value for name, value in camera_tensors(cameras).items()}
    facts = facts_of(CONFIG, "bfloat16") | changes
    checkpoint.save(Checkpoint(tensors=tensors, facts=facts), folder, NAME)
    return network


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    network = _save(tmp_path)
    model = load_model(tmp_path)
    assert model.network.config == CONFIG
    assert model.network.precision.dtype == torch.bfloat16
    found = model.network.state_dict()
    assert all(torch.equal(value, found[name]) for name, value in network.state_dict().items())
    first, second = model.cameras
    assert first.ignore is None
    assert (first.background == 7).all()
    assert second.ignore is not None
    assert np.array_equal(second.ignore, np.eye(32, 40, dtype=bool))


def test_weights_of_another_configuration_are_refused(tmp_path: Path) -> None:
    other = json.loads(json.dumps(facts_of(PAPER_MNIST, "float32")))
    _save(tmp_path, config=other["config"])
    with pytest.raises(InputError, match="does not describe a model"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    "changes", [{"config": {}}, {"config": None}, {"dtype": "int3"}, {"config": {"layers": 1}}]
)
def test_foreign_facts_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    _save(tmp_path, **changes)
    with pytest.raises(InputError, match="does not describe a model"):
        load_model(tmp_path)


def test_shipped_weights_are_small_and_say_how_they_were_made() -> None:
    model = load_model("sprites")
    for name in ("command", "commit", "seed", "seconds", "scores", "test"):
        assert name in model.facts
    assert sum(p.numel() for p in model.network.parameters()) * 4 < 4e6
    assert not model.cameras[0].background.any()


def test_where_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such model.*sprites"):
        load_model(tmp_path / "nowhere")
    (tmp_path / "file.pt").write_bytes(b"")
    with pytest.raises(InputError, match="no pickled weights"):
        load_model(tmp_path / "file.pt")
