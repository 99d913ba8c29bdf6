import json
from pathlib import Path

import numpy as np
import pytest

from animot.report.json_lines import JsonLines, json_line
from animot.tracker import Frame
from animot.tracks import FrameTracks

FRAME = Frame(index=41, time=1.64049, image=np.zeros((4, 5, 3), dtype=np.uint8))
OBJECTS = FrameTracks(
    track_id=np.array([7, 3]),
    box=np.array([[1.00049, 2.0, 3.5, 4.25], [-0.00001, 6.0, 7.0, 8.0]]),
    confidence=np.array([0.98764, 0.5]),
    layer=np.array([1, 0]),
)
NOTHING = FrameTracks(track_id=np.zeros(0, int), box=np.zeros((0, 4)), confidence=np.zeros(0))


def test_a_line_holds_the_frame_and_its_objects_by_identity() -> None:
    assert json.loads(json_line(FRAME, OBJECTS)) == {
        "frame": 42,
        "time": 1.64,
        "objects": [
            {"id": 3, "box": [0.0, 6.0, 7.0, 8.0], "confidence": 0.5, "layer": 0},
            {"id": 7, "box": [1.0, 2.0, 3.5, 4.25], "confidence": 0.9876, "layer": 1},
        ],
    }
    assert "-0.0" not in json_line(FRAME, OBJECTS)


def test_a_frame_without_objects_has_a_line_too() -> None:
    assert json.loads(json_line(FRAME, NOTHING)) == {"frame": 42, "time": 1.64, "objects": []}


def test_a_layer_that_is_not_known_is_null() -> None:
    known = FrameTracks(track_id=OBJECTS.track_id, box=OBJECTS.box, confidence=OBJECTS.confidence)
    layers = [found["layer"] for found in json.loads(json_line(FRAME, known))["objects"]]
    assert layers == [None, None]


def test_a_line_is_in_the_file_at_once(tmp_path: Path) -> None:
    with JsonLines(tmp_path / "a.jsonl") as lines:
        for count in (1, 2, 3):
            lines.write(FRAME, OBJECTS)
            assert (tmp_path / "a.jsonl").read_text().count("\n") == count


def test_a_dash_is_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with JsonLines("-") as lines:
        lines.write(FRAME, OBJECTS)
    assert json.loads(capsys.readouterr().out)["frame"] == 42
    assert not list(tmp_path.iterdir())
