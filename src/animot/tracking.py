"""Tracking with a learned model: from file names to tracks."""

from pathlib import Path

from animot.atttrack.stored import TrainedStudent
from animot.engines import Given
from animot.feeds import Say
from animot.tracker import Frame
from animot.tracks import FrameTracks, Tracks, stack
from animot.video.live import PATIENCE_SECONDS
from animot.watching import OnFrame, watch


def track(
    source: str | Path,
    model: Given,
    out: str | Path | None = None,
    *,
    student: str | Path | TrainedStudent | None = None,
    every: int | None = None,
    policy: str | None = None,
    jsonl: str | Path | None = None,
    video: bool = True,
    page: bool = True,
    masks: bool = False,
    load_state: str | Path | None = None,
    save_state: str | Path | None = None,
    patience: float = PATIENCE_SECONDS,
    device: str | None = None,
    overwrite: bool = False,
    on_frame: OnFrame | None = None,
    say: Say | None = None,
) -> Tracks:
    """Track the objects in a video.

    A webcam or a stream is tracked until Ctrl-C or SIGTERM; `animot.watch` does that without
    keeping what it finds, in constant memory.

    Parameters
    ----------
    source : video file or folder of images; number of a webcam, or URL of a stream.
    model : learned; also a run folder, or the name of shipped weights.
    student : where the model is a teacher of atttrack: its student, or the run folder of that.
    every : the teacher looks at every so many frames; None: 4.
    policy : which of the two looks at which frame, a name in `animot.atttrack.policy`; None: what
        the student has learned.
    out : folder for tracks.txt (MOTChallenge), tracks.csv, annotated.mp4 and report.html; None: no
        files.
    jsonl : file, or "-" for standard output, for one JSON object a frame, as it comes; see
        `animot.report.json_lines`.
    video : whether to write annotated.mp4.
    page : whether to write report.html, the page to look at; a live source has none.
    masks : whether to find the pixels of each object, too: written to the folder masks, an image a
        frame, and given to `on_frame`.
    load_state : file that `save_state` wrote at the end of the video before this one, by the same
        camera; frames are counted on, and objects keep their identities.
    save_state : file to write at the end, from which the next video goes on.
    patience : seconds without a frame after which a webcam or a stream is given up.
    device : "cpu", "cuda", ...; None: a GPU where there is one.
    overwrite : replace these files in a folder that is not empty.
    on_frame : called with each frame and its objects.
    say : called with what is worth telling the user, in one line each.

    Raises
    ------
    InputError : where the video, the model or a file cannot be used.
    """
    seen: list[FrameTracks] = []
    times: list[float] = []
    first = 0

    def keep(frame: Frame, objects: FrameTracks) -> None:
        nonlocal first
        first = frame.index - len(seen)
        seen.append(objects.without_masks())
        times.append(frame.time)
        if on_frame is not None:
            on_frame(frame, objects)

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
        on_frame=keep,
        say=say,
    )
    return stack(seen, times, first=first)
