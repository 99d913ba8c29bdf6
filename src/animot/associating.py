"""Tracking a detector's boxes: from file names to tracks."""

import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from animot.association.associate import DEFAULT_FPS, associate
from animot.association.associator import AssociationState, Associator
from animot.data.mot import write_tracks
from animot.data.mot_detections import read_detections
from animot.data.sequence import Sequence, open_sequence
from animot.data.track_csv import write_csv
from animot.detections import NO_DETECTIONS, Detections, FrameDetections
from animot.errors import InputError, InputWarning
from animot.report.older_results import remove_older
from animot.report.overlay import draw
from animot.report.page import Told, write_page
from animot.report.recording import Recorder
from animot.report.result_files import VIDEO, open_folder
from animot.report.tally import Tally
from animot.tracker import Frame
from animot.tracker import track as track_frames
from animot.tracks import FrameTracks, Tracks
from animot.video.worker import Worker
from animot.video.writer import VideoWriter


def track_detections(
    detections: str | Path,
    out: str | Path,
    *,
    source: str | Path | None = None,
    fps: float | None = None,
    video: bool = True,
    page: bool = True,
    overwrite: bool = False,
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Tracks:
    """Track what a detector has found, and write the tracks.

    Parameters
    ----------
    detections : MOTChallenge text, see `animot.data.mot_detections`.
    out : folder for tracks.txt (MOTChallenge), tracks.csv and, with a source, annotated.mp4 and
        report.html.
    source : the video, file or folder of images; it tells the times of the frames.
    fps : frames per second where there is no source; None: 30.
    video : whether to write annotated.mp4.
    page : whether to write report.html, the page to look at.
    overwrite : replace these files in a folder that is not empty.
    on_frame : called with each frame of the source and its objects.
    say : called with what is worth telling the user, in one line each.

    Raises
    ------
    InputError : where the detections, the video or the folder cannot be used.
    """
    if source is not None and fps is not None:
        raise InputError("give either a video, which tells its own frame rate, or --fps")
    boxes = read_detections(detections)
    sequence = None if source is None else open_sequence(source)
    folder = open_folder(Path(out), overwrite=overwrite)
    recorder = None
    if sequence is None:
        tracks = associate(boxes, fps=DEFAULT_FPS if fps is None else fps)
    else:
        annotated = VideoWriter(folder / VIDEO, sequence.fps) if video else None
        recorder = Recorder(folder, sequence.fps) if page else None
        tracks = _track_video(sequence, boxes, annotated, recorder, on_frame)
        if tracks.num_frames < boxes.num_frames:
            warnings.warn(
                f"{detections}: goes on to frame {boxes.num_frames}, but the video has "
                f"{tracks.num_frames} frames; are these its detections?",
                InputWarning,
                stacklevel=2,
            )
    write_tracks(tracks, folder / "tracks.txt")
    write_csv(tracks, folder / "tracks.csv")
    say = say or _say_nothing
    say(str(Tally.of(tracks)))
    if recorder is not None and sequence is not None:
        write_page(recorder, Told(title=sequence.path.resolve().name), say)
    shown = sequence is not None
    remove_older(folder, video=shown and video, masks=False, page=shown and page)
    return tracks


@dataclass(frozen=True, kw_only=True, eq=False)
class DetectionTracker:
    """A `Tracker` that looks at the detections of a frame instead of its pixels.

    Attributes
    ----------
    associator : gives the identities.
    detections : of each frame, in order; frames after the last one have none.
    """

    associator: Associator
    detections: list[FrameDetections]

    def start(self) -> AssociationState:
        """State before the first frame."""
        return self.associator.start()

    def step(self, state: AssociationState, frame: Frame) -> tuple[AssociationState, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        known = frame.index < len(self.detections)
        detections = self.detections[frame.index] if known else NO_DETECTIONS
        return self.associator.step(state, detections, frame.time)


def _track_video(
    sequence: Sequence,
    detections: Detections,
    annotated: VideoWriter | None,
    recorder: Recorder | None,
    on_frame: Callable[[Frame, FrameTracks], None] | None,
) -> Tracks:
    tracker = DetectionTracker(associator=Associator(), detections=detections.frames())
    with ExitStack() as files:
        for file in (annotated, recorder):
            if file is not None:
                files.enter_context(file)
        worker = files.enter_context(Worker())

        def show(frame: Frame, objects: FrameTracks) -> None:
            if annotated is not None:
                worker.do(lambda: annotated.write(draw(frame.image, objects)))
            if recorder is not None:
                recorder.write(frame, objects)
            if on_frame is not None:
                on_frame(frame, objects)

        return track_frames(tracker, sequence.frames(), show)


def _say_nothing(text: str) -> None:
    """For those who do not want to know."""
    del text
