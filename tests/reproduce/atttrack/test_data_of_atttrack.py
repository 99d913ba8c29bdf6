"""What is learned from and what is scored share no frame."""

import numpy as np

from animot import labelled_planning
from animot.data.split import TEST_STREAMS
from animot.reproduce.atttrack.data import keep_scored_frames, open_task_data
from animot.reproduce.atttrack.task import make_task
from tiny_pair_learning import shrink

ASKED = {"steps": 3, "minutes": None}


def test_a_crowd_is_scored_on_streams_for_tests(tmp_path, monkeypatch):
    shrink(monkeypatch.setattr)
    task = make_task("crowd", "tiny", **ASKED, sequences=3, frames=4)
    data = open_task_data(task, lambda _: None)
    assert [one.name for one in data.scored] == [f"crowd-{n}" for n in TEST_STREAMS[:3]]
    assert {one.num_frames for one in data.scored} == {4}
    kept = keep_scored_frames(data, task, tmp_path)
    assert (kept.scored[0].width, kept.scored[0].height) == (288, 160)  # as it is made
    np.testing.assert_array_equal(kept.scored[2].image(3), data.scored[2].image(3))
    assert len(list(tmp_path.glob("frames-scored-*.npy"))) == 3
    assert kept.labelled is data.labelled


def test_of_pets_the_frames_after_350_are_scored(tmp_path, monkeypatch, shared_data):
    monkeypatch.setenv("ANIMOT_DATA", str(shared_data))
    task = make_task("pets09", "tiny", **ASKED, sequences=None, frames=None)
    data = open_task_data(task, lambda _: None)
    (learned,), (scored,) = data.labelled.learned, data.scored
    assert (learned.first, learned.num_frames, scored.first, scored.num_frames) == (
        0,
        350,
        350,
        180,
    )
    short = type(data)(labelled=data.labelled, scored=[scored.part(0, 3)])
    kept = keep_scored_frames(short, task, tmp_path).scored[0]
    assert (kept.width, kept.height) == (288, 160)  # of the network
    assert (tmp_path / "frames-held-out-0.npy").exists()
    assert kept.truth.tracks.box[:, 2].max() < scored.truth.tracks.box[:, 2].max() / 2


def test_a_folder_is_halved(shared_data, monkeypatch):
    folder = shared_data / "mot17-mini"
    task = make_task(str(folder), "tiny", **ASKED, sequences=None, frames=None)
    monkeypatch.setattr(
        labelled_planning, "split_in_half", lambda one: (one.part(0, 1), one.part(1, 3))
    )
    data = open_task_data(task, lambda _: None)
    assert len(data.scored) == 4
    assert {one.first for one in data.scored} == {1}
    assert data.scored is data.labelled.held_out
