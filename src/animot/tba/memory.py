"""The feature map as a memory: trackers attend to it, read from it, erase it and write to it."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

# Keeps a cosine with an all-zero vector finite; far below the norm of any useful feature.
EPS = 1e-6


def key_strength(raw: Float[Tensor, " B"]) -> Float[Tensor, " B"]:
    """Strength of a key, above 1.

    He et al. (2019) Eq. (11).
    """
    return 1 + F.softplus(raw)


def strong_key(
    key: Float[Tensor, "*any S"], strength: Float[Tensor, "*any"]
) -> Float[Tensor, "*any S"]:
    """Key whose length is its strength: its product with a cell's direction is a logit."""
    return key * (strength / key.norm(dim=-1).clamp(min=EPS))[..., None]


def resemblance(
    memory: Float[Tensor, "B M N S"], strong: Float[Tensor, "B S"]
) -> Float[Tensor, "B M N"]:
    """Cosine of each memory cell with the key, times the key's strength."""
    B, M, N, S = memory.shape
    cells = memory.reshape(B, M * N, S)
    products = torch.bmm(cells, strong[:, :, None])[:, :, 0]
    return (products / cells.norm(dim=2).clamp(min=EPS)).view(B, M, N)


def attend(logits: Float[Tensor, "B M N"]) -> Float[Tensor, "B M N"]:
    """Attention to the memory cells, from their `resemblance` to the key; each map sums to 1.

    He et al. (2019) Eq. (12).
    """
    return logits.flatten(1).softmax(dim=1).view_as(logits)


def read(
    memory: Float[Tensor, "B M N S"], attention: Float[Tensor, "B M N"]
) -> Float[Tensor, "B S"]:
    """Mean of the memory cells, weighted by the attention.

    He et al. (2019) Eq. (13).
    """
    return torch.bmm(attention.flatten(1)[:, None], memory.flatten(1, 2))[:, 0]


def erase_gate(raw: Float[Tensor, "B S"]) -> Float[Tensor, "B S"]:
    """How much of each feature to erase, in [0, 1].

    He et al. (2019) Eq. (16).
    """
    return raw.sigmoid()


def write(
    memory: Float[Tensor, "B M N S"],
    attention: Float[Tensor, "B M N"],
    erase_vector: Float[Tensor, "B S"],
    write_vector: Float[Tensor, "B S"],
) -> Float[Tensor, "B M N S"]:
    """Memory after erasing and writing where the attention lies.

    He et al. (2019) Eq. (17).
    """
    write_vector, erase_vector = write_vector[:, None, None], erase_vector[:, None, None]
    change = torch.addcmul(write_vector, erase_vector, memory, value=-1)
    return torch.addcmul(memory, attention[..., None], change)
