"""The trackers' turns of one stream without gradients, in NumPy: what `RAT` does, in less time.

A frame of one stream is hundreds of operations on a few numbers each. NumPy begins one in less
than a microsecond, torch in about five. `RAT` is what learns, and what a GPU runs; here is no
option of its own and no departure.
"""

from animot.tba.one_stream.trackers import OneStream

__all__ = ["OneStream"]
