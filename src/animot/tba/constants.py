"""Small constant tensors, made once for each device and type, as making them takes time."""

from functools import lru_cache

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def constant(values: tuple[float, ...], like: Tensor) -> Float[Tensor, " n"]:
    """The values as a tensor of the same device and type."""
    return _constant(values, like.device, like.dtype)


def cell_places(count: int, like: Tensor) -> Float[Tensor, " count"]:
    """Middles of a row of cells, in half frames from the middle of the frame."""
    return _cell_places(count, like.device, like.dtype)


@lru_cache(maxsize=64)
def _cell_places(count: int, device: torch.device, dtype: torch.dtype) -> Float[Tensor, " count"]:
    places = tuple((2 * cell + 1) / count - 1 for cell in range(count))
    return _constant(places, device, dtype)


def cell_grid(cells: tuple[int, int], like: Tensor) -> Float[Tensor, "MN 2"]:
    """Middle (x, y) of each cell, row by row, in half frames from the middle of the frame."""
    return _cell_grid(cells, like.device, like.dtype)


@lru_cache(maxsize=64)
def _cell_grid(
    cells: tuple[int, int], device: torch.device, dtype: torch.dtype
) -> Float[Tensor, "MN 2"]:
    rows, columns = (_cell_places(count, device, dtype) for count in cells)
    with torch.inference_mode(False):
        return torch.cartesian_prod(rows, columns).flip(1)


@lru_cache(maxsize=64)
def far_cells(count: int, reach: int, device: torch.device) -> Bool[Tensor, "count count"]:
    """Which cells of a row lie more than `reach` cells away from each cell."""
    with torch.inference_mode(False):
        cells = torch.arange(count, device=device)
        return (cells - cells[:, None]).abs() > reach


@lru_cache(maxsize=256)
def _constant(
    values: tuple[float, ...], device: torch.device, dtype: torch.dtype
) -> Float[Tensor, " n"]:
    # Made in inference mode, a tensor could never take part in learning.
    with torch.inference_mode(False):
        return torch.tensor(values, device=device, dtype=dtype)
