"""Which number type is fastest on this machine."""

import time
from typing import Literal

import torch
from torch import Tensor

from animot.single_thread import single_thread

SIZE = 512
REPEATS = 12
# Processors with units for bfloat16 are several times faster with it, others slower or hardly
# faster: in between there is room for whatever else the machine does.
CLEARLY = 0.5


def fastest_dtype(device: torch.device) -> Literal["float32", "bfloat16"]:
    """`bfloat16` where matrix products are clearly faster with it, else `float32`; measured."""
    if device.type != "cpu":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    matrix = torch.rand(SIZE, SIZE)
    low = matrix.bfloat16()
    with single_thread():
        turns = [(_seconds(low), _seconds(matrix)) for _ in range(REPEATS)]
    of_low, of_full = (min(times) for times in zip(*turns, strict=True))
    return "bfloat16" if of_low < CLEARLY * of_full else "float32"


def _seconds(matrix: Tensor) -> float:
    begin = time.perf_counter()
    matrix @ matrix
    return time.perf_counter() - begin
