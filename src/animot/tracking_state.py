"""Where tracking stands, in a file: the next part of a recording goes on from there.

A safetensors file: its tensors are the trackers' and the camera's, and its metadata holds the
facts as JSON. Nothing is ever unpickled.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from animot.association.associator import AssociationState
from animot.association.open_tracks import COLUMNS, OpenTracks
from animot.data.atomic import write_bytes
from animot.errors import InputError
from animot.saved import Camera, Model
from animot.tba.backdrop import Backdrop
from animot.tba.extent import Extent
from animot.tba.looks import Looks
from animot.tba.perspective import Perspective
from animot.tba.rat_state import RATState
from animot.tba.tracker import TBAState
from animot.video.background.running_median import MedianPicture

FORMAT = "animot tracking state 3"
TRACKERS = "trackers/"
ASSOCIATION = "association/"


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackingState:
    """What tracking needs to go on as if it had not stopped.

    Attributes
    ----------
    tracker : the state after the last frame.
    camera : that the tracker was made for.
    num_frames : tracked so far; the index of the next one.
    time : seconds at which the next frame is due.
    """

    tracker: TBAState
    camera: Camera
    num_frames: int
    time: float


def write_state(state: TrackingState, model: Model, path: Path) -> None:
    """Write the state, whole or not at all.

    Raises
    ------
    InputError : where the file cannot be written.
    """
    trackers = state.tracker.trackers.as_tensors()
    tensors = {f"{TRACKERS}{name}": tensor.cpu() for name, tensor in trackers.items()}
    tensors |= state.camera.as_tensors()
    tensors |= _association_tensors(state.tracker.association)
    tensors["perspective"] = torch.from_numpy(state.tracker.perspective.sums)
    tensors["looks"] = torch.from_numpy(state.tracker.looks.total)
    tensors["track_id"] = torch.from_numpy(state.tracker.track_id)
    tensors["extent_part"] = torch.from_numpy(state.tracker.extent.part)
    tensors["extent_frames"] = torch.from_numpy(state.tracker.extent.frames)
    tensors["backdrop"] = torch.from_numpy(state.tracker.backdrop.picture)
    tensors["covered"] = torch.from_numpy(state.tracker.covered)
    # A fixed background is the camera's very pixels; in a file each tensor has its own.
    tensors = {name: tensor.contiguous().clone() for name, tensor in tensors.items()}
    facts = json.dumps(
        {
            "model": _digest_of_model(model),
            "last_id": state.tracker.last_id,
            "looks_count": state.tracker.looks.count,
            "association": _association_facts(state.tracker.association),
            "backdrop_time": state.tracker.backdrop.median.time,
            "num_frames": state.num_frames,
            "time": state.time,
        }
    )
    metadata = {FORMAT: facts, "sha256": _digest(facts, tensors)}
    write_bytes(path, safetensors.torch.save(tensors, metadata))


def read_state(path: Path, model: Model) -> TrackingState:
    """Read what `write_state` wrote.

    Raises
    ------
    InputError : where the file is missing, damaged or foreign, or belongs to another model.
    """
    facts, tensors = _read(path)
    if facts["model"] != _digest_of_model(model):
        raise InputError(
            f"{path}: belongs to another model; give the model that it was saved with, or start "
            "without --load-state"
        )
    return TrackingState(
        tracker=TBAState(
            trackers=_trackers(path, tensors, model),
            track_id=tensors["track_id"].numpy(),
            last_id=facts["last_id"],
            extent=Extent(
                part=tensors["extent_part"].numpy(), frames=tensors["extent_frames"].numpy()
            ),
            perspective=Perspective(sums=tensors["perspective"].numpy()),
            looks=Looks(total=tensors["looks"].numpy(), count=facts["looks_count"]),
            association=_association(facts["association"], tensors),
            backdrop=Backdrop(
                median=MedianPicture(
                    picture=tensors["backdrop"].numpy(), time=facts["backdrop_time"]
                )
            ),
            covered=tensors["covered"].numpy(),
        ),
        camera=Camera(
            background=tensors["background"].numpy(),
            ignore=None if (ignore := tensors.get("ignore")) is None else ignore.numpy(),
        ),
        num_frames=facts["num_frames"],
        time=facts["time"],
    )


def _trackers(path: Path, tensors: Mapping[str, Tensor], model: Model) -> RATState:
    """The trackers' state, on the model's device."""
    start = model.network.start(1).as_tensors()
    found = {
        name.removeprefix(TRACKERS): tensor
        for name, tensor in tensors.items()
        if name.startswith(TRACKERS)
    }
    if {k: t.shape for k, t in found.items()} != {k: t.shape for k, t in start.items()}:
        raise InputError(
            f"{path}: was written by another version of animot; start without --load-state"
        )
    return RATState.from_tensors({name: found[name].to(start[name].device) for name in start})


def _association_tensors(association: AssociationState | None) -> dict[str, Tensor]:
    if association is None:
        return {}
    tracks = association.tracks
    return {f"{ASSOCIATION}{name}": torch.from_numpy(getattr(tracks, name)) for name in COLUMNS}


def _association_facts(association: AssociationState | None) -> dict[str, Any] | None:
    if association is None:
        return None
    return {"time": association.time, "last_id": association.last_id}


def _association(
    facts: dict[str, Any] | None, tensors: Mapping[str, Tensor]
) -> AssociationState | None:
    """The state of association; the model's digest says already whether it has one."""
    if facts is None:
        return None
    columns = {name: tensors[f"{ASSOCIATION}{name}"].numpy() for name in COLUMNS}
    return AssociationState(tracks=OpenTracks(**columns), **facts)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Facts and tensors of a file that is whole."""
    advice = "give a file that --save-state has written"
    if not path.is_file():  # a pipe would be waited for
        raise InputError(f"{path}: no such file; {advice}")
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            facts = metadata[FORMAT]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {advice}") from error
    except (safetensors.SafetensorError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is not a tracking state of this version; {advice}") from error
    if metadata.get("sha256") != _digest(facts, tensors):
        raise InputError(f"{path}: is damaged; restore it, or start without --load-state")
    return json.loads(facts), tensors


def _digest_of_model(model: Model) -> str:
    """Changes with any weight and any setting of the network."""
    return _digest(json.dumps(asdict(model.network.config)), model.network.state_dict())


def _digest(facts: str, tensors: Mapping[str, Tensor]) -> str:
    content = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    return hashlib.sha256(facts.encode() + safetensors.torch.save(content)).hexdigest()
