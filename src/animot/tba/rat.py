"""Reprioritized Attentive Tracking (Sec. 3): the loop over trackers within one frame.

    order by confidence -> { attend, read, update the state, place, write } -> next tracker

In a batch each row has its own order, and rows whose loop has ended drop out of the computation.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from animot.tba import priors
from animot.tba.config import TBAConfig
from animot.tba.memory import address, erase_gate, key_strength, read, write
from animot.tba.output import OutputNetwork
from animot.tba.priors import Motion
from animot.tba.renderer import object_scale
from animot.tba.start_weights import start_gru


@dataclass(frozen=True, kw_only=True)
class RATState:
    """What the trackers carry from frame to frame.

    Attributes
    ----------
    state : h.
    confidence : y^c of the last frame, 0 for a tracker that did not run.
    motion : of the boxes; used by the motion prior only.
    """

    state: Float[Tensor, "B I R"]
    confidence: Float[Tensor, "B I"]
    motion: Motion

    def detach(self) -> "RATState":
        """The same state, cut from the graph that made it."""
        return RATState.from_tensors({k: t.detach() for k, t in self.as_tensors().items()})

    def restart(self, rows: Bool[Tensor, " B"]) -> "RATState":
        """The same state, with the trackers of some rows as before their first frame."""
        return RATState.from_tensors(
            {
                name: tensor.masked_fill(rows.view(-1, *[1] * (tensor.dim() - 1)), 0)
                for name, tensor in self.as_tensors().items()
            }
        )

    def as_tensors(self) -> dict[str, Tensor]:
        """All of it by name."""
        return {
            "state": self.state,
            "confidence": self.confidence,
            "centre": self.motion.centre,
            "velocity": self.motion.velocity,
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, Tensor]) -> "RATState":
        """Back from `as_tensors`."""
        motion = Motion(centre=tensors["centre"], velocity=tensors["velocity"])
        return cls(state=tensors["state"], confidence=tensors["confidence"], motion=motion)


@dataclass(frozen=True, kw_only=True)
class Turns:
    """What the trackers emitted on their turns in one frame; zeros where one did not run."""

    confidence: Float[Tensor, "B I"]
    pose: Float[Tensor, "B I 4"]
    hidden: Float[Tensor, "B I hidden"]
    saliency: Float[Tensor, "B I"]


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One tracker's turn in the rows that are still running."""

    rows: Int[Tensor, " n"]
    trackers: Int[Tensor, " n"]
    state: Float[Tensor, "n R"]
    confidence: Float[Tensor, " n"]
    pose: Float[Tensor, "n 4"]
    hidden: Float[Tensor, "n hidden"]
    saliency: Float[Tensor, " n"]


