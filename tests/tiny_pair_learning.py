"""Learning of small pairs from a small crowd, in this process or in one that may be killed."""

import sys
from dataclasses import replace
from pathlib import Path

from animot import labelled_planning
from animot.labelled_learning import learn_labelled
from animot.training import loop
from tiny_pair import CONFIG


def shrink(set_attribute):
    """Make the preset tiny tiny; `set_attribute` is that of monkeypatch, or setattr."""
    small = replace(labelled_planning.TRAINING["tiny"], batch_size=2, validate_every=2)
    set_attribute(labelled_planning, "PRESETS", {**labelled_planning.PRESETS, "tiny": CONFIG})
    set_attribute(labelled_planning, "TRAINING", {"tiny": small})
    set_attribute(labelled_planning, "CROWD_SCENES", 2)
    set_attribute(labelled_planning, "CROWD_FRAMES", 4)
    set_attribute(labelled_planning, "CROWD_HELD_OUT", 1)
    set_attribute(labelled_planning, "CROWD_FRAMES_HELD_OUT", 2)


if __name__ == "__main__":
    shrink(setattr)
    loop.SECONDS_BETWEEN_CHECKPOINTS = 0.3
    learn_labelled("crowd", Path(sys.argv[1]), steps=int(sys.argv[2]), threads=1)
