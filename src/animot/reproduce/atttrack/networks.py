"""The networks of a folder, as they take turns in the rows of the tables."""

from dataclasses import replace
from pathlib import Path

import torch

from animot.atttrack.pair import Pair, make_pair
from animot.atttrack.stored import Trained, TrainedStudent, TrainedTeacher
from animot.engines import load_model
from animot.reproduce.atttrack.cells import Training, networks_of
from animot.reproduce.atttrack.methods import Row
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

    def _load(self, network: Training) -> Trained:
        if network not in self._loaded:
            loaded = load_model(network.run(self._out), self.device)
            assert not isinstance(loaded, Model)
            self._loaded[network] = loaded
        return self._loaded[network]
