"""The loop over the trackers of one stream within one frame, in NumPy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.one_stream.cells import Cells
from animot.tba.one_stream.memory import Attention, Memory
from animot.tba.one_stream.motion import Motion, update_motion, wait
from animot.tba.one_stream.networks import Networks
from animot.tba.one_stream.one_thread import one_thread
from animot.tba.rat import NEXT_AFTER_HELD, RAT
from animot.tba.rat_state import RATState
from animot.tba.turns import Turns


@dataclass(frozen=True, kw_only=True, eq=False)
class _Before:
    """The trackers before the frame."""

    state: Float[np.ndarray, "I R"]
    confidence: Float[np.ndarray, " I"]
    motion: Motion

    @property
    def held(self) -> Bool[np.ndarray, " I"]:
        return self.confidence >= 0.5

    @property
    def waiting(self) -> Bool[np.ndarray, " I"]:
        return (self.confidence < 0.5) & (self.motion["patience"] > 0)


class OneStream:
    """The trackers of one stream, on the processor.

    Parameters
    ----------
    rat : that learned; its weights are used as they are now.
    """

    def __init__(self, rat: RAT) -> None:
        self.config = rat.config
        self.networks = Networks(rat)
        M, N, _ = rat.config.memory_size
        self.cells = Cells(M, N)
        self.reach = (rat.config.anchor_reach or 0.0) * 2 / self.cells.count

    def take_turns(
        self,
        memory: Float[Tensor, "1 M N S"],
        saliency: Float[Tensor, "1 M N"] | None,
        before: RATState,
    ) -> tuple[RATState, Turns]:
        """One frame, as `TBA.take_turns` does it, within rounding."""
        arrays = {name: tensor[0].numpy() for name, tensor in before.as_tensors().items()}
        was = _Before(state=arrays.pop("state"), confidence=arrays.pop("confidence"), motion=arrays)
        seen = Memory(
            memory[0].numpy(),
            None if saliency is None else saliency[0].numpy(),
            self.config.priors,
            self.cells,
        )
        with one_thread():
            state, emitted = self._turns(was, seen)
        motion = self._move(was, emitted)
        if self.config.persistence is not None and self.config.persistence.hidden_state:
            state = np.where(motion["hidden"][:, None] > 0, was.state, state)
        after = {"state": state, "confidence": emitted["confidence"], **motion}
        return RATState.from_tensors(_batch_of_one(after)), Turns(**_batch_of_one(emitted))

    def _turns(
        self, was: _Before, memory: Memory
    ) -> tuple[Float[np.ndarray, "I R"], dict[str, Any]]:
        """New states, and what the trackers emit: zeros where one does not run."""
        config, networks = self.config, self.networks
        I = config.num_trackers
        held, waiting = was.held, was.waiting
        keys, gates = networks.strong_keys(was.state), networks.gates(was.state)
        expected = was.motion["centre"] + was.motion["velocity"]
        states = was.state.copy()
        emitted = {
            "confidence": np.zeros(I, np.float32),
            "pose": np.zeros((I, 4), np.float32),
            "hidden": np.zeros((I, config.hidden_size), np.float32),
            "saliency": np.zeros(I, np.float32),
        }
        order = self._order(np.where(waiting, np.float32(NEXT_AFTER_HELD), was.confidence))
        for j, i in enumerate(order.tolist()):
            known = bool(held[i] or waiting[i])
            attention = memory.attend(keys[i], expected[i] if known else None, free=not held[i])
            state = networks.update(was.state[i], gates[i], memory.read(attention))
            confidence, pose, hidden = networks.placement(state)
            if config.anchor_reach is not None:
                pose[2:] = memory.place(attention) + self.reach * pose[2:]
            states[i] = state
            emitted["confidence"][i] = confidence
            emitted["pose"][i] = pose
            emitted["hidden"][i] = hidden
            emitted["saliency"][i] = memory.saliency_of(attention)
            if config.adaptive_computation and not known and confidence < 0.5:
                break
            if config.memory_write and j + 1 < I:
                strength = confidence if waiting[i] and config.persistence is not None else 1.0
                self._leave(memory, attention, state, pose, float(strength))
        return states, emitted

    def _order(self, confidence: Float[np.ndarray, " I"]) -> np.ndarray:
        """Trackers in the order of their turns: the most confident first (Sec. 3.3)."""
        if not self.config.reprioritize:
            return np.arange(len(confidence))
        if self.config.rounded_priority:
            confidence = confidence.round()
        return np.argsort(-confidence, kind="stable")

    def _leave(
        self,
        memory: Memory,
        attention: Attention,
        state: Float[np.ndarray, " R"],
        pose: Float[np.ndarray, " 4"],
        strength: float,
    ) -> None:
        """What a tracker leaves behind for those after it."""
        memory.write(attention, self.networks.message(state))
        memory.erase_saliency(pose[2:], self.networks.geometry.box_size(pose), strength)

    def _move(self, was: _Before, emitted: dict[str, Any]) -> Motion:
        config = self.config
        if config.priors is None:
            return was.motion
        known = was.held | (was.motion["patience"] > 0)
        pose = emitted["pose"]
        moved = update_motion(was.motion, pose[:, 2:], known, config.priors)
        if config.persistence is None:
            return moved
        held = emitted["confidence"] >= 0.5
        return wait(
            moved, was.motion, self.networks.geometry.box_size(pose), held, config.persistence
        )


def _batch_of_one(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(array)[None] for name, array in arrays.items()}
