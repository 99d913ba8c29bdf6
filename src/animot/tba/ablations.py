"""The configurations that He et al. (2019), Sec. 4, compares, for every preset.

`fast` runs all trackers, so as it stands it is a TBAc. Without attention, its priors have nothing
to act on and its pose is free; without memory, the saliency that trackers erase for one another
is not erased either, as it would be a message, too.
"""

from dataclasses import replace
from typing import Any

from animot.errors import InputError
from animot.tba.config import TBAConfig

_WITHOUT: dict[str, dict[str, Any]] = {
    "noOcc": {"num_layers": 1},
    "noAtt": {"attention": False, "priors": None, "persistence": None, "anchor_reach": None},
    "noMem": {"memory_write": False},
    "noRep": {"reprioritize": False},
}
ABLATIONS: dict[str, dict[str, Any]] = {
    "TBA": {"adaptive_computation": True},
    "TBAc": {"adaptive_computation": False},
    **{
        f"TBAc-{name}": {"adaptive_computation": False, **changes}
        for name, changes in _WITHOUT.items()
    },
}


def full_name(name: str) -> str:
    """Full name of an ablation, such as TBAc-noMem for noMem.

    Raises
    ------
    InputError : where there is none of this name.
    """
    for known in (name, f"TBAc-{name}"):
        if known in ABLATIONS:
            return known
    raise InputError(f"there is no ablation {name}; give {', '.join(ABLATIONS)}")


def ablate(config: TBAConfig, name: str) -> TBAConfig:
    """Change a preset to one of the configurations of Sec. 4.

    Parameters
    ----------
    config : of any preset.
    name : TBA, TBAc, TBAc-noOcc, TBAc-noAtt, TBAc-noMem or TBAc-noRep; TBAc- may be left out
        before no.

    Raises
    ------
    InputError : where there is none of this name, or it would change nothing.
    """
    name = full_name(name)
    if name == "TBAc-noOcc" and config.num_layers == 1:
        raise InputError("TBAc-noOcc takes away layers, and this model has one; use TBAc")
    return replace(config, **ABLATIONS[name])
