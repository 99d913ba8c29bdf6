"""Which device to work on."""

import torch

from animot.errors import InputError
from animot.share import ALONE, Share


def choose_device(name: str | None, share: Share = ALONE) -> torch.device:
    """The device of that name; without one, a GPU where there is one, else the processor.

    Of several processes on a machine each takes a GPU of its own, unless the name has a number.

    Raises
    ------
    InputError : where there is no such device, or there are fewer GPUs than processes.
    """
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name) if name != "cuda" or share.alone else _own_gpu(share)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device {name} cannot be used ({str(error).splitlines()[0]}); give cpu"
        ) from error
    return device


def _own_gpu(share: Share) -> torch.device:
    count = torch.cuda.device_count()
    if share.local_world_size > count:
        raise InputError(
            f"{share.local_world_size} processes cannot share {count} GPUs; "
            f"start {count} processes on this machine, or give --device cpu"
        )
    return torch.device("cuda", share.local_rank)
