"""The memory of one frame, and the saliency of its cells: attended, read, erased and written."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.special import expit

from animot.tba.departures import AttentionPriors
from animot.tba.memory import EPS
from animot.tba.one_stream.cells import Cells
from animot.tba.priors import FLOOR

EVERYWHERE = slice(None)


class Attention(NamedTuple):
    """Where a tracker looks: indices of cells, row by row, and the weight of each, together 1."""

    cells: Int[np.ndarray, " n"] | slice
    weight: Float[np.ndarray, " n"]


class Memory:
    """What is in front of the trackers in one frame; changes as they take their turns.

    Parameters
    ----------
    features : of the frame; they are not changed.
    saliency : of its cells; None without priors.
    priors : of the configuration.
    cells : of the map.
    """

    def __init__(
        self,
        features: Float[np.ndarray, "M N S"],
        saliency: Float[np.ndarray, "M N"] | None,
        priors: AttentionPriors | None,
        cells: Cells,
    ) -> None:
        self.features = features.reshape(-1, features.shape[-1]).copy()
        self.length = _length(self.features)
        self.saliency = saliency
        self.priors = priors
        self.cells = cells

    def attend(
        self, key: Float[np.ndarray, " S"], expected: Float[np.ndarray, " 2"] | None, *, free: bool
    ) -> Attention:
        """Look for cells that resemble the key.

        As `resemblance` and `attend` of `animot.tba.memory`, with the terms of `animot.tba.priors`.

        Parameters
        ----------
        key : as long as it is strong.
        expected : where the object should be, in half frames; None: it may be anywhere.
        free : whether the tracker holds nothing, so that saliency draws it.
        """
        logits = self.features @ key
        logits /= self.length
        if self.priors is None or self.saliency is None:
            weight = np.exp(logits - logits.max())
            return Attention(EVERYWHERE, weight / weight.sum())
        if free:
            logits += (self.priors.saliency * np.log(self.saliency + FLOOR)).ravel()
        if expected is not None:
            logits += self.cells.distance_logits(expected, self.priors.motion)
        # The softmax within the window is all that is left of the one over all cells.
        peak = int(logits.argmax())
        near = self.cells.window(peak, self.priors.window)
        weight = np.exp(logits[near] - logits[peak])
        return Attention(near, weight / weight.sum())

    def read(self, attention: Attention) -> Float[np.ndarray, " S"]:
        """Mean of the cells, weighted by the attention.

        As `animot.tba.memory.read`.
        """
        return attention.weight @ self.features[attention.cells]

    def write(self, attention: Attention, message: Float[np.ndarray, " SS"]) -> None:
        """Erase and write where the attention lies; the message is erase and write vector in one.

        As `animot.tba.memory.write`.
        """
        near, weight = attention
        S = len(message) // 2
        features = self.features[near]
        features += weight[:, None] * (message[S:] - expit(message[:S]) * features)
        self.features[near] = features
        self.length[near] = _length(features)

    def place(self, attention: Attention) -> Float[np.ndarray, " 2"]:
        """Mean place that the attention lies on, in half frames."""
        return attention.weight @ self.cells.middle[attention.cells]

    def saliency_of(self, attention: Attention) -> float:
        """Saliency where the attention lies; 1 where no prior looks at saliency."""
        if self.saliency is None:
            return 1.0
        return float(attention.weight @ self.saliency.ravel()[attention.cells])

    def erase_saliency(
        self, centre: Float[np.ndarray, " 2"], size: Float[np.ndarray, " 2"], strength: float
    ) -> None:
        """Weaken the saliency that a box explains, see `animot.tba.priors.erase_saliency`."""
        if self.saliency is None or self.priors is None:
            return
        across, down = self.cells.covered(centre, size)
        down *= strength * (self.priors.saliency_kept - 1)
        self.saliency = self.saliency * (1 + down[:, None] * across)


def _length(features: Float[np.ndarray, "n S"]) -> Float[np.ndarray, " n"]:
    square = np.einsum("ns,ns->n", features, features)
    return np.maximum(np.sqrt(square, out=square), np.float32(EPS), out=square)
