"""How a student's features are drawn to its teacher's, where both see the same frame.

`feature_loss` is the default; attention transfer (Zagoruyko and Komodakis,
2017) and hints (Romero et al., 2015) compare whole stages of the backbones.
"""

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

Likeness = Literal["l2", "cosine"]


def feature_loss(
    student: Float[Tensor, "B C h w"],
    teacher: Float[Tensor, "B C h w"],
    heat: Float[Tensor, "B h w"],
    object_weight: float,
    likeness: Likeness = "l2",
) -> Float[Tensor, ""]:
    """L_feat: weighted mean over cells of how much features differ; mean over images.

    (10) of docs/atttrack.md.

    Parameters
    ----------
    student, teacher : what the heads read, of the same frame.
    heat : heat map of the truth, M, in [0, 1].
    object_weight : g; a cell weighs 1 + g M.
    likeness : "l2": squared difference, mean over channels; "cosine": 1 minus the cosine
        (Faber et al., 2024).
    """
    if likeness == "l2":
        difference = (student - teacher).square().mean(dim=1)
    else:
        difference = 1 - F.cosine_similarity(student, teacher, dim=1)
    weight = 1 + object_weight * heat
    return ((weight * difference).sum(dim=(1, 2)) / weight.sum(dim=(1, 2))).mean()


def attention_map(stage: Float[Tensor, "B c h w"]) -> Float[Tensor, "B hw"]:
    """Q: mean of the squared channels, as a vector of length 1."""
    return F.normalize(stage.square().mean(dim=1).flatten(1), dim=1)


def attention_loss(students: Sequence[Tensor], teachers: Sequence[Tensor]) -> Float[Tensor, ""]:
    """L_AT: mean squared difference of the attention maps, mean over stages and images.

    (11) of docs/atttrack.md.

    Parameters
    ----------
    students, teachers : the stages that are chosen, [B c h w]; channels may differ.
    """
    differences = [
        (attention_map(student) - attention_map(teacher)).square().mean()
        for student, teacher in zip(students, teachers, strict=True)
    ]
    return torch.stack(differences).mean()


class Hints(nn.Module):
    """A 1x1 convolution for each stage guesses the teacher's from the student's (Layerwise).

    (12) of docs/atttrack.md.

    Parameters
    ----------
    students, teachers : channels of the stages that are chosen.
    """

    def __init__(self, students: Sequence[int], teachers: Sequence[int]) -> None:
        super().__init__()
        self.guesses = nn.ModuleList(
            nn.Conv2d(student, teacher, 1)
            for student, teacher in zip(students, teachers, strict=True)
        )

    def forward(self, students: Sequence[Tensor], teachers: Sequence[Tensor]) -> Float[Tensor, ""]:
        """Mean squared error of the guesses, mean over stages."""
        errors = [
            F.mse_loss(guess(student), teacher)
            for guess, student, teacher in zip(self.guesses, students, teachers, strict=True)
        ]
        return torch.stack(errors).mean()
