"""Tables, differences and figures against counts by hand."""

import json
import sys
from pathlib import Path

import pytest
from made_scores import counts, gap, scored

from animot.atttrack.config import TINY
from animot.atttrack.pair import ASSOCIATION
from animot.atttrack.stopwatch import PARTS
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.errors import InputWarning
from animot.labelled_planning import TRAINING
from animot.reproduce.atttrack import figures
from animot.reproduce.atttrack.differences import differences
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.numbers import render_json
from animot.reproduce.atttrack.summary import Summary
from animot.reproduce.atttrack.tables import render_markdown
from animot.reproduce.atttrack.task import Task
from animot.reproduce.atttrack.timing import RowTime, Times
from animot.reproduce.learned import Learned

TASK = Task(
    data="crowd",
    preset="tiny",
    steps=700,
    minutes=None,
    sequences=2,
    frames=10,
    pair=TINY,
    training=TRAINING["tiny"],
    association=ASSOCIATION,
    difficulty=CrowdDifficulty(),
)
LEARNED = Learned(
    steps=700,
    frames=4200,
    seconds=90.0,
    best_step=600,
    threads=1,
    dtype="float32",
    animot="0.1.0",
    torch="2.13.0",
    commit="0123456789abcdef-dirty",
)
GAPS = (gap(0, 10, 100, 1, 9, 0), gap(1, 5, 50, 5, 10, 0), gap(2, 5, 50, 5, 20, 5))


