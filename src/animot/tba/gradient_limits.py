"""Gradients that get no longer than a limit, sample by sample. A departure.

The forward pass is the identity. The authors' program limits gradients inside the model,
where the recurrence over trackers and frames makes a few of them very long.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import Function

# Keeps the logarithm of a probability finite, as the authors' program has it.
EPS = 1e-20


class _Limited(Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, most: float) -> Tensor:
        ctx.most = most
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (gradient,) = gradients
        norm = torch.linalg.vector_norm(gradient.flatten(1), dim=1)
        too_long = (norm / ctx.most).clamp(min=1)
        return gradient / too_long.view(-1, *[1] * (gradient.dim() - 1)), None


def limit_gradient(values: Float[Tensor, "N *shape"], most: float | None) -> Tensor:
    """The same values; the gradient of each of the N samples is shortened to norm `most`."""
    if most is None:
        return values
    limited: Tensor = _Limited.apply(values, most)  # type: ignore[no-untyped-call]
    return limited


def limit_at_probabilities(
    logits: Float[Tensor, "N K"], most: float | None
) -> Float[Tensor, "N K"]:
    """Logits of the same probabilities; the gradient is limited where they are probabilities."""
    if most is None:
        return logits
    return (limit_gradient(logits.softmax(dim=1), most) + EPS).log()
