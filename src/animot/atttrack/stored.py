"""Stored networks of a pair: built again from facts and weights that need not be sound.

Whatever a file says, nothing is built before its weights are known to be those of the
configuration: sizes cannot ask for more memory than the file itself takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any, TypeVar

from torch import Tensor, nn

from animot.atttrack.config import AttTrackConfig, DLAConfig, HRNetConfig, NetworkConfig
from animot.atttrack.lessons import OneShotLesson
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.roles import ALIGNMENTS, ROLES, Role
from animot.atttrack.student import Student
from animot.data.from_json import from_json, shown
from animot.named_tensors import check_fit
from animot.outline import outline

ENGINE = "atttrack"
# Weights of a lesson that only learning needs.
OF_THE_LESSON = ("criterion.", "hints.")
CLASSIFIER = "criterion.identity.classifier.weight"
# No network that fits a machine has more channels, blocks, or pixels along a side.
LARGEST_SIZE = 2**14
# No more blocks stand in a row; trees of levels double with each of them.
MOST_BLOCKS, MOST_LEVELS = 64, 8

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedTeacher:
    """A network that has learned on its own, at the size of a teacher.

    Attributes
    ----------
    network : in the mode of tracking.
    config : of the pair that it is made for.
    facts : how it was made.
    """

    network: OneShotNetwork
    config: AttTrackConfig
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedStudent:
    """A network of a student's size.

    Attributes
    ----------
    network : in the mode of tracking.
    role : how it has learned: any but "teacher".
    config, facts : see `TrainedTeacher`.
    """

    network: Student
    role: Role
    config: AttTrackConfig
    facts: dict[str, Any]


Trained = TrainedTeacher | TrainedStudent


def facts_of(role: Role, config: AttTrackConfig) -> dict[str, Any]:
    """What a checkpoint must say so that the network can be built again."""
    return {"engine": ENGINE, "role": role, "config": asdict(config)}


def config_from_json(values: Any) -> AttTrackConfig:
    """Configuration from what `dataclasses.asdict` gave and a JSON file kept.

    Raises
    ------
    ValueError : in one line, where the values are not those of a pair that can be built.
    """
    config = from_json(AttTrackConfig, values)
    _check_sizes("frame_size", config.frame_size)
    for network in (config.teacher, config.student):
        _check_sizes("a network", astuple(network))
        _check_depth(network.backbone)
    return config


def trained_from(facts: dict[str, Any], weights: Mapping[str, Tensor]) -> Trained:
    """Network of a run, ready to track.

    Parameters
    ----------
    facts : of the checkpoint.
    weights : of the lesson.

    Raises
    ------
    ValueError : in one line, where they are not those of such a network.
    """
    role, config = _role(facts), config_from_json(facts.get("config"))
    needed = {name: w for name, w in weights.items() if not name.startswith(OF_THE_LESSON)}
    if role == "teacher":
        network = _built(lambda: OneShotNetwork(config.teacher), _inner(needed, "network."))
        return TrainedTeacher(network=network, config=config, facts=facts)
    if role in ALIGNMENTS:
        student = _built(lambda: Student(config), _inner(needed, "student."))
    else:
        # It has learned alone: what would meet a teacher's features is as it was made.
        alone = _built(lambda: OneShotNetwork(config.student), _inner(needed, "network."))
        student = Student(config).eval()
        student.network = alone
    return TrainedStudent(network=student, role=role, config=config, facts=facts)


def teacher_lesson(facts: dict[str, Any], weights: Mapping[str, Tensor]) -> OneShotLesson:
    """What a teacher has learned, its classifier of identities included, to teach a student.

    Raises
    ------
    ValueError : as `trained_from`, and where it is no teacher.
    """
    if _role(facts) != "teacher":
        raise ValueError(f"its role is {facts['role']}, not teacher")
    network: NetworkConfig = config_from_json(facts.get("config")).teacher
    if CLASSIFIER not in weights:
        raise ValueError(f"there is no tensor {CLASSIFIER}")
    num_identities = len(weights[CLASSIFIER])
    return _built(lambda: OneShotLesson(network, num_identities), weights)


def _role(facts: dict[str, Any]) -> Role:
    if facts.get("engine") != ENGINE:
        raise ValueError(f"engine is {shown(facts.get('engine'))}, not {ENGINE}")
    role = facts.get("role")
    if role not in ROLES:
        raise ValueError(f"role is {shown(role)}, not one of {', '.join(ROLES)}")
    return role


def _check_sizes(name: str, values: Any) -> None:
    """All numbers in nested tuples are sizes."""
    for value in values:
        if isinstance(value, tuple):
            _check_sizes(name, value)
        elif not 1 <= value <= LARGEST_SIZE:
            raise ValueError(f"{name} has a size that is not from 1 to {LARGEST_SIZE}")


def _check_depth(backbone: HRNetConfig | DLAConfig) -> None:
    if isinstance(backbone, DLAConfig):
        longest, most = max(backbone.depths), MOST_LEVELS
    else:
        longest = max(backbone.bottlenecks, backbone.blocks, *backbone.modules)
        most = MOST_BLOCKS
    if longest > most:
        raise ValueError(f"a backbone has {longest} blocks or levels in a row")


def _inner(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Weights inside a module; there may be no others."""
    for name in weights:
        if not name.startswith(prefix):
            raise ValueError(f"the tensor {shown(name)} is unknown")
    return {name.removeprefix(prefix): tensor for name, tensor in weights.items()}


def _built(make: Callable[[], M], weights: Mapping[str, Tensor]) -> M:
    check_fit(weights, outline(make))
    for name, tensor in weights.items():
        if name.endswith("running_var") and (tensor < 0).any():
            raise ValueError(f"{name} has variances below 0")
    module = make()
    module.load_state_dict(dict(weights))
    return module.eval()
