"""ImageNet weights for an HRNet, from a local file with timm's names; nothing is downloaded."""

from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from animot.atttrack.hrnet import HRNet
from animot.errors import InputError
from animot.named_tensors import check_fit

# What such a file has for classification, after the backbone.
CLASSIFIER = ("incre_modules.", "downsamp_modules.", "final_layer.", "classifier.")
# A count that learning needs nowhere; files with and without it are in use.
COUNTER = ".num_batches_tracked"


def load_published(backbone: HRNet, path: Path) -> None:
    """Give a backbone the weights of a file, such as timm's `hrnet_w18` in safetensors.

    Parameters
    ----------
    backbone : of the same sizes; its parameters have the same names.
    path : of the file; what it has beyond the backbone, for classification, is left out.

    Raises
    ------
    InputError : where it is no such file, or one of another network.
    """
    try:
        tensors = safetensors.torch.load(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path}: cannot read weights ({error.strerror}); give a file in safetensors"
        ) from error
    except (safetensors.SafetensorError, KeyError) as error:  # a key: of a type unknown to torch
        raise InputError(f"{path}: holds no tensors; give weights in safetensors") from error
    weights = _without_counters(tensors)
    weights = {name: t for name, t in weights.items() if not name.startswith(CLASSIFIER)}
    try:
        check_fit(weights, _without_counters(backbone.state_dict()))
    except ValueError as error:
        raise InputError(
            f"{path}: does not fit the backbone ({error}); give timm's weights of this HRNet"
        ) from error
    backbone.load_state_dict(weights, strict=False)


def _without_counters(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in tensors.items() if not name.endswith(COUNTER)}
