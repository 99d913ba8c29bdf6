"""Which engine a run belongs to, and what tracks with it."""

from dataclasses import dataclass
from pathlib import Path

import torch

from animot.atttrack.pair import DEFAULT_PERIOD, Pair, make_pair
from animot.atttrack.stored import (
    ENGINE,
    Trained,
    TrainedStudent,
    TrainedTeacher,
    trained_from,
)
from animot.errors import InputError
from animot.saved import Model, model_from
from animot.stored_weights import read_weights, refusing_foreign

Given = str | Path | Model | TrainedTeacher | TrainedStudent | Pair


@dataclass(frozen=True, kw_only=True)
class TakingTurns:
    """What a user may say of a pair; None: what fits its networks.

    Attributes
    ----------
    student : run folder, or the network itself.
    every : K, of key frames.
    policy : a name in `animot.atttrack.policy.POLICIES`.
    """

    student: str | Path | TrainedStudent | None = None
    every: int | None = None
    policy: str | None = None

    def __bool__(self) -> bool:
        return (self.student, self.every, self.policy) != (None, None, None)


def load_model(where: str | Path, device: torch.device | None = None) -> Model | Trained:
    """Load the best weights of a run so far by its folder, or shipped weights by name.

    Raises
    ------
    InputError : where there is no model, or it is damaged or foreign. Nothing is unpickled.
    """
    found = read_weights(where)
    if found.facts.get("engine") != ENGINE:
        return model_from(where, found, device)
    with refusing_foreign(where):
        trained = trained_from(found.facts, found.group("model"))
    trained.network.to(device)
    return trained


def open_model(given: Given, turns: TakingTurns, device: torch.device | None) -> Model | Pair:
    """What tracks, of either engine, out of a run or what was loaded from it.

    Raises
    ------
    InputError : where a run cannot be used, or what is said of a pair does not fit it.
    """
    model = load_model(given, device) if isinstance(given, str | Path) else given
    if isinstance(model, Model | Pair):
        if turns:
            what = "tba, which has no student" if isinstance(model, Model) else "a whole pair"
            raise InputError(
                f"the model is {what}; leave --student, --every and --policy out, or give "
                "--model the run of a teacher of atttrack"
            )
        return model
    student = _student(turns.student, device)
    if isinstance(model, TrainedStudent):
        if student is not None:
            raise InputError(
                "--model and --student are both students; give --model the run of the teacher"
            )
        teacher, student = None, model
    else:
        teacher = model
    period = DEFAULT_PERIOD if turns.every is None else turns.every
    return make_pair(teacher, student, turns.policy, period)


def _student(
    given: str | Path | TrainedStudent | None, device: torch.device | None
) -> TrainedStudent | None:
    if given is None or isinstance(given, TrainedStudent):
        return given
    loaded = load_model(given, device)
    if isinstance(loaded, Model):
        raise InputError(f"{given}: holds a model of tba; give --student a student of atttrack")
    if isinstance(loaded, TrainedTeacher):
        raise InputError(f"{given}: holds a teacher; give --student a student, --model the teacher")
    return loaded
