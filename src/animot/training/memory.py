"""Too little memory is said in one line, not in a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from animot.errors import InputError

# Named in what PyTorch says when the processor's memory is used up.
ALLOCATOR = "DefaultCPUAllocator"


@contextmanager
def enough_memory() -> Iterator[None]:
    """What runs out of memory in here, on a GPU or the processor, is an InputError."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        on_gpu = isinstance(error, torch.cuda.OutOfMemoryError)
        if not (on_gpu or isinstance(error, MemoryError) or ALLOCATOR in str(error)):
            raise
        elsewhere = ", or --device cpu" if on_gpu else ""
        raise InputError(
            "there is too little memory for a step; free some and give the same command to go "
            f"on, or learn anew with a smaller --size or fewer --objects{elsewhere}"
        ) from error
