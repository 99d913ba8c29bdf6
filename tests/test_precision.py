import pytest
import torch

from animot import precision
from animot.precision import fastest_dtype

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("low", "single", "expected"),
    [(1.0, 2.0, "bfloat16"), (1.0, 1.1, "float32"), (3.0, 1.0, "float32")],
)
def test_low_precision_must_be_clearly_faster(
    low: float, single: float, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([low, single])
    monkeypatch.setattr(precision, "_seconds", lambda _: next(times))
    assert fastest_dtype(CPU) == expected


def test_it_is_measured_here() -> None:
    assert fastest_dtype(CPU) in {"bfloat16", "float32"}
