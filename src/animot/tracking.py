"""Tracking a video with a learned model: from file names to tracks."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from animot.data.mot import write_tracks
from animot.data.sequence import Sequence, open_sequence
from animot.data.track_csv import write_csv
from animot.device import choose_device
from animot.errors import InputError
from animot.report.overlay import draw
from animot.saved import Camera, Model, load_model
from animot.tba.pixels import to_working_size
from animot.tracker import Frame
from animot.tracker import track as track_frames
from animot.tracks import FrameTracks, Tracks
from animot.video.background import background
from animot.video.writer import VideoWriter

# A pixel that differs by more than this from the remembered background shows something else.
PIXEL_DIFFERS = 25
# More such pixels than this part of the view, and it is another view.
ANOTHER_CAMERA = 0.3
SAMPLED_FRAMES = 50


def track(
    source: str | Path,
    model: str | Path | Model,
    out: str | Path | None = None,
    *,
    video: bool = True,
    device: str | None = None,
    overwrite: bool = False,
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Tracks:
    """Track the objects in a video.

    Parameters
    ----------
    source : video file or folder of images.
    model : learned; also a run folder, or the name of shipped weights.
    out : folder for tracks.txt (MOTChallenge), tracks.csv and annotated.mp4; None: no files.
    video : whether to write annotated.mp4.
    device : "cpu", "cuda", ...; None: a GPU where there is one.
    overwrite : replace these files in a folder that is not empty.
    on_frame : called with each frame and its objects.
    say : called with what is worth telling the user, in one line each.

    Raises
    ------
    InputError : where the video, the model or the folder cannot be used.
    """
    sequence = open_sequence(source)
    if not isinstance(model, Model):
        model = load_model(model, choose_device(device))
    folder = None if out is None else _open_folder(Path(out), overwrite=overwrite)
    tracker = model.tracker(choose_camera(sequence, model, say))
    with ExitStack() as files:
        writer = None
        if folder is not None and video:
            writer = files.enter_context(VideoWriter(folder / "annotated.mp4", sequence.fps))

        def show(frame: Frame, objects: FrameTracks) -> None:
            if writer is not None:
                writer.write(draw(frame.image, objects))
            if on_frame is not None:
                on_frame(frame, objects)

        tracks = track_frames(tracker, sequence.frames(), show)
    if folder is not None:
        write_tracks(tracks, folder / "tracks.txt")
        write_csv(tracks, folder / "tracks.csv")
    if say is not None:
        say(summary(tracks))
    return tracks


def _open_folder(folder: Path, *, overwrite: bool) -> Path:
    """Make the folder, or make sure that an old one may be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds_something = any(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"{folder}: cannot write there ({error.strerror}); give a folder that is yours"
        ) from error
    if holds_something and not overwrite:
        raise InputError(f"{folder}: is not empty; give another folder, or --overwrite")
    return folder


def summary(tracks: Tracks) -> str:
    """What was found, in a line."""
    if len(tracks) == 0:
        return (
            f"nothing was found in {tracks.num_frames} frames; if something moves there, learn "
            "from this video (animot learn)"
        )
    return (
        f"{len(np.unique(tracks.track_id))} tracks, {len(tracks)} boxes "
        f"in {tracks.num_frames} frames"
    )


def choose_camera(
    sequence: Sequence, model: Model, say: Callable[[str], None] | None = None
) -> Camera:
    """The remembered view that the sequence shows, or a new one made from the sequence."""
    config = model.network.config
    seen = background(sequence, config.frame_size, SAMPLED_FRAMES)
    seen = to_working_size(seen, config.frame_size, config.frame_channels)
    differences = [difference(camera.background, seen) for camera in model.cameras]
    nearest = int(np.argmin(differences))
    if differences[nearest] <= ANOTHER_CAMERA:
        return model.cameras[nearest]
    if say is not None:
        say(
            f"{sequence.name}: another camera than the model has learned from "
            f"({100 * differences[nearest]:.0f} % of the view differs); made a background for it"
        )
    return Camera(background=seen)


def difference(a: UInt8[np.ndarray, "H W D"], b: UInt8[np.ndarray, "H W D"]) -> float:
    """Part of the pixels in which two backgrounds differ, from 0 to 1."""
    distance = np.abs(a.astype(np.int16) - b.astype(np.int16)).max(axis=2)
    return float((distance > PIXEL_DIFFERS).mean())
