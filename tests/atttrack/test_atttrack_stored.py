"""Networks of a pair come back as they were, and foreign ones are refused."""

import json
from dataclasses import asdict, replace

import pytest
import torch

from animot.atttrack.config import DLA_34_HALF, TransferConfig
from animot.atttrack.roles import ROLES
from animot.atttrack.stored import (
    CLASSIFIER,
    TrainedStudent,
    TrainedTeacher,
    config_from_json,
    facts_of,
    teacher_lesson,
    trained_from,
)
from tiny_pair import CONFIG, lesson, trained


def facts(role="teacher", config=CONFIG):
    return json.loads(json.dumps(facts_of(role, config)))


def weights(role="teacher"):
    return {name: tensor.clone() for name, tensor in lesson(role).state_dict().items()}


@pytest.mark.parametrize("role", ROLES)
def test_a_network_comes_back_as_it_was(role):
    found, made = trained(role), lesson(role)
    assert found.config == CONFIG
    assert not found.network.training
    if role == "teacher":
        assert isinstance(found, TrainedTeacher)
        network, expected = found.network, made.network
    else:
        assert isinstance(found, TrainedStudent)
        assert found.role == role
        network = found.network.network
        expected = made.network if role == "plain" else made.student.network
    state = network.state_dict()
    for name, tensor in expected.state_dict().items():
        assert torch.equal(state[name], tensor), name


def test_what_fuses_features_comes_back_too():
    config = replace(CONFIG, transfer=TransferConfig(fusion="learned"))
    changed = lesson("student", config).state_dict() | {"student.fusion.scale": torch.tensor(0.25)}
    found = trained_from(facts("student", config), changed)
    assert found.network.fusion.scale.item() == 0.25


def test_a_teacher_comes_back_with_its_classifier():
    taught, made = teacher_lesson(facts(), weights()), lesson("teacher")
    for name, tensor in made.state_dict().items():
        assert torch.equal(taught.state_dict()[name], tensor), name
    with pytest.raises(ValueError, match="role is plain, not teacher"):
        teacher_lesson(facts("plain"), weights("plain"))
    less = weights()
    del less[CLASSIFIER]
    with pytest.raises(ValueError, match="there is no tensor criterion"):
        teacher_lesson(facts(), less)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"role": "boss"}, "role is 'boss', not one of teacher"),
        ({"role": None}, "role is None"),
        ({"role": ["teacher"]}, "role is"),
        ({"role": "student"}, "tensor 'network.backbone.* is unknown"),
        ({"engine": "tba"}, "engine is 'tba', not atttrack"),
        ({"config": None}, "AttTrackConfig is None"),
        ({"config": {}}, "AttTrackConfig lacks"),
    ],
)
def test_foreign_facts_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        trained_from(facts() | changes, weights())


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("frame_size",), [64, 100], "100x64 pixels do not fit"),
        (("frame_size",), [0, 96], "not from 1|do not fit"),
        (("frame_size",), [64, 2**15], "frame_size has a size"),
        (("teacher", "feature_size"), 16, "feature_size is 16, the student's 8"),
        (("teacher", "backbone", "stem"), 0, "a network has a size"),
        (("teacher", "backbone", "stem"), 2**20, "a network has a size"),
        (("teacher", "backbone", "blocks"), 65, "65 blocks"),
        (("student", "backbone", "modules"), [1, 1, 1000], "1000 blocks"),
        (("student", "backbone"), {"depths": [1, 2, 9, 1]}, "9 blocks or levels"),
        (("transfer", "fusion"), "glue", "fusion is 'glue'"),
    ],
)
def test_configurations_of_no_pair_are_refused(path, value, message):
    values = json.loads(json.dumps(asdict(CONFIG)))
    inner = values
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(ValueError, match=message):
        config_from_json(values)


def test_either_backbone_comes_back():
    config = replace(CONFIG, student=replace(CONFIG.student, backbone=DLA_34_HALF))
    assert config_from_json(json.loads(json.dumps(asdict(config)))) == config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network.heads.heat.2.bias": torch.zeros(2)}, "heads.heat.2.bias is float32 2"),
        ({"network.heads.heat.2.bias": torch.zeros(1).half()}, "is float16 1"),
        ({"network.heads.heat.2.bias": torch.full((1,), torch.nan)}, "not finite"),
        ({"network.more": torch.zeros(1)}, "'more' is unknown"),
        ({"more": torch.zeros(1)}, "'more' is unknown"),
        ({"network.backbone.bn1.running_var": -torch.ones(8)}, "variances below 0"),
    ],
)
def test_weights_of_no_such_network_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        trained_from(facts(), weights() | change)


def test_a_network_of_terabytes_is_refused_at_once():
    huge = json.loads(json.dumps(asdict(CONFIG)))
    for network in ("teacher", "student"):
        huge[network]["feature_size"] = huge[network]["head_size"] = 2**14
    with pytest.raises(ValueError, match=r"is float32|no tensor"):
        trained_from(facts() | {"config": huge}, weights())
