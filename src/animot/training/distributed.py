"""Several processes that learn together, as `torchrun` starts them.

Each learns from its own streams of every batch. What concerns the whole run (log numbers, time
used, whether to stop, whether an input is refused) is exchanged over gloo, on the processor;
gradients take the way of DistributedDataParallel. A process that is alone exchanges nothing and
never starts torch.distributed.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from animot.errors import InputError, ProcessLostError
from animot.share import ALONE, Share
from animot.training.interrupts import handling

# Within this time the others end when one process hangs; when one dies they end at once.
SECONDS_TO_ANSWER = 300.0
# Reading a long video may take the first process hours, in which the others wait.
SECONDS_TO_PREPARE = 7 * 24 * 3600.0

T = TypeVar("T")


class Team:
    """All processes of a run, as one of them sees them.

    All of them call the same methods in the same order.

    Parameters
    ----------
    share : of this process.
    patient : the same processes, waiting longer for each other; None: alone.
    """

    def __init__(self, share: Share = ALONE, patient: dist.ProcessGroup | None = None) -> None:
        self.share = share
        self._patient = patient

    def in_turn(self, work: Callable[[], T], *, patient: bool = False) -> T:
        """Do the work, the first process before all others.

        Parameters
        ----------
        patient : whether it may take hours.

        Raises
        ------
        InputError : in all processes where it is raised in one of them.
        """
        group = self._patient if patient else None
        if not self.share.first:
            self._wait(group)
        with self._refusing_together(group):
            result = work()
        if self.share.first:
            self._wait(group)
        return result

    def _wait(self, group: dist.ProcessGroup | None) -> None:
        with self._refusing_together(group):
            pass

    @contextmanager
    def _refusing_together(self, group: dist.ProcessGroup | None) -> Iterator[None]:
        refusal: InputError | None = None
        try:
            yield
        except InputError as error:
            refusal = error
        refusals = self.texts("" if refusal is None else str(refusal), group)
        if refusal is not None:
            raise refusal
        for text in filter(None, refusals):
            raise InputError(text)

    def texts(self, text: str, group: dist.ProcessGroup | None = None) -> list[str]:
        """What each process has to say, in their order."""
        content = torch.tensor(list(text.encode()), dtype=torch.uint8)
        lengths = [int(n) for n in self._gather(torch.tensor(len(content)), group)]
        padded = torch.zeros(max(lengths), dtype=torch.uint8)
        padded[: len(content)] = content
        said = self._gather(padded, group)
        return [bytes(other[:n].tolist()).decode() for other, n in zip(said, lengths, strict=True)]

    def average(self, numbers: dict[str, float]) -> dict[str, float]:
        """Means over all processes, the same in all of them to the last bit."""
        values = torch.stack(
            self._gather(torch.tensor(list(numbers.values()), dtype=torch.float64))
        )
        return dict(zip(numbers, values.mean(dim=0).tolist(), strict=True))

    def any(self, flag: bool) -> bool:
        """Whether any process says so."""
        return any(bool(other) for other in self._gather(torch.tensor(int(flag))))

    def gather(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Tensors of all streams from those of each process's streams, their first axis."""
        return {
            name: torch.cat(self._gather(tensor.detach().cpu().contiguous()))
            for name, tensor in tensors.items()
        }

    def own(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """One's own part of what `gather` gave, with however many processes."""
        return {name: tensor[self.share.part(len(tensor))] for name, tensor in tensors.items()}

    def _gather(self, tensor: Tensor, group: dist.ProcessGroup | None = None) -> list[Tensor]:
        """The tensor of each process, in their order; all are of one shape and type."""
        if self.share.alone:
            return [tensor]
        found = [torch.empty_like(tensor) for _ in range(self.share.world_size)]
        dist.all_gather(found, tensor, group=group)
        return found


@contextmanager
def join(share: Share, device: torch.device) -> Iterator[Team]:
    """Meet the other processes, whose address `torchrun` left in the environment.

    Raises
    ------
    ProcessLostError : when another process ends, or does not answer in time.
    """
    if share.alone:
        yield Team()
        return

    def told_to_end(_: int) -> None:
        raise _lost(share, "SIGTERM came, as it does when another process of this run has ended")

    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    if device.type == "cuda":
        torch.cuda.set_device(device)
    try:
        with handling({signal.SIGTERM}, told_to_end):
            dist.init_process_group(backend, timeout=timedelta(seconds=SECONDS_TO_ANSWER))
            patience = timedelta(seconds=SECONDS_TO_PREPARE)
            yield Team(share, dist.new_group(timeout=patience, backend="gloo"))
    except RuntimeError as error:
        if not _is_about_others(error):
            raise
        raise _lost(
            share,
            "another process of this run has ended, or has not answered for "
            f"{SECONDS_TO_ANSWER:.0f} seconds",
        ) from error
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


def _lost(share: Share, reason: str) -> ProcessLostError:
    return ProcessLostError(
        f"process {share.rank} of {share.world_size}: {reason}; the last checkpoint is intact; "
        "start the same command again to go on"
    )


def _is_about_others(error: RuntimeError) -> bool:
    # Most errors of gloo are plain RuntimeErrors; they name its source file.
    return isinstance(error, dist.DistError) or "gloo" in str(error)