class RAT(nn.Module):
    """New states of all trackers from the features of one frame.

    He et al. (2019) Eq. (2).
    """

    def __init__(self, config: TBAConfig) -> None:
        super().__init__()
        self.config = config
        self.output = OutputNetwork(config)
        _, _, S = config.memory_size
        self.key = nn.Linear(config.state_size, S + 1)
        self.rnn = nn.GRUCell(S, config.state_size)
        start_gru(self.rnn)
        self.message = nn.Linear(config.state_size, 2 * S)

    def start(self, B: int, like: Tensor) -> RATState:
        """Zero states and confidences, as before the first frame (Fig. 4, lines 1-3)."""
        I = self.config.num_trackers
        return RATState(
            state=like.new_zeros(B, I, self.config.state_size),
            confidence=like.new_zeros(B, I),
            motion=Motion(centre=like.new_zeros(B, I, 2), velocity=like.new_zeros(B, I, 2)),
        )

    def forward(
        self,
        before: RATState,
        memory: Float[Tensor, "B M N S"],
        saliency: Float[Tensor, "B M N"] | None = None,
        *,
        end_early: bool,
    ) -> tuple[RATState, Turns]:
        """One frame (Fig. 4, lines 8-18).

        With `end_early` the loop of a row ends at the first tracker whose confidences before and
        now are both below 0.5: that tracker has updated its state and emitted, but does not
        write; the trackers after it keep their state and emit nothing (Sec. 3.4).
        """
        rows = torch.arange(len(memory), device=memory.device)
        order = self.order(before.confidence)
        turns: list[_Turn] = []
        for j in range(self.config.num_trackers):
            turn, attention = self._turn(before, rows, order[rows, j], memory, saliency)
            turns.append(turn)
            if end_early:
                had = before.confidence[rows, turn.trackers] >= 0.5
                going = had | (turn.confidence >= 0.5)
                if not going.any():
                    break
                if not going.all():
                    rows, memory, attention = rows[going], memory[going], attention[going]
                    saliency = None if saliency is None else saliency[going]
                    turn = _keep(turn, going)
            if j + 1 < self.config.num_trackers:  # somebody is left to read it
                memory = self._write(memory, attention, turn.state)
                saliency = self._erase_saliency(saliency, turn.pose)
        return self._collect(before, turns)

    def order(self, confidence: Float[Tensor, "B I"]) -> Int[Tensor, "B I"]:
        """Trackers in the order of their turns: the most confident first (Sec. 3.3)."""
        if not self.config.reprioritize:
            return torch.arange(confidence.shape[1], device=confidence.device).expand_as(confidence)
        return confidence.argsort(dim=1, descending=True, stable=True)

    def _turn(
        self,
        before: RATState,
        rows: Int[Tensor, " n"],
        trackers: Int[Tensor, " n"],
        memory: Float[Tensor, "n M N S"],
        saliency: Float[Tensor, "n M N"] | None,
    ) -> tuple[_Turn, Float[Tensor, "n M N"]]:
        state = before.state[rows, trackers]
        attention = self._attend(before, rows, trackers, state, memory, saliency)
        state = self.update_state(state, read(memory, attention))
        confidence, pose, hidden = self.output.placement(state)
        if self.config.anchor_reach is not None:
            pose = priors.anchor_shift(pose, attention, self.config.anchor_reach)
        turn = _Turn(
            rows=rows,
            trackers=trackers,
            state=state,
            confidence=confidence,
            pose=pose,
            hidden=hidden,
            saliency=_attended(saliency, attention),
        )
        return turn, attention

    def _attend(
        self,
        before: RATState,
        rows: Int[Tensor, " n"],
        trackers: Int[Tensor, " n"],
        state: Float[Tensor, "n R"],
        memory: Float[Tensor, "n M N S"],
        saliency: Float[Tensor, "n M N"] | None,
    ) -> Float[Tensor, "n M N"]:
        key, strength = self.make_key(state)
        terms = self.config.priors
        if terms is None or saliency is None:
            return address(memory, key, strength)
        held = before.confidence[rows, trackers] >= 0.5
        expected = before.motion.centre[rows, trackers] + before.motion.velocity[rows, trackers]
        logits = priors.saliency_logits(saliency, held, terms.saliency)
        cells = (memory.shape[1], memory.shape[2])
        logits = logits + priors.motion_logits(expected, held, cells, terms.motion)
        return priors.keep_window(address(memory, key, strength, logits), terms.window)

    def make_key(
        self, state: Float[Tensor, "n R"]
    ) -> tuple[Float[Tensor, "n S"], Float[Tensor, " n"]]:
        """Key and key strength from a tracker's previous state.

        He et al. (2019) Eq. (10).
        """
        _, _, S = self.config.memory_size
        key, raw_strength = self.key(state).split([S, 1], dim=1)
        return key, key_strength(raw_strength[:, 0])

    def update_state(
        self, state: Float[Tensor, "n R"], read_vector: Float[Tensor, "n S"]
    ) -> Float[Tensor, "n R"]:
        """New state of a tracker from what it read.

        He et al. (2019) Eq. (14).
        """
        return self.rnn(read_vector, state)

    def make_message(
        self, state: Float[Tensor, "n R"]
    ) -> tuple[Float[Tensor, "n S"], Float[Tensor, "n S"]]:
        """Erase vector and write vector from a tracker's new state.

        He et al. (2019) Eq. (15).
        """
        raw_erase, write_vector = self.message(state).chunk(2, dim=1)
        return erase_gate(raw_erase), write_vector

    def _write(
        self,
        memory: Float[Tensor, "n M N S"],
        attention: Float[Tensor, "n M N"],
        state: Float[Tensor, "n R"],
    ) -> Float[Tensor, "n M N S"]:
        if not self.config.memory_write:
            return memory
        return write(memory, attention, *self.make_message(state))

    def _erase_saliency(
        self, saliency: Float[Tensor, "n M N"] | None, pose: Float[Tensor, "n 4"]
    ) -> Float[Tensor, "n M N"] | None:
        terms = self.config.priors
        if saliency is None or terms is None or not self.config.memory_write:
            return saliency
        (H, W), (U, V) = self.config.frame_size, self.config.patch_size
        scale = object_scale(pose.detach(), self.config.scale_range)
        size = scale * pose.new_tensor([2 * V / W, 2 * U / H])
        return priors.erase_saliency(saliency, pose[:, 2:].detach(), size, terms.saliency_kept)

    def _collect(self, before: RATState, turns: list[_Turn]) -> tuple[RATState, Turns]:
        """Put the turns back in the order of trackers."""
        where = (
            torch.cat([turn.rows for turn in turns]),
            torch.cat([turn.trackers for turn in turns]),
        )
        B, I = before.confidence.shape

        def spread(name: str) -> Tensor:
            values = torch.cat([getattr(turn, name) for turn in turns])
            return values.new_zeros(B, I, *values.shape[1:]).index_put(where, values)

        emitted = Turns(**{name: spread(name) for name in Turns.__dataclass_fields__})
        state = before.state.index_put(where, torch.cat([turn.state for turn in turns]))
        motion = before.motion
        if self.config.priors is not None:
            motion = priors.update_motion(
                motion, emitted.pose[..., 2:].detach(), before.confidence >= 0.5, self.config.priors
            )
        return RATState(state=state, confidence=emitted.confidence, motion=motion), emitted


def _attended(
    saliency: Float[Tensor, "n M N"] | None, attention: Float[Tensor, "n M N"]
) -> Float[Tensor, " n"]:
    """Saliency where the attention lies; 1 where no prior looks at saliency."""
    if saliency is None:
        return attention.new_ones(len(attention))
    return (saliency * attention.detach()).sum(dim=(1, 2))


def _keep(turn: _Turn, going: Bool[Tensor, " n"]) -> _Turn:
    kept = {name: getattr(turn, name)[going] for name in turn.__dataclass_fields__}
    return replace(turn, **kept)
