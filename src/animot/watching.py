"""Tracking without an end: what is found is given away frame by frame, and nothing is kept."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from animot.atttrack.pair import Pair
from animot.atttrack.stored import TrainedStudent
from animot.atttrack.tracker import AttTrackTracker
from animot.device import choose_device
from animot.engines import Given, TakingTurns, open_model
from animot.errors import InputError
from animot.feeds import Feed, Say, counted_on, open_feed
from animot.report.json_lines import STANDARD_OUTPUT, JsonLines
from animot.report.learning_story import learning_story
from animot.report.older_results import remove_older
from animot.report.page import Told, write_page
from animot.report.recording import Recorder
from animot.report.result_files import ResultFiles, open_folder
from animot.report.tally import Tally
from animot.saved import Model
from animot.tracker import Frame, State, Tracker, follow
from animot.tracking_state import TrackingState, read_state, write_state
from animot.tracks import FrameTracks
from animot.video.live import PATIENCE_SECONDS
from animot.video.live_address import live_address

OnFrame = Callable[[Frame, FrameTracks], None]


def watch(
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
) -> Tally:
    """Track the objects in a video, a webcam or a stream in constant memory.

    All arguments are those of `animot.track`, which keeps what it finds.

    Returns
    -------
    Numbers of frames, boxes and tracks.

    Raises
    ------
    InputError : where the source, the model or a file cannot be used.
    """
    say = say or _say_nothing
    turns = TakingTurns(student=student, every=every, policy=policy)
    opened = open_model(model, turns, choose_device(device))
    if isinstance(opened, Pair) and not (load_state is None and save_state is None):
        raise InputError("the state of a pair of atttrack is not saved; leave the state out")
    before = None
    if load_state is not None and isinstance(opened, Model):
        before = read_state(Path(load_state), opened)
    if masks and isinstance(opened, Pair):
        raise InputError("a pair of atttrack finds boxes, no masks; leave --masks out")
    if masks and live_address(source) is not None:
        raise InputError(
            f"{source}: masks of a source without an end would fill the disk; leave --masks out"
        )
    with open_feed(source, patience, say) as feed:
        with ExitStack() as files:
            sinks = _open_files(
                files, out, jsonl, feed, video=video, masks=masks, overwrite=overwrite
            )
            recorder = None
            if out is not None and page and not feed.live:
                recorder = files.enter_context(Recorder(Path(out), feed.fps))
                sinks.append(recorder.write)
            if save_state is not None:
                again = load_state is not None and Path(load_state) == Path(save_state)
                _check_state_file(Path(save_state), overwrite=overwrite or again)
            if on_frame is not None:
                sinks.append(on_frame)
            tally = Tally()
            sinks.append(lambda _, objects: tally.add(objects))
            after = _run(feed, opened, before, sinks, say, masks=masks)
        losses = feed.losses()
    if save_state is not None and isinstance(opened, Model):
        assert after is not None
        write_state(after, opened, Path(save_state))
    if losses is not None:
        say(losses)
    say(str(tally))
    if recorder is not None:
        write_page(recorder, _told(Path(source).resolve().name, opened, after), say)
    if out is not None:
        remove_older(Path(out), video=video, masks=masks, page=recorder is not None)
    return tally


def _told(title: str, model: Model | Pair, after: TrackingState | None) -> Told:
    """What the page tells beside the tracks."""
    if isinstance(model, Pair) or after is None:
        return Told(title=title)
    story = learning_story(model.facts, model.run)
    return Told(title=title, background=after.camera.background, learning=story)


def _run(
    feed: Feed,
    model: Model | Pair,
    before: TrackingState | None,
    sinks: list[OnFrame],
    say: Say,
    *,
    masks: bool,
) -> TrackingState | None:
    """Track to the end; where tracking with a model of tba stands then."""
    if isinstance(model, Pair):
        pair = AttTrackTracker(model)
        for _ in _followed(pair, feed.frames(), pair.start(), feed, sinks):
            pass
        return None
    if before is None:
        camera, frames = feed.view(model, say)
        start = model.tracker(camera).start()
        stands = TrackingState(tracker=start, camera=camera, num_frames=0, time=0.0)
    else:
        stands, frames = before, feed.frames()
    tracker = model.tracker(stands.camera, masks=masks)
    counted = counted_on(frames, stands.num_frames, stands.time)
    for state, frame in _followed(tracker, counted, stands.tracker, feed, sinks):
        stands = replace(
            stands, tracker=state, num_frames=frame.index + 1, time=frame.time + 1 / feed.fps
        )
    return stands


def _followed(
    tracker: Tracker[State],
    frames: Iterator[Frame],
    state: State,
    feed: Feed,
    sinks: list[OnFrame],
) -> Iterator[tuple[State, Frame]]:
    """Track, and give what is found away; the state after each frame, and the frame."""
    for after, frame, objects in follow(tracker, frames, state, ahead=not feed.live):
        for sink in sinks:
            sink(frame, objects)
        yield after, frame


def _open_files(
    files: ExitStack,
    out: str | Path | None,
    jsonl: str | Path | None,
    feed: Feed,
    *,
    video: bool,
    masks: bool,
    overwrite: bool,
) -> list[OnFrame]:
    """What is to be called with each frame, so that all that was asked for is written."""
    sinks: list[OnFrame] = []
    if out is not None:
        folder = open_folder(Path(out), overwrite=overwrite)
        results = ResultFiles(folder, feed.fps, video=video, masks=masks, live=feed.live)
        sinks.append(files.enter_context(results).write)
    if jsonl is not None:
        if str(jsonl) != STANDARD_OUTPUT and Path(jsonl).exists() and not overwrite:
            raise InputError(f"{jsonl}: is there already; give another file, or --overwrite")
        sinks.append(files.enter_context(JsonLines(jsonl)).write)
    return sinks


def _check_state_file(path: Path, *, overwrite: bool) -> None:
    """Refuse before the work what would be refused after it."""
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it, or give another")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; give a file for the state")
    if path.exists() and not overwrite:
        raise InputError(f"{path}: is there already; give another file, or --overwrite")


def _say_nothing(text: str) -> None:
    """For those who do not want to know."""
    del text
