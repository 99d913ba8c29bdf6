"""What tensors a network has: without making it, and without loading what is not needed."""

import subprocess
import sys

import pytest
from torch import nn

from animot.atttrack.network import OneShotNetwork
from animot.outline import outline
from animot.tba.model import TBA
from animot.tba.presets import FAST_SPRITES
from tiny_pair import SMALL

MAKE = {"tba": lambda: TBA(FAST_SPRITES), "atttrack": lambda: OneShotNetwork(SMALL)}
OUTLINE_OF_SHIPPED = """
import sys
from animot.outline import outline
from animot.tba.model import TBA
from animot.tba.presets import FAST_SPRITES
outline(lambda: TBA(FAST_SPRITES))
assert "torch._dynamo" not in sys.modules
"""


def kinds(tensors):
    return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_outline_is_that_of_the_network(make):
    found = outline(make)
    assert kinds(found) == kinds(make().state_dict())
    assert all(tensor.is_meta for tensor in found.values())


def test_what_is_too_large_is_refused():
    with pytest.raises(ValueError, match="beyond any size"):
        outline(lambda: nn.Linear(2**40, 2**40))


def test_outlines_do_not_load_the_compiler():
    subprocess.run([sys.executable, "-c", OUTLINE_OF_SHIPPED], check=True)
