"""What tensors a network has, before one is made."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

# For normal numbers without a place in memory torch would load its compiler: two seconds.
DRAW_NORMAL_NUMBERS = {nn.init.kaiming_normal_, nn.init.normal_, Tensor.normal_}


class _NothingDrawn(TorchFunctionMode):
    """Tensors stay as they are where they would be filled with normal numbers."""

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Do what is asked for, but draw nothing."""
        kwargs = kwargs or {}
        if function in DRAW_NORMAL_NUMBERS:
            return args[0] if args else kwargs["tensor"]
        return function(*args, **kwargs)


def outline(make: Callable[[], nn.Module]) -> dict[str, Tensor]:
    """Names, shapes and types of a network's tensors; they lie on the meta device.

    Parameters
    ----------
    make : the network; its size may be anything, as nothing takes memory.

    Raises
    ------
    ValueError : where it would have more elements than can be counted.
    """
    try:
        with torch.device("meta"), _NothingDrawn():
            return make().state_dict()
    except RuntimeError as error:
        raise ValueError("its configuration is beyond any size") from error
