"""The weights of a `RAT`, and its small networks, in NumPy."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit
from torch import Tensor, nn

from animot.tba.memory import EPS
from animot.tba.one_stream.geometry import Geometry
from animot.tba.rat import RAT


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear:
    """A linear layer; its weights lie as products with several rows are fastest."""

    weight: Float[np.ndarray, "in out"]
    bias: Float[np.ndarray, " out"]

    @classmethod
    def of(cls, layer: nn.Linear) -> "Linear":
        """The layer as it is now."""
        return cls.from_tensors(layer.weight, layer.bias)

    @classmethod
    def from_tensors(cls, weight: Float[Tensor, "out in"], bias: Float[Tensor, " out"]) -> "Linear":
        """A layer with these weights."""
        return cls(
            weight=np.ascontiguousarray(weight.detach().numpy().T), bias=bias.detach().numpy()
        )

    def __call__(self, x: Float[np.ndarray, "*rows in"]) -> Float[np.ndarray, "*rows out"]:
        """The layer's output, for one input or for each row."""
        return x @ self.weight + self.bias


class Networks:
    """What the trackers share: key, state update, message and placement."""

    def __init__(self, rat: RAT) -> None:
        self.tanh_confidence = rat.config.tanh_confidence
        self.geometry = Geometry(rat.config)
        first, second = (m for m in rat.output.hidden if isinstance(m, nn.Linear))
        self.key, self.message = Linear.of(rat.key), Linear.of(rat.message)
        self.first, self.second = Linear.of(first), Linear.of(second)
        self.placement_layer = Linear.of(rat.output.placement_layer)
        self.from_input = Linear.from_tensors(rat.rnn.weight_ih, rat.rnn.bias_ih)
        self.from_state = Linear.from_tensors(rat.rnn.weight_hh, rat.rnn.bias_hh)

    def strong_keys(self, states: Float[np.ndarray, "I R"]) -> Float[np.ndarray, "I S"]:
        """Keys of all trackers, as long as they are strong.

        As `RAT.make_key`.
        """
        raw = self.key(states)
        key, raw_strength = raw[:, :-1], raw[:, -1]
        length = np.sqrt(np.einsum("is,is->i", key, key))
        strength = 1 + np.logaddexp(raw_strength, 0, dtype=np.float32)
        return key * (strength / np.maximum(length, EPS))[:, None]

    def gates(self, states: Float[np.ndarray, "I R"]) -> Float[np.ndarray, "I gates"]:
        """What the old states give to the gates of the recurrent cell."""
        return self.from_state(states)

    def update(
        self,
        state: Float[np.ndarray, " R"],
        gates: Float[np.ndarray, " gates"],
        read_vector: Float[np.ndarray, " S"],
    ) -> Float[np.ndarray, " R"]:
        """New state of a tracker from what it read.

        As `RAT.update_state`.
        """
        R = len(state)
        seen = self.from_input(read_vector)
        reset, keep = expit(seen[: 2 * R] + gates[: 2 * R]).reshape(2, R)
        new = np.tanh(seen[2 * R :] + reset * gates[2 * R :])
        return new + keep * (state - new)

    def placement(
        self, state: Float[np.ndarray, " R"]
    ) -> tuple[np.float32, Float[np.ndarray, " 4"], Float[np.ndarray, " hidden"]]:
        """Confidence, pose, and the hidden layer."""
        hidden = np.maximum(self.second(np.maximum(self.first(state), 0)), 0)
        raw = self.placement_layer(hidden)
        confidence = np.abs(np.tanh(raw[0])) if self.tanh_confidence else expit(raw[0])
        return confidence, self.geometry.pose_of(raw[1:]), hidden
