"""A pair as it tracks: which networks there are, whether they fit, and how they take turns."""

from dataclasses import dataclass

import torch

from animot.association.config import AssociationConfig
from animot.atttrack.config import AttTrackConfig
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.policy import Policy, PolicyName, policy_named
from animot.atttrack.roles import Role
from animot.atttrack.stored import TrainedStudent, TrainedTeacher
from animot.atttrack.student import Student
from animot.errors import InputError

DEFAULT_PERIOD = 4
# Scores of a heat map are lower than those of the detectors that the defaults are made for. Where
# people look alike, looks alone mislead, and those of two networks differ: overlap goes with them.
# Velocities, along which features are carried, are those that results/atttrack was scored with.
ASSOCIATION = AssociationConfig(
    high_confidence=0.4,
    low_confidence=0.2,
    birth_confidence=0.5,
    looks_weight=0.5,
    clear_part=None,
)
# How a teacher takes turns with a student that has learned in a role, if nothing else is said.
USUAL: dict[Role, PolicyName] = {
    "plain": "naive-mix",
    "aligned": "naive-mix",
    "layerwise": "layerwise",
    "student": "atttrack",
}
# What a student must have learned for a policy; for all others anything will do.
LEARNED: dict[str, Role] = {"layerwise": "layerwise", "atttrack": "student", "adaptive": "student"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """A teacher, a student, and a policy that asks for no network that is not there.

    Attributes
    ----------
    config : sizes, and how features are transferred.
    policy : which network looks at which frame.
    teacher, student : ready to track; None: never asked.
    association : thresholds for detections and tracks.
    """

    config: AttTrackConfig
    policy: Policy
    teacher: OneShotNetwork | None
    student: Student | None
    association: AssociationConfig

    @property
    def device(self) -> torch.device:
        """Where frames go."""
        network = self.teacher or self.student
        assert network is not None
        return next(network.parameters()).device


def make_pair(
    teacher: TrainedTeacher | None,
    student: TrainedStudent | None,
    policy: str | None = None,
    period: int = DEFAULT_PERIOD,
) -> Pair:
    """Pair of networks that fit each other and the policy.

    Parameters
    ----------
    teacher, student : at least one of them.
    policy : a name in `animot.atttrack.policy.POLICIES`; None: what the student has learned, or
        the only network for all frames.
    period : K, of key frames.

    Raises
    ------
    InputError : where the policy asks for another network, or the two do not belong together.
    """
    name = _usual(teacher, student) if policy is None else policy
    chosen = policy_named(name, period)
    _check_there(name, teacher, student)
    if teacher is not None and student is not None:
        _check_learned(name, student)
        _check_together(teacher, student, carries=chosen.carries)
    return Pair(
        config=_config(teacher, student),
        policy=chosen,
        teacher=None if teacher is None else teacher.network,
        student=None if student is None else student.network,
        association=ASSOCIATION,
    )


def _usual(teacher: TrainedTeacher | None, student: TrainedStudent | None) -> PolicyName:
    if student is None:
        return "teacher"
    return "student" if teacher is None else USUAL[student.role]


def _check_there(name: str, teacher: TrainedTeacher | None, student: TrainedStudent | None) -> None:
    if teacher is None and name != "student":
        raise InputError(f"the policy {name} needs a teacher; give its run with --model")
    if student is None and name != "teacher":
        raise InputError(f"the policy {name} needs a student; give its run with --student")


def _check_learned(name: str, student: TrainedStudent) -> None:
    needed = LEARNED.get(name, student.role)
    if student.role != needed:
        raise InputError(
            f"the policy {name} needs a student of the role {needed}, and this one has learned as "
            f"{student.role}; give another, or --policy {USUAL[student.role]}"
        )


def _config(teacher: TrainedTeacher | None, student: TrainedStudent | None) -> AttTrackConfig:
    """Sizes of both; InputError where they differ in what must be the same."""
    if student is None:
        assert teacher is not None
        return teacher.config
    if teacher is None:
        return student.config
    return AttTrackConfig(
        frame_size=student.config.frame_size,
        teacher=teacher.config.teacher,
        student=student.config.student,
        transfer=student.config.transfer,
    )


def _check_together(teacher: TrainedTeacher, student: TrainedStudent, *, carries: bool) -> None:
    _config(teacher, student)
    sizes = [config.frame_size for config in (teacher.config, student.config)]
    if sizes[0] != sizes[1]:
        (height, width), (other_height, other_width) = sizes
        raise InputError(
            f"the teacher takes frames of {width}x{height} pixels, the student of "
            f"{other_width}x{other_height}; give two of one preset"
        )
    if carries and student.facts.get("teacher") != teacher.facts.get("sha256"):
        raise InputError(
            "the student has learned from another teacher, or from this one before it learned on; "
            "give that teacher, or --policy naive-mix"
        )
