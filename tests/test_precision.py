from collections.abc import Callable
from itertools import count

import pytest
import torch
from torch import Tensor

from animot import precision
from animot.precision import fastest_dtype

CPU = torch.device("cpu")


def takes(low: float, single: float, slowed: Callable[[int], float]) -> Callable[[Tensor], float]:
    """Seconds of products of each type, on a machine that is slowed at some of them."""
    calls = count()
    seconds = {torch.bfloat16: low, torch.float32: single}
    return lambda matrix: seconds[matrix.dtype] * slowed(next(calls))


@pytest.mark.parametrize(
    ("low", "single", "expected"),
    [(1.0, 2.1, "bfloat16"), (1.0, 1.6, "float32"), (3.0, 1.0, "float32")],
)
@pytest.mark.parametrize("slowed", [lambda _: 1.0, lambda call: 5.0 if call < 9 else 1.0])
def test_low_precision_must_be_clearly_faster(
    low: float,
    single: float,
    expected: str,
    slowed: Callable[[int], float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precision, "_seconds", takes(low, single, slowed))
    assert fastest_dtype(CPU) == expected


def test_it_is_measured_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()

    def seconds(_: Tensor) -> float:
        threads.add(torch.get_num_threads())
        return 1.0

    monkeypatch.setattr(precision, "_seconds", seconds)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fastest_dtype(CPU)
        assert (threads, torch.get_num_threads()) == ({1}, 2)
    finally:
        torch.set_num_threads(before)


def test_it_is_measured_here() -> None:
    assert fastest_dtype(CPU) in {"bfloat16", "float32"}
