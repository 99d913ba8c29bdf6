"""How weights start: so that signals keep their size from the frame to every output.

The paper does not say. PyTorch's own start shrinks signals layer by layer: features and states
then hardly vary, and learning stands still at first (docs/decisions/start-of-the-weights.md).
"""

from torch import Tensor, nn


def start_before_relu(layer: nn.Conv2d | nn.Linear) -> None:
    """He's normal weights, for a layer that a ReLU follows."""
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    _zero(layer.bias)


def start_linear(layer: nn.Linear) -> None:
    """Normal weights that keep the variance, for a layer that gives an output."""
    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
    _zero(layer.bias)


def start_gru(cell: nn.GRUCell) -> None:
    """Normal weights for what is read, orthogonal ones for what is remembered."""
    nn.init.normal_(cell.weight_ih, std=cell.input_size**-0.5)
    for gate in cell.weight_hh.detach().chunk(3):
        nn.init.orthogonal_(gate)
    _zero(cell.bias_ih)
    _zero(cell.bias_hh)


def _zero(bias: Tensor | None) -> None:
    assert bias is not None
    nn.init.zeros_(bias)
