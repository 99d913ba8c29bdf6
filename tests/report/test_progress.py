from dataclasses import replace

import numpy as np
import pytest

from animot.report import progress
from animot.report.progress import ProgressLine
from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.training.loop import Report

REPORT = Report(
    step=40,
    progress=0.25,
    seconds=61.0,
    seconds_left=183.4,
    frames_per_second=52.4,
    numbers={"loss": 12.345, "objects_on": 3.21},
)


def _frame(index: int) -> Frame:
    return Frame(index=index, time=0.0, image=np.zeros((4, 5, 3), dtype=np.uint8))


def _objects(count: int) -> FrameTracks:
    return FrameTracks(
        track_id=np.arange(count), box=np.zeros((count, 4)), confidence=np.ones(count)
    )


def test_learning_shows_loss_objects_speed_and_time_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ProgressLine() as line:
        line.learned(REPORT)
    said = capsys.readouterr().err
    for part in ("step 40", "25 %", "loss 12.3", "objects on 3.2", "52 frames/s", "3:03 left"):
        assert part in said


def test_what_is_explained_is_shown_where_there_is_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    validated = replace(REPORT, validation={"loss": 9.0, "explained": 0.938})
    for width, report, shown in (
        (80, validated, True),
        (70, validated, False),
        (80, REPORT, False),
    ):
        with ProgressLine() as line:
            line.console.width = width
            line.learned(report)
        said = capsys.readouterr().err.rstrip("\n")
        assert said.startswith("step 40")
        assert said.endswith("  explains 94 %") == shown
        assert len(said) <= width


def test_tracking_shows_frames_and_objects(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as line:
        line.tracked(_frame(0), _objects(1))
        line.tracked(_frame(1), _objects(4))
    said = capsys.readouterr().err
    assert "frame 2" in said
    assert "4 objects now, 2.5 on average" in said


def test_another_sequence_is_counted_anew(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 100.0, 100.0, 900.0, 900.0, 900.0, 900.5, 900.5])
    with ProgressLine() as line:
        monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
        for index, count in ((0, 8), (0, 1), (1, 3)):
            line.tracked(_frame(index), _objects(count))
    assert "3 objects now, 2.0 on average  2 frames/s" in capsys.readouterr().err


def test_a_file_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ProgressLine() as line:
        for index in range(50):
            line.tracked(_frame(index), _objects(0))
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
        line.tracked(_frame(50), _objects(0))
        assert "frame 51" in capsys.readouterr().err


def test_results_go_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as line:
        line.say("a note")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "a note" in captured.err
