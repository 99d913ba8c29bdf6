"""Which number type is fastest on this machine."""

import time
from collections.abc import Callable
from typing import Literal

import torch

SIZE = 512
REPEATS = 5


def fastest_dtype(device: torch.device) -> Literal["float32", "bfloat16"]:
    """`bfloat16` where matrix products are clearly faster with it, else `float32`; measured."""
    if device.type != "cpu":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    matrix = torch.rand(SIZE, SIZE)
    low = matrix.bfloat16()
    faster = _seconds(lambda: low @ low) < 0.8 * _seconds(lambda: matrix @ matrix)
    return "bfloat16" if faster else "float32"


def _seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)
