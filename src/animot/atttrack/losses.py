"""What a one-shot tracker is taught: where objects are, their boxes, and who they are.

Zhang et al., "FairMOT", 2021, Eqs. 1 to 5.
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from animot.atttrack.targets import NOBODY

# Law and Deng (2018): how much easy cells count less, and cells near a centre.
ALPHA, BETA = 2, 4
BOX_WEIGHT = 0.1
# Logarithms of the two tasks' uncertainties at the start (Kendall et al., 2018).
DETECTION_START, IDENTITY_START = -1.85, -1.05
# Two identities would have a scale of 0, and one of minus infinity: nothing could be learned.
FEWEST_IDENTITIES = 3


def focal_loss(heat: Float[Tensor, "B h w"], target: Float[Tensor, "B h w"]) -> Float[Tensor, ""]:
    """Pixelwise logistic regression in which hard cells count more; summed, per object.

    Zhang et al. (2021) Eq. 1; (6) of docs/atttrack.md.

    Parameters
    ----------
    heat : logits.
    target : 1 at the objects' cells, falling off like a Gaussian around them; where there is no
        object in the batch, the sum is not divided.
    """
    hot, cold = F.logsigmoid(heat), F.logsigmoid(-heat)
    here = target == 1
    missed = hot * cold.exp() ** ALPHA
    imagined = (1 - target) ** BETA * cold * hot.exp() ** ALPHA
    return -torch.where(here, missed, imagined).sum() / here.sum().clamp(min=1)


def l1_loss(
    found: Float[Tensor, "B K c"], target: Float[Tensor, "B K c"], there: Bool[Tensor, "B K"]
) -> Float[Tensor, ""]:
    """Mean absolute error over objects and channels; 0 where there is no object.

    Zhang et al. (2021) Eq. 2, where it is summed over channels; in their program it is a mean.
    (7) of docs/atttrack.md.
    """
    error = (found - target).abs().mean(dim=-1)
    return torch.where(there, error, 0).sum() / there.sum().clamp(min=1)


class IdentityLoss(nn.Module):
    """Cross-entropy of a linear classifier over all identities that are learned from.

    Zhang et al. (2021) Eq. 3. Embeddings have a fixed length there, as only their direction is
    compared later: sqrt(2) ln(number of identities - 1). (8) of docs/atttrack.md.

    Parameters
    ----------
    embedding_size : E.
    num_identities : of all sequences together.
    """

    def __init__(self, embedding_size: int, num_identities: int) -> None:
        super().__init__()
        self.scale = math.sqrt(2) * math.log(max(num_identities, FEWEST_IDENTITIES) - 1)
        self.classifier = nn.Linear(embedding_size, num_identities)

    def forward(
        self, embedding: Float[Tensor, "B K E"], identity: Int[Tensor, "B K"]
    ) -> Float[Tensor, ""]:
        """Mean over the objects whose identity is known, not -1; 0 where there is none."""
        logits = self.classifier(self.scale * F.normalize(embedding, dim=-1))
        total = F.cross_entropy(
            logits.flatten(0, 1), identity.flatten(), ignore_index=NOBODY, reduction="sum"
        )
        return total / (identity != NOBODY).sum().clamp(min=1)


class Balance(nn.Module):
    """Learned weights of detection and identity (Zhang et al. (2021) Eq. 5).

    Kendall, Gal and Cipolla, "Multi-task learning using uncertainty", 2018;
    (9) of docs/atttrack.md.
    """

    def __init__(self) -> None:
        super().__init__()
        self.detection = nn.Parameter(torch.tensor(DETECTION_START))
        self.identity = nn.Parameter(torch.tensor(IDENTITY_START))

    def forward(
        self, detection: Float[Tensor, ""], identity: Float[Tensor, ""]
    ) -> Float[Tensor, ""]:
        """Half of each loss over its uncertainty, plus the logarithms of these."""
        weighted = (-self.detection).exp() * detection + (-self.identity).exp() * identity
        return 0.5 * (weighted + self.detection + self.identity)
