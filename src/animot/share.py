"""Which part of the work is this process's, where several learn together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Share:
    """The streams that one of several processes learns from; all shares are of one size.

    Attributes
    ----------
    rank : number of this process, from 0.
    world_size : number of processes.
    local_rank : number of this process on its machine, from 0.
    local_world_size : number of processes there.
    """

    rank: int = 0
    world_size: int = 1
    local_rank: int = 0
    local_world_size: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Share":
        """As `torchrun` says; all of the work where it did not start this process."""
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
        if not all(name in environment for name in (*names, "MASTER_ADDR", "MASTER_PORT")):
            return ALONE
        return cls(**{name.lower(): int(environment[name]) for name in names})

    @property
    def first(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    @property
    def first_here(self) -> bool:
        """Whether this process says what is wrong on its machine."""
        return self.local_rank == 0

    @property
    def alone(self) -> bool:
        """Whether there is no other process."""
        return self.world_size == 1

    def part(self, length: int) -> slice:
        """Part of an axis that is made of all streams, one after the other."""
        size = length // self.world_size
        return slice(self.rank * size, (self.rank + 1) * size)

    def streams(self, batch_size: int) -> range:
        """Streams of a batch that are this process's.

        Raises
        ------
        InputError : where shares would be of different sizes.
        """
        if batch_size % self.world_size:
            fitting = [n for n in range(1, self.world_size) if batch_size % n == 0]
            raise InputError(
                f"a batch of {batch_size} clips cannot be shared equally by {self.world_size} "
                f"processes; start {fitting[-1]}"
            )
        return range(batch_size)[self.part(batch_size)]


ALONE = Share()
