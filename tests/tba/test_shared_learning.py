"""Processes that share a batch find what one finds, whatever part of the model takes part."""

from pathlib import Path

import pytest
import safetensors.torch
import torch
from shared_gradients import CONFIGS, gradients

from together import finish, start

# What the processes find: the mean of gradients (each has it), and the state and numbers of all.
CODE = """
import sys
sys.path[:0] = sys.argv[2:]
import safetensors.torch, torch
from shared_gradients import CONFIGS, gradients
from animot.share import Share
from animot.training.distributed import join

torch.set_num_threads(1)
share = Share.from_environment()
with join(share, torch.device("cpu")) as team:
    for name in CONFIGS:
        weights, carried, numbers = gradients(name, share)
        found = {f"weight/{k}": v for k, v in weights.items()}
        found |= {f"carried/{k}": v for k, v in team.gather(carried).items()}
        numbers = team.average(numbers)
        found |= {f"number/{k}": torch.tensor(v) for k, v in numbers.items()}
        safetensors.torch.save_file(found, f"{sys.argv[1]}/{name}-{share.rank}")
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gradients")
    here = Path(__file__).parent
    ended = finish(start(2, CODE, str(folder), str(here), str(here.parent)))
    assert [code for code, _, _ in ended] == [0, 0], ended
    return folder


@pytest.mark.parametrize("name", CONFIGS)
def test_two_processes_find_what_one_finds(found: Path, name: str) -> None:
    """To rounding: a float32 sum of some thousand terms, taken in another order."""
    weights, carried, numbers = gradients(name)
    expected = {f"weight/{k}": v for k, v in weights.items()}
    expected |= {f"carried/{k}": v for k, v in carried.items()}
    expected |= {f"number/{k}": torch.tensor(v) for k, v in numbers.items()}
    first, second = (safetensors.torch.load_file(found / f"{name}-{rank}") for rank in (0, 1))
    assert first.keys() == second.keys() == expected.keys()
    for key, value in expected.items():
        assert torch.equal(first[key], second[key]), key
        size = value.abs().max().item()
        torch.testing.assert_close(
            first[key], value, rtol=1e-5, atol=1e-5 * size, msg=lambda m, key=key: f"{key}: {m}"
        )


def test_weights_that_take_no_part_have_no_gradient_in_any_process(found: Path) -> None:
    """So Adam leaves them alone, as it does in one process."""
    for name in ("unwritten", "one tracker"):
        keys = safetensors.torch.load_file(found / f"{name}-0").keys()
        assert "weight/rat.key.weight" in keys
        assert not any("message" in key for key in keys)
    assert "weight/rat.message.weight" in safetensors.torch.load_file(found / "early-0")
