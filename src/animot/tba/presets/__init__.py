"""The presets: `paper` is Table 3 to the letter, `released` the authors' program, `fast` ours."""

from animot.tba.presets.fast import FAST_MNIST, FAST_SPRITES, fast
from animot.tba.presets.paper import PAPER_DUKE, PAPER_MNIST, PAPER_SPRITES
from animot.tba.presets.released import RELEASED_DUKE, RELEASED_MNIST, RELEASED_SPRITES

__all__ = [
    "FAST_MNIST",
    "FAST_SPRITES",
    "PAPER_DUKE",
    "PAPER_MNIST",
    "PAPER_SPRITES",
    "RELEASED_DUKE",
    "RELEASED_MNIST",
    "RELEASED_SPRITES",
    "fast",
]
