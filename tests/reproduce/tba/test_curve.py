import json
from pathlib import Path

from animot.reproduce.tba.curve import Point, read_curve


def test_points_are_validations_with_the_time_until_then(tmp_path: Path) -> None:
    speed = [{"step": step, "seconds": 2.5 * (step + 1)} for step in range(6)]
    validations = [
        {"step": 1, "loss": 30.0, "explained": 0.25},
        {"step": 3, "loss": float("nan")},
        {"step": 5, "loss": 20.0},
    ]
    for name, lines in (("speed", speed), ("validation", validations)):
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text)
    assert read_curve(tmp_path) == (
        Point(step=2, seconds=5.0, loss=30.0, explained=0.25),
        Point(step=6, seconds=15.0, loss=20.0),
    )