def row(name, wrong, *, every=None, seeds=(1,), gaps=()):
    """A row whose two sequences of 100 boxes have so many misses, half as many in the second."""
    several = [
        scored(
            name, counts(100, 0, wrong, 0), counts(100, 0, wrong // 2, 0), seed=seed, every=every
        )
        for seed in seeds
    ]
    changed = [type(one)(**(vars(one) | {"gaps": gaps})) for one in several]
    return Row(name=name, every=every), changed


def time_of(key, network):
    parts = dict(zip(PARTS, (network, 1.0, 0.25, 0.75), strict=True))
    return RowTime(row=key, parts=parts, total=network + 2.0)


def summary(*rows, times=None):
    return Summary(task=TASK, results=dict(rows), times=times, learned={"teacher-seed1": LEARNED})


TIMES = Times(
    rows=(time_of("teacher", 18.0), time_of("student", 6.0), time_of("atttrack-every2", 10.5)),
    frames=60,
    rounds=5,
    device="cpu",
)
WHOLE = summary(
    row("teacher", 20, seeds=(1, 2)),
    row("student", 60, seeds=(1, 2)),
    row("naive-mix", 44, every=2, gaps=GAPS),
    row("atttrack", 36, every=2, seeds=(1, 2), gaps=GAPS),
    row("control-oracle", 30, every=2, gaps=GAPS),
    times=TIMES,
)


def table(page, heading):
    """Cells by method (and K), the heading of the table left out."""
    below = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in below.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {(first, second): rest for first, second, *rest in cells}


def test_accuracy_and_speed():
    found = table(render_markdown(WHOLE), "Accuracy and speed")
    assert list(found) == [
        ("Teacher-only", "-"),
        ("Student-only", "-"),
        ("linear mix", "2"),
        ("Naive-Mix", "2"),
        ("AttTrack (ours)", "2"),
        ("control: true tracks", "2"),
    ]
    # 20 and 10 of 100 missed; IDF1 = 2 x 170 / (200 + 170); counts are means over seeds.
    assert found["Teacher-only", "-"] == [
        *("85.0 (80.0 to 90.0)", "91.9 (88.9 to 94.7)", "0", "0", "30", "-"),
        *("50.0", "18.00", "1.00", "0.25", "0.75"),
    ]
    mixed = found["linear mix", "2"]
    assert mixed[0] == "70.0 (60.0 to 80.0)"
    assert mixed[5:7] == ["-", "71.4"]  # 2 / (1 / 50 + 1 / 125)
    ours = found["AttTrack (ours)", "2"]
    assert ours[0].startswith("73.0 ")
    assert ours[4:8] == ["54", "0.50", "80.0", "10.50"]
    assert found["control: true tracks", "2"][5:] == ["0.50", *["-"] * 5]


def test_frames_since_the_key_frame():
    found = table(render_markdown(WHOLE), "Frames since the key frame")
    assert found["AttTrack (ours)", "2"] == [
        *("90.0 / 91.0", "55.0 / 70.0", "70.0 / 80.0", "40.0 / 60.0"),
        *["-"] * 3,
    ]
    assert ("Teacher-only", "-") not in found


def test_differences_are_those_that_can_be_taken():
    found = {(title, every): samples["MOTA"] for title, every, samples in differences(WHOLE)}
    assert list(found) == [
        ("Teacher-only - Student-only", None),
        ("AttTrack (ours) - Naive-Mix", 2),
        ("AttTrack (ours) - linear mix", 2),
        ("Naive-Mix - linear mix", 2),
        ("control: true tracks - AttTrack (ours)", 2),
    ]
    assert [round(100 * one.value, 6) for one in found.values()] == [30, 6, 3, -3, 4.5]
    page = table(render_markdown(WHOLE), "Differences")
    assert page["AttTrack (ours) - linear mix", "2"][0] == "+3.0 (+2.0 to +4.0)"
    assert page["Naive-Mix - linear mix", "2"][0] == "-3.0 (-4.0 to -2.0)"


def test_looks_first_is_compared_with_overlap_at_once_and_by_itself():
    rows = [
        row(name, wrong, every=2)
        for name, wrong in (
            ("naive-mix", 20),
            ("atttrack", 24),
            ("naive-mix-looks-first", 40),
            ("atttrack-looks-first", 36),
        )
    ]
    found = {t: round(100 * of["MOTA"].value, 6) for t, _, of in differences(summary(*rows))}
    assert found == {
        "AttTrack (ours) - Naive-Mix": -3,
        "looks first: Naive-Mix - Naive-Mix": -15,
        "looks first: AttTrack (ours) - AttTrack (ours)": -9,
        "looks first: AttTrack (ours) - looks first: Naive-Mix": 3,
    }


def test_differences_are_of_the_seeds_that_both_have():
    some = summary(row("teacher", 20, seeds=(1, 2)), row("student", 60, seeds=(2, 3)))
    assert some.common_seeds(Row(name="teacher"), Row(name="student")) == [2]
    assert some.mix(4)["MOTA"].value == pytest.approx(0.25 * 0.85 + 0.75 * 0.55)
    none = summary(row("teacher", 20, seeds=(1,)), row("student", 60, seeds=(2,)))
    assert list(differences(none)) == []
    assert none.mix(4) is None


def test_beside_the_supplement():
    page = render_markdown(WHOLE)
    found = table(page, "Beside the supplement")
    assert found["AttTrack", "2"] == ["63.5 at 1.25", "60.1 at 1.21", "73.0 at 1.60"]
    assert found["Student-only", "-"] == ["61.3 at 1.60", "55.6 at 1.58", "55.0 at 2.50"]
    assert found["Naive-Mix", "2"][2] == "67.0 at -"
    assert found["Layerwise", "6"] == ["61.3 at 1.48", "56.7 at 1.46", "-"]
    assert "others than ours" in page


def test_every_seed_by_itself():
    some = summary(row("teacher", 20, seeds=(1, 2)), row("atttrack", 36, every=2, seeds=(2,)))
    found = table(render_markdown(some), "Every seed")
    assert found["Teacher-only", "-"] == ["85.0 / 91.9", "85.0 / 91.9"]
    assert found["AttTrack (ours)", "2"] == ["-", "73.0 / 84.4"]


def test_what_was_done_is_said():
    page = render_markdown(WHOLE)
    assert "# AttTrack on crowd" in page
    assert "Preset `tiny`, `--steps 700`" in page
    assert "2 sequences of 10 frames" in page
    assert "Seeds: 1, 2;" in page
    assert "one thread of the processor (networks on cpu)" in page
    assert "over the same 60 frames, 5 times" in page
    assert table(page, "Networks") == {
        ("teacher-seed1", "4,200"): ["1.5", "600", "1", "0123456789-dirty"]
    }
    assert "Time is not measured yet" in render_markdown(summary(row("teacher", 20)))
    recording = vars(TASK) | {"data": "pets09", "sequences": None, "frames": None}
    pets = Summary(
        task=Task(**recording), results=dict([row("teacher", 20)]), times=None, learned={}
    )
    assert "Scored: frames 351 to 530" in render_markdown(pets)


def test_json_has_fractions_and_everything_known():
    content = json.loads(render_json(WHOLE))
    assert content["rows"]["teacher"]["MOTA"]["value"] == pytest.approx(0.85)
    assert content["rows"]["atttrack-every2"]["fps"] == 80
    stale = content["rows"]["atttrack-every2"]["by frames since the key frame"]
    assert stale["2"] == pytest.approx({"mota": 0.4, "recall": 0.6})
    assert content["linear mix"]["2"]["fps"] == pytest.approx(2 / (1 / 50 + 1 / 125))
    assert content["differences"][1]["MOTA"]["value"] == pytest.approx(0.06)
    assert len(content["cells"]) == 2 + 2 + 1 + 2 + 1
    assert content["networks"]["teacher-seed1"]["commit"] == "0123456789abcdef-dirty"


def test_without_matplotlib_tables_stand_alone_and_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.warns(InputWarning, match="pip install") as said:
        figures.write_figures(tmp_path, WHOLE)
    assert len(said) == 1
    assert list(tmp_path.iterdir()) == []


def test_figures_show_what_was_timed_and_the_longest_k(monkeypatch):
    drawn = {}

    def draw(lines, title, *, across, up):
        drawn[across] = {one.name: (one.points, one.labels) for one in lines}
        return b"png"

    monkeypatch.setattr(figures, "draw_lines", draw)
    monkeypatch.setattr(figures, "write_bytes", lambda *_: None)
    figures.write_figures(Path("made"), WHOLE)
    speed, staleness = drawn["frames a second"], drawn["frames since the key frame"]
    assert speed["Teacher-only"] == (((50.0, pytest.approx(85.0)),), ("",))
    assert speed["AttTrack (ours)"] == (((80.0, pytest.approx(73.0)),), ("2",))
    assert speed["linear mix"][0][0] == pytest.approx((71.428571, 70.0))
    assert "Naive-Mix" not in speed  # which was not timed
    assert set(staleness) == {"Naive-Mix", "AttTrack (ours)", "control: true tracks"}
    assert staleness["Naive-Mix"][0] == ((0.0, pytest.approx(90)), (1.0, pytest.approx(70)))
