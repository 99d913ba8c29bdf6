"""A learned model: the network, and the cameras it was learned from."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, UInt8
from torch import Tensor

from animot.data.from_json import shown
from animot.named_tensors import check_fit
from animot.stored_weights import read_weights, refusing_foreign, run_folder
from animot.tba.config import TBAConfig
from animot.tba.model import TBA, Precision
from animot.tba.stored import config_from_json, network_from
from animot.tba.tracker import TBATracker
from animot.training.checkpoint import Checkpoint

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, kw_only=True, eq=False)
class Camera:
    """A fixed view, at working size.

    Attributes
    ----------
    background : what it sees where no object is.
    ignore : pixels shown to the model as background, or None.
    """

    background: UInt8[np.ndarray, "H W D"]
    ignore: Bool[np.ndarray, "H W"] | None = None

    def as_tensors(self) -> dict[str, Tensor]:
        """All of it by name."""
        tensors = {"background": torch.from_numpy(self.background)}
        return (
            tensors if self.ignore is None else tensors | {"ignore": torch.from_numpy(self.ignore)}
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """What `learn` gives and `track` takes.

    Attributes
    ----------
    network : the learned weights and their configuration.
    cameras : the views it was learned from.
    facts : how it was made.
    run : folder of the run that it was loaded from, or None.
    """

    network: TBA
    cameras: list[Camera]
    facts: dict[str, Any]
    run: Path | None = None

    def tracker(self, camera: Camera, *, masks: bool = False) -> TBATracker:
        """A tracker for a fixed view, which gives masks where they are wanted."""
        return TBATracker(self.network, camera.background, camera.ignore, masks=masks)


def facts_of(config: TBAConfig, dtype: str) -> dict[str, Any]:
    """What a checkpoint must say so that the network can be built again."""
    return {"engine": "tba", "config": asdict(config), "dtype": dtype}


def camera_tensors(cameras: list[Camera]) -> dict[str, Tensor]:
    """All cameras by name, to be stored in a checkpoint."""
    return {
        f"{number}/{name}": tensor
        for number, camera in enumerate(cameras)
        for name, tensor in camera.as_tensors().items()
    }


def load_model(where: str | Path, device: torch.device | None = None) -> Model:
    """Load the best weights of a run of tba so far by its folder, or shipped weights by name.

    Raises
    ------
    InputError : where there is no model, or it is damaged or foreign. Nothing is unpickled.
    """
    return model_from(where, read_weights(where), device)


def model_from(where: str | Path, found: Checkpoint, device: torch.device | None) -> Model:
    """Model out of weights that were read.

    Parameters
    ----------
    where : they come from, for messages.
    """
    with refusing_foreign(where):
        config = config_from_json(found.facts.get("config"))
        cameras = _cameras(found.group("camera"), config)
        network = network_from(config, _precision(found.facts), found.group("model"))
    network.to(device).eval()
    return Model(network=network, cameras=cameras, facts=found.facts, run=run_folder(where))


def _precision(facts: dict[str, Any]) -> Precision:
    engine, dtype = facts.get("engine"), facts.get("dtype")
    if engine != "tba":
        raise ValueError(f"engine is {shown(engine)}, not tba")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ValueError(f"dtype is {shown(dtype)}, not one of {', '.join(DTYPES)}")
    return Precision(dtype=DTYPES[dtype])


def _cameras(tensors: dict[str, Tensor], config: TBAConfig) -> list[Camera]:
    """Cameras 0, 1, 2, ..., each with a background and perhaps pixels to ignore."""
    view = torch.empty(
        (*config.frame_size, config.frame_channels), dtype=torch.uint8, device="meta"
    )
    kinds = {"background": view, "ignore": view[..., 0].bool()}
    count = sum(name.endswith("/background") for name in tensors)
    known = {f"{number}/{name}": kind for number in range(count) for name, kind in kinds.items()}
    needed = {name: kind for name, kind in known.items() if name in tensors or "background" in name}
    if count == 0:
        raise ValueError("there is no camera")
    check_fit(tensors, needed)
    return [
        Camera(
            background=tensors[f"{number}/background"].numpy(),
            ignore=None if (ignore := tensors.get(f"{number}/ignore")) is None else ignore.numpy(),
        )
        for number in range(count)
    ]
