"""The part of the command line that tracks."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from animot.cli_data import Out
from animot.errors import InputError


def track(
    source: str | None = None,
    *,
    model: Annotated[str | None, Parameter(name=["--model", "-m"])] = None,
    student: str | None = None,
    every: int | None = None,
    policy: str | None = None,
    detections: Path | None = None,
    out: Out | None = None,
    jsonl: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,  # a lone -
    fps: float | None = None,
    video: bool = True,
    page: bool = True,
    masks: Annotated[bool, Parameter(negative=())] = False,
    load_state: Path | None = None,
    save_state: Path | None = None,
    patience: float = 60.0,
    device: str | None = None,
    threads: int = 1,
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Track the objects in a video, a webcam or a stream.

    Ctrl-C ends a webcam or a stream; all that was found is in the files.

    Example: animot track street.mp4 -m street/ -o out/

    Parameters
    ----------
    source
        Video file, folder of images, number of a webcam, or URL; optional with --detections.
    model
        Run folder, or the name of shipped weights.
    student
        atttrack: run of the student of --model.
    every
        atttrack: every so many frames are the teacher's; 4.
    policy
        atttrack, naive-mix, layerwise, adaptive, teacher or student.
    detections
        det.txt of any detector, tracked instead of using a model.
    out
        Folder for tracks.txt, tracks.csv, annotated.mp4 and report.html.
    jsonl
        File, or - for standard output: a line of JSON a frame, at once. The default without --out.
    fps
        Frames per second of detections without a video; 30 if not given.
    video
        Whether to write annotated.mp4.
    page
        Whether to write report.html, a page to look at; not for live sources.
    masks
        Write the pixels of each object, too: a folder of images whose pixels hold identities.
    load_state
        Go on from this state: frames are counted on, objects keep their identities.
    save_state
        File for the state at the end.
    patience
        Seconds without a frame after which a webcam or a stream is given up.
    device
        cpu, cuda, ...; a GPU where there is one.
    threads
        Threads of the processor; more seldom help on single frames.
    overwrite
        Replace results that are already there.
    """
    if detections is not None:
        if model is not None:
            raise InputError("give either --model or --detections")
        if out is None:
            raise InputError("give a folder for the tracks of --detections, with --out")
        for name, given in {
            "jsonl": jsonl,
            "load-state": load_state,
            "save-state": save_state,
            "student": student,
            "every": every,
            "policy": policy,
        }.items():
            if given is not None:
                raise InputError(f"--{name} is for --model; leave it out with --detections")
        if masks:
            raise InputError("--masks is for --model; leave it out with --detections")
        _track_detections(detections, out, source, fps, video, page, overwrite)
        return
    if source is None or model is None:
        raise InputError("give a video and --model RUN, or --detections det.txt")
    if fps is not None:
        raise InputError("--fps is for --detections; a video tells its own frame rate")
    import torch

    from animot.numerics import check_threads
    from animot.report.progress import ProgressLine
    from animot.watching import watch

    check_threads(threads)
    torch.set_num_threads(threads)
    if out is None and jsonl is None:
        jsonl = "-"
    with ProgressLine() as progress:
        watch(
            source,
            model,
            out,
            student=student,
            every=every,
            policy=policy,
            jsonl=jsonl,
            video=video,
            page=page,
            masks=masks,
            load_state=load_state,
            save_state=save_state,
            patience=patience,
            device=device,
            overwrite=overwrite,
            # A living line would get between the lines of JSON.
            on_frame=None if jsonl == "-" else progress.tracked,
            say=progress.say,
        )


def _track_detections(
    detections: Path,
    out: Path,
    source: str | None,
    fps: float | None,
    video: bool,
    page: bool,
    overwrite: bool,
) -> None:
    from animot.associating import track_detections
    from animot.report.progress import ProgressLine

    with ProgressLine() as progress:
        track_detections(
            detections,
            out,
            source=source,
            fps=fps,
            video=video,
            page=page,
            overwrite=overwrite,
            on_frame=progress.tracked,
            say=progress.say,
        )
