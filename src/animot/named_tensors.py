"""Named tensors from a file: whether they are the ones that are needed."""

from collections.abc import Mapping

from torch import Tensor

from animot.data.from_json import shown


def check_fit(found: Mapping[str, Tensor], needed: Mapping[str, Tensor]) -> None:
    """Refuse tensors that differ from the needed ones in name, shape or type, or are not finite.

    Parameters
    ----------
    found : from a file.
    needed : as they must be; their values do not matter, so they may be on the meta device.

    Raises
    ------
    ValueError : in one line, naming the first tensor that is wrong.
    """
    for name in needed:
        if name not in found:
            raise ValueError(f"there is no tensor {name}")
    for name, tensor in found.items():
        if name not in needed:
            raise ValueError(f"the tensor {shown(name)} is unknown")
        if _kind(tensor) != _kind(needed[name]):
            raise ValueError(f"{name} is {_kind(tensor)}, not {_kind(needed[name])}")
        if not tensor.isfinite().all():
            raise ValueError(f"{name} has values that are not finite")


def _kind(tensor: Tensor) -> str:
    """Type and shape, such as `float32 3x5`."""
    dtype = str(tensor.dtype).removeprefix("torch.")
    return f"{dtype} {'x'.join(map(str, tensor.shape)) or 'number'}"
