"""Reprioritized Attentive Tracking (Sec. 3): the loop over trackers within one frame.

    order by confidence -> { attend, read, update the state, place, write } -> next tracker

In a batch each row has its own order, and rows whose loop has ended drop out of the computation.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from animot.tba import priors
from animot.tba.config import TBAConfig
from animot.tba.geometry import box_size
from animot.tba.gradient_limits import limit_gradient
from animot.tba.memory import attend, erase_gate, key_strength, read, resemblance, strong_key, write
from animot.tba.motion import Motion, update_motion, wait
from animot.tba.output import OutputNetwork
from animot.tba.rat_state import RATState
from animot.tba.start_weights import start_gru
from animot.tba.turns import Ready, Turn, Turns

# Trackers that wait take their turn after those that hold something, before those that are free.
NEXT_AFTER_HELD = 0.4999


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

    def start(self, B: int, I: int, like: Tensor) -> RATState:
        """Zero states and confidences, as before the first frame (Fig. 4, lines 1-3)."""
        return RATState(
            state=like.new_zeros(B, I, self.config.state_size),
            confidence=like.new_zeros(B, I),
            motion=Motion.start(B, I, like),
        )

    def forward(
        self,
        before: RATState,
        memory: Float[Tensor, "B M N S"],
        saliency: Float[Tensor, "B M N"] | None = None,
        *,
        end_early: bool,
    ) -> tuple[RATState, Turns]:
        """One frame (Fig. 4, lines 8-18); see `take_turns`."""
        return self.collect(before, self.take_turns(before, memory, saliency, end_early=end_early))

    def take_turns(
        self,
        before: RATState,
        memory: Float[Tensor, "B M N S"],
        saliency: Float[Tensor, "B M N"] | None = None,
        *,
        end_early: bool,
    ) -> list[Turn]:
        """What the trackers did, one turn after the other.

        With `end_early` the loop of a row ends at the first tracker whose confidences before and
        now are both below 0.5 (and that waits for nothing): that tracker has updated its state and
        emitted, but does not write; the trackers after it keep their state and emit nothing
        (Sec. 3.4). With `mask_afterwards` they run all the same, and what they did is dropped in
        the end.
        """
        rows = torch.arange(len(memory), device=memory.device)
        drop_rows = end_early and not self.config.mask_afterwards
        all_ready = self._prepare(before, memory)
        turns: list[Turn] = []
        for j, ready in enumerate(all_ready.by_turn()):
            mine = ready.of(rows)
            turn = self._turn(mine, memory, saliency)
            turns.append(turn)
            attention, state, pose = turn.attention, turn.state, turn.pose
            strength = self._strength(mine, turn)
            if drop_rows:
                going = mine.held | mine.waiting | (turn.confidence >= 0.5)
                left = int(going.sum())
                if left == 0:
                    break
                if left < len(rows):
                    rows, memory, attention = rows[going], memory[going], attention[going]
                    saliency = None if saliency is None else saliency[going]
                    state, pose = state[going], pose[going]
                    strength = None if strength is None else strength[going]
            if j + 1 < before.confidence.shape[1]:  # somebody is left to read it
                memory = self._write(memory, attention, state)
                saliency = self._erase_saliency(saliency, pose, strength)
        if end_early and not drop_rows:
            turns = _until_the_end(turns, all_ready.held | all_ready.waiting)
        return turns

    def _prepare(self, before: RATState, memory: Float[Tensor, "B M N S"]) -> Ready:
        """Everything that does not depend on other trackers' turns, in the order of turns."""
        waits = (before.confidence < 0.5) & (before.motion.patience > 0)
        order = self.order(before.confidence.masked_fill(waits, NEXT_AFTER_HELD))
        B, I = order.shape
        slot = (order + I * torch.arange(B, device=order.device)[:, None]).flatten()
        state = before.state.flatten(0, 1).index_select(0, slot)
        held = before.confidence.flatten().index_select(0, slot) >= 0.5
        waiting = waits.flatten().index_select(0, slot)
        motion_logits = state.new_zeros(B * I, 1, 1)
        saliency_weight = state.new_zeros(B * I)
        terms = self.config.priors
        if terms is not None:
            expected = before.motion.expected.flatten(0, 1).index_select(0, slot)
            cells = (memory.shape[1], memory.shape[2])
            motion_logits = priors.motion_logits(expected, held | waiting, cells, terms.motion)
            saliency_weight = saliency_weight.masked_fill(~held, terms.saliency)
        ready = {
            "slot": slot,
            "state": state,
            "key": strong_key(*self.make_key(state)),
            "held": held,
            "waiting": waiting,
            "motion_logits": motion_logits,
            "saliency_weight": saliency_weight,
        }
        return Ready(**{name: tensor.unflatten(0, (B, I)) for name, tensor in ready.items()})

    def order(self, confidence: Float[Tensor, "B I"]) -> Int[Tensor, "B I"]:
        """Trackers in the order of their turns: the most confident first (Sec. 3.3)."""
        if not self.config.reprioritize:
            return torch.arange(confidence.shape[1], device=confidence.device).expand_as(confidence)
        if self.config.rounded_priority:
            confidence = confidence.round()
        return confidence.argsort(dim=1, descending=True, stable=True)

    def _turn(
        self,
        mine: Ready,
        memory: Float[Tensor, "n M N S"],
        saliency: Float[Tensor, "n M N"] | None,
    ) -> Turn:
        attention = self._attend(mine, memory, saliency)
        read_vector = read(memory, limit_gradient(attention, self.config.gradient_limits.attention))
        state = self.update_state(mine.state, read_vector)
        confidence, pose, hidden = self.output.placement(state)
        if self.config.anchor_reach is not None:
            pose = priors.anchor_shift(pose, attention, self.config.anchor_reach)
        return Turn(
            slot=mine.slot,
            memory=memory,
            attention=attention,
            state=state,
            confidence=confidence,
            pose=pose,
            hidden=hidden,
            saliency=_attended(saliency, attention),
        )

    def _attend(
        self,
        mine: Ready,
        memory: Float[Tensor, "n M N S"],
        saliency: Float[Tensor, "n M N"] | None,
    ) -> Float[Tensor, "n M N"]:
        terms = self.config.priors
        memory = limit_gradient(memory, self.config.gradient_limits.memory)
        logits = resemblance(memory, mine.key)
        if terms is not None and saliency is not None:
            logits = logits + mine.motion_logits
            logits = logits + priors.saliency_logits(saliency, mine.saliency_weight)
            logits = priors.keep_window(logits, terms.window)
        return attend(logits)

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

    def _strength(self, mine: Ready, turn: Turn) -> Float[Tensor, " n"] | None:
        """How much each tracker weakens the saliency under its box; None: all to the full.

        What waits may look at an object that is not its own: it weakens it as far as it takes it.
        """
        if self.config.persistence is None:
            return None
        return torch.where(mine.waiting, turn.confidence.detach(), 1.0)

    def _erase_saliency(
        self,
        saliency: Float[Tensor, "n M N"] | None,
        pose: Float[Tensor, "n 4"],
        strength: Float[Tensor, " n"] | None,
    ) -> Float[Tensor, "n M N"] | None:
        terms = self.config.priors
        if saliency is None or terms is None or not self.config.memory_write:
            return saliency
        pose = pose.detach()
        size = box_size(pose, self.config)
        return priors.erase_saliency(saliency, pose[:, 2:], size, terms.saliency_kept, strength)

    def collect(self, before: RATState, turns: list[Turn]) -> tuple[RATState, Turns]:
        """New state and what was emitted, in the order of trackers."""
        B, I = before.confidence.shape
        slot = torch.cat([turn.slot for turn in turns])

        def spread(name: str) -> Tensor:
            values = torch.cat([getattr(turn, name) for turn in turns])
            nothing = values.new_zeros(B * I, *values.shape[1:])
            return nothing.index_copy_(0, slot, values).unflatten(0, (B, I))

        emitted = Turns(**{name: spread(name) for name in Turns.__dataclass_fields__})
        new = torch.cat([turn.state for turn in turns])
        state = before.state.flatten(0, 1).index_copy(0, slot, new).view_as(before.state)
        motion = self._move(before, emitted)
        if self.config.persistence is not None and self.config.persistence.hidden_state:
            state = torch.where(motion.hidden[..., None] > 0, before.state, state)
        return RATState(state=state, confidence=emitted.confidence, motion=motion), emitted

    def _move(self, before: RATState, emitted: Turns) -> Motion:
        config, motion = self.config, before.motion
        if config.priors is None:
            return motion
        known = (before.confidence >= 0.5) | (motion.patience > 0)
        pose = emitted.pose.detach()
        moved = update_motion(motion, pose[..., 2:], known, config.priors)
        if config.persistence is None:
            return moved
        held = emitted.confidence >= 0.5
        return wait(moved, motion, box_size(pose, config), held, config.persistence)


def _until_the_end(turns: list[Turn], was_known: Bool[Tensor, "B I"]) -> list[Turn]:
    """Only the turns up to the first tracker of a row that has nothing, before and now."""
    going = torch.ones_like(was_known[:, 0])
    kept = []
    for turn, known in zip(turns, was_known.unbind(1), strict=True):
        kept.append(turn.keep(going))
        going = going & (known | (turn.confidence >= 0.5))
    return kept


def _attended(
    saliency: Float[Tensor, "n M N"] | None, attention: Float[Tensor, "n M N"]
) -> Float[Tensor, " n"]:
    """Saliency where the attention lies; 1 where no prior looks at saliency."""
    if saliency is None:
        return attention.new_ones(len(attention))
    return (saliency * attention.detach()).sum(dim=(1, 2))
