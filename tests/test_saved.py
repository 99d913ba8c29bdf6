import json
from dataclasses import asdict
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
from animot.training.validation import BEST

CONFIG = fast(frame_size=(32, 40), frame_channels=3, patch_size=(7, 5), num_trackers=2)


def _save(folder: Path, *, name: str = NAME, seed: int = 1, **changes: object) -> TBA:
    torch.manual_seed(seed)
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
    checkpoint.save(Checkpoint(tensors=tensors, facts=facts), folder, name)
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
    assert model.run == tmp_path


def test_the_best_weights_are_loaded_where_there_are_any(tmp_path: Path) -> None:
    last = _save(tmp_path)
    weight = "rat.key.weight"
    assert torch.equal(load_model(tmp_path).network.state_dict()[weight], last.rat.key.weight)
    best = _save(tmp_path, name=BEST, seed=2)
    assert torch.equal(load_model(tmp_path).network.state_dict()[weight], best.rat.key.weight)


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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"engine": "atttrack"}, "engine is 'atttrack', not tba"),
        ({"engine": None}, "engine is None"),
        ({"dtype": ["float32"]}, r"dtype is \['float32'\]"),
        ({"config": json.loads(json.dumps(asdict(CONFIG))) | {"layers": 3}}, "layers is 3"),
        ({"config": json.loads(json.dumps(asdict(CONFIG))) | {"num_trackers": 10**9}}, "1000"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    _save(tmp_path, **changes)
    with pytest.raises(InputError, match=message) as caught:
        load_model(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "\n" not in str(caught.value)


VIEW = torch.zeros(32, 40, 3, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("cameras", "message"),
    [
        ({}, "there is no camera"),
        ({"0/background": VIEW[:, :39]}, "0/background is uint8 32x39x3, not uint8 32x40x3"),
        ({"0/background": VIEW[..., :1]}, "0/background is uint8 32x40x1"),
        ({"0/background": VIEW.float()}, "0/background is float32 32x40x3"),
        ({"1/background": VIEW}, "there is no tensor 0/background"),
        ({"0/background": VIEW, "0/ignore": VIEW[..., 0]}, "0/ignore is uint8 32x40, not bool"),
        ({"0/background": VIEW, "1/ignore": VIEW[..., 0].bool()}, "'1/ignore' is unknown"),
        ({"0/background": VIEW, "x": VIEW}, "'x' is unknown"),
    ],
)
def test_cameras_that_do_not_fit_are_refused(
    tmp_path: Path, cameras: dict[str, torch.Tensor], message: str
) -> None:
    tensors = {f"model/{name}": value for name, value in TBA(CONFIG).state_dict().items()}
    tensors |= {f"camera/{name}": value.clone() for name, value in cameras.items()}
    found = Checkpoint(tensors=tensors, facts=facts_of(CONFIG, "float32"))
    checkpoint.save(found, tmp_path, NAME)
    with pytest.raises(InputError, match=message):
        load_model(tmp_path)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    network = _save(tmp_path)
    tensors = dict(checkpoint.load(tmp_path, NAME).tensors)
    name = next(iter(network.state_dict()))
    tensors[f"model/{name}"][0] = float("nan")
    facts = facts_of(CONFIG, "float32")
    checkpoint.save(Checkpoint(tensors=tensors, facts=facts), tmp_path, NAME)
    with pytest.raises(InputError, match="has values that are not finite"):
        load_model(tmp_path)


def test_shipped_weights_are_small_and_say_how_they_were_made() -> None:
    model = load_model("sprites")
    assert model.run is None
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
