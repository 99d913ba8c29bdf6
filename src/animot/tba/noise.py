"""The noise of a batch, which does not depend on how many processes share the batch."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from animot.share import ALONE, Share


@dataclass(frozen=True, eq=False)
class Noise:
    """Uniform random numbers for the streams of one process.

    The numbers of the whole batch are drawn and one's own are kept: cheap beside what is done
    with them, and a stream sees the same noise whichever process learns from it.

    Attributes
    ----------
    generator : in the same state in all processes.
    share : of this process.
    """

    generator: Generator
    share: Share = ALONE

    def uniform(self, shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> Tensor:
        """Numbers in [0, 1), where the generator is.

        Parameters
        ----------
        shape : its first axis is made of this process's streams, one after the other.
        """
        rows, *rest = shape
        everybodys = (rows * self.share.world_size, *rest)
        device = self.generator.device
        drawn = torch.rand(everybodys, generator=self.generator, device=device, dtype=dtype)
        return drawn[self.share.part(len(drawn))]
