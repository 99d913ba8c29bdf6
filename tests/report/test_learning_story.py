import json
from pathlib import Path

import pytest

from animot.report.learning_story import learning_story

FACTS = {
    "step": 2000,
    "seconds": 90.0,
    "seed": 7,
    "config": {"num_trackers": 12, "frame_size": [96, 128]},
    "validation": {"best": {"explained": 0.674}},
    "scores": {"MOTA": 0.9828, "IDF1": 0.9773},
}


def _write(path: Path, entries: list[object]) -> None:
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))


def test_facts_are_told_in_words() -> None:
    story = learning_story(FACTS, None)
    assert story.facts == (
        ("Steps", "2,000"),
        ("Time of learning", "1.5 minutes"),
        ("Explains", "67 % of what moves"),
        ("Working size", "128 by 96 pixels"),
        ("Most objects at a time", "12"),
        ("Seed", "7"),
        ("MOTA in its own test", "98.3"),
        ("IDF1 in its own test", "97.7"),
    )
    assert story.curves == ()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"step": "many", "seconds": None, "seed": True},
        {"config": [1], "validation": {"best": 3}, "scores": "good"},
        {"config": {"frame_size": [1, "2"]}, "seconds": float("nan"), "step": 10**400},
    ],
)
def test_foreign_facts_are_left_out(facts: dict[str, object]) -> None:
    assert learning_story(facts, None).facts == ()


def test_curves_come_from_the_logs_of_the_run(tmp_path: Path) -> None:
    _write(tmp_path / "log.jsonl", [{"step": t, "loss": 9.0 - t, "area": 1} for t in range(4)])
    _write(tmp_path / "validation.jsonl", [{"step": t, "explained": t / 9} for t in (3, 6)])
    loss, explained = learning_story({}, tmp_path).curves
    assert (loss.title, loss.steps, loss.values) == ("Loss", (0, 1, 2, 3), (9.0, 8.0, 7.0, 6.0))
    assert (explained.steps, explained.values) == ((3, 6), (3 / 9, 6 / 9))
    assert (loss.most, explained.most) == (None, 1.0)


def test_damaged_lines_are_passed_over_and_a_point_is_no_curve(tmp_path: Path) -> None:
    good = json.dumps({"step": 2, "loss": 1.5})
    (tmp_path / "log.jsonl").write_bytes(
        b'\xff\xfe{"step"\n[1]\n{"step": 1}\n{"step": 0, "loss": NaN}\n'
        + b'{"step": 5, "loss": 2.5}\n'
        + good.encode()
        + b'\n{"step": 3, "lo'
    )
    _write(tmp_path / "validation.jsonl", [{"step": 3, "explained": 0.5}])
    (loss,) = learning_story({}, tmp_path).curves
    assert (loss.steps, loss.values) == ((2, 5), (1.5, 2.5))
