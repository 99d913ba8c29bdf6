"""The networks of a folder, as they take turns in the rows of the tables."""

from dataclasses import replace
from pathlib import Path

import torch

from animot.atttrack.network import OneShotNetwork
from animot.atttrack.pair import Pair, make_pair
from animot.atttrack.stored import Trained, TrainedStudent, TrainedTeacher
from animot.atttrack.student import Student
from animot.engines import load_model
from animot.reproduce.atttrack.cells import Training, networks_of
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.remembering import RememberingNetwork
from animot.saved import Model


class Networks:
    """Networks that have learned; each is loaded once, when a row first asks for it.

    Parameters
    ----------
    out : folder of the reproduction.
    device : on which they track.
    """

    def __init__(self, out: Path, device: torch.device) -> None:
        self.device = device
        self._out = out
        self._loaded: dict[Training, Trained] = {}
        self._remembering: dict[Training, RememberingNetwork] = {}

    def pair(self, row: Row, seed: int) -> Pair:
        """Teacher and student of a row, those that it has."""
        teacher, student = None, None
        for network in networks_of(row.method, seed):
            loaded = self._load(network)
            if isinstance(loaded, TrainedTeacher):
                teacher = loaded
            if isinstance(loaded, TrainedStudent):
                student = loaded
        pair = make_pair(teacher, student, row.method.policy, row.every or 1)
        if row.method.looks_first:
            return replace(pair, association=replace(pair.association, looks_weight=None))
        return pair

    def remembering_pair(self, row: Row, seed: int) -> Pair:
        """The same, and what is seen in an image is remembered: rows show the same ones.

        Of a seed's networks the teacher and the last row's student remember, so that memory holds
        the features of no more than two.
        """
        pair, needed = self.pair(row, seed), networks_of(row.method, seed)
        kept = {*needed, Training(role="teacher", seed=seed)}
        self._remembering = {
            network: known for network, known in self._remembering.items() if network in kept
        }
        teacher, student = pair.teacher, pair.student
        for network in needed:
            if network.role == "teacher" and teacher is not None:
                teacher = self._remember(network, teacher)
            elif student is not None:
                alone, fusion = student.network, student.fusion
                student = Student(student.config).eval()
                student.network, student.fusion = self._remember(network, alone), fusion
        return replace(pair, teacher=teacher, student=student)

    def _remember(self, name: Training, network: OneShotNetwork) -> RememberingNetwork:
        return self._remembering.setdefault(name, RememberingNetwork(network))

    def _load(self, network: Training) -> Trained:
        if network not in self._loaded:
            loaded = load_model(network.run(self._out), self.device)
            assert not isinstance(loaded, Model)
            self._loaded[network] = loaded
        return self._loaded[network]
