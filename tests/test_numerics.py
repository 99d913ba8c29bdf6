"""Number type and threads are those of the run, and the run is the one that is planned."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from animot import numerics
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError
from animot.numerics import Numerics, check_threads, choose_numerics
from animot.planning import Options, Plan, plan_made
from animot.saved import facts_of
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.distributed import Team
from animot.training.loop import NAME

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_made(SpritesMOT(0), Options())


def _save(folder: Path, plan: Plan, **changes: Any) -> None:
    facts = facts_of(plan.config, "float32")
    facts |= {"training": asdict(plan.training), "threads": 3} | changes
    checkpoint.save(Checkpoint(tensors={}, facts=facts), folder, NAME)


def test_a_new_run_takes_what_is_fastest(
    tmp_path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numerics, "fastest_dtype", lambda _: "bfloat16")
    assert choose_numerics(tmp_path, plan, CPU, 5, Team()) == Numerics(dtype="bfloat16", threads=5)
    exact = replace(plan, low_precision=False)
    assert choose_numerics(tmp_path, exact, CPU, 5, Team()).dtype == "float32"


def test_a_run_keeps_what_it_has(tmp_path: Path, plan: Plan) -> None:
    _save(tmp_path, plan)
    assert choose_numerics(tmp_path, plan, CPU, 5, Team()) == Numerics(dtype="float32", threads=3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"threads": 0}, "0 threads"),
        ({"threads": 10**9}, "1000000000 threads"),
        ({"threads": "3"}, "threads is '3', not int"),
        ({"threads": None}, "threads is None, not int"),
        ({"dtype": ["float32"]}, "dtype is"),
        ({"dtype": "int8"}, "dtype is 'int8', not one of float32, bfloat16"),
        ({"config": 3}, "TBAConfig is 3, not an object"),
        ({"training": {"batch_size": "8"}}, "batch_size is '8', not int"),
        ({"training": {"batch_size": 9}}, "begun with another model or another way"),
    ],
)
def test_facts_of_no_run_are_refused(
    tmp_path: Path, plan: Plan, changes: dict[str, Any], message: str
) -> None:
    _save(tmp_path, plan, **changes)
    with pytest.raises(InputError, match=message) as caught:
        choose_numerics(tmp_path, plan, CPU, 1, Team())
    assert str(caught.value).startswith(str(tmp_path / f"{NAME}.json"))


def test_a_run_of_another_configuration_is_not_gone_on_with(tmp_path: Path, plan: Plan) -> None:
    other = json.loads(json.dumps(asdict(replace(plan.config, presence_weight=1.5))))
    _save(tmp_path, plan, config=other)
    with pytest.raises(InputError, match="begun with another model"):
        choose_numerics(tmp_path, plan, CPU, 1, Team())


@pytest.mark.parametrize("threads", [0, -1, 1025])
def test_threads_that_no_processor_has(threads: int) -> None:
    with pytest.raises(InputError, match=f"{threads} threads cannot be used; give 1 to 1024"):
        check_threads(threads)
