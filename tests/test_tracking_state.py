from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from animot import tracking_state
from animot.association.config import AssociationConfig
from animot.association.open_tracks import COLUMNS
from animot.errors import InputError
from animot.saved import Camera, Model
from animot.tracker import Frame, follow
from animot.tracking_state import TrackingState, read_state, write_state
from made_tracking import made_frames, made_model, made_scene

OPTIONS = {
    "living_background": True,
    "perspective": True,
    "association": AssociationConfig(birth_confidence=0.6),
}
MODEL = made_model(**OPTIONS)


def _state(ignore: bool = False, model: Model = MODEL) -> TrackingState:
    camera = Camera(
        background=made_scene(3)[::2, ::2].copy(),
        ignore=np.eye(32, 48, dtype=bool) if ignore else None,
    )
    tracker = model.tracker(camera)
    frames = [
        Frame(index=index, time=float(index), image=image)
        for index, image in enumerate(made_frames(made_scene(1), 3))
    ]
    *_, (state, _, _) = follow(tracker, frames, tracker.start())
    return TrackingState(tracker=state, camera=camera, num_frames=3, time=0.3)


@pytest.mark.parametrize("ignore", [False, True])
def test_a_state_comes_back_as_it_was(tmp_path: Path, ignore: bool) -> None:
    state = _state(ignore)
    assert state.tracker.last_id == 3
    write_state(state, MODEL, tmp_path / "state")
    assert [file.name for file in tmp_path.iterdir()] == ["state"]
    found = read_state(tmp_path / "state", MODEL)
    assert (found.num_frames, found.time, found.tracker.last_id) == (3, 0.3, 3)
    assert np.array_equal(found.tracker.track_id, state.tracker.track_id)
    tensors = found.tracker.trackers.as_tensors()
    assert found.tracker.backdrop.median.time == state.tracker.backdrop.median.time == 2.0
    assert np.array_equal(found.tracker.backdrop.picture, state.tracker.backdrop.picture)
    assert not np.array_equal(found.tracker.backdrop.picture, state.camera.background)
    assert np.array_equal(found.tracker.covered, state.tracker.covered)
    assert state.tracker.covered.any()
    expected, association = state.tracker.association, found.tracker.association
    assert (association.time, association.last_id) == (2.0, expected.last_id)
    assert np.array_equal(found.tracker.perspective.sums, state.tracker.perspective.sums)
    assert state.tracker.perspective.sums[0] > 0
    assert found.tracker.looks.count == state.tracker.looks.count == 9
    assert np.array_equal(found.tracker.looks.total, state.tracker.looks.total)
    assert expected.last_id >= len(expected.tracks) >= 3
    for name in COLUMNS:
        assert np.array_equal(getattr(association.tracks, name), getattr(expected.tracks, name))
    for name, tensor in state.tracker.trackers.as_tensors().items():
        assert torch.equal(tensor, tensors[name]), name
    assert np.array_equal(found.camera.background, state.camera.background)
    if ignore:
        assert np.array_equal(found.camera.ignore, state.camera.ignore)
    else:
        assert found.camera.ignore is None


def test_the_state_of_another_model_is_refused(tmp_path: Path) -> None:
    write_state(_state(), MODEL, tmp_path / "state")
    with pytest.raises(InputError, match=r"state: belongs to another model; give the model"):
        read_state(tmp_path / "state", made_model(seed=1, **OPTIONS))


def test_the_state_of_other_settings_is_refused(tmp_path: Path) -> None:
    write_state(_state(), MODEL, tmp_path / "state")
    other = made_model(**OPTIONS)
    other.network.config = replace(other.network.config, presence_weight=0.5)
    with pytest.raises(InputError, match="another model"):
        read_state(tmp_path / "state", other)


@pytest.mark.parametrize("byte", [20, 120, -3])
def test_a_changed_byte_is_noticed(tmp_path: Path, byte: int) -> None:
    write_state(_state(), MODEL, tmp_path / "state")
    content = bytearray((tmp_path / "state").read_bytes())
    content[byte] ^= 1
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(InputError, match=r"state: is (damaged|not a tracking state)"):
        read_state(tmp_path / "state", MODEL)


@pytest.mark.parametrize("content", [b"", b"\x80\x04.", b"frame,id\n" * 99])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(InputError, match="is not a tracking state"):
        read_state(tmp_path / "state", MODEL)


def test_a_state_of_an_older_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("animot.tracking_state.FORMAT", "animot tracking state 2")
    write_state(_state(), MODEL, tmp_path / "state")
    monkeypatch.undo()
    with pytest.raises(InputError, match=r"state: is not a tracking state of this version; give"):
        read_state(tmp_path / "state", MODEL)


def test_other_tensors_are_no_state(tmp_path: Path) -> None:
    safetensors.torch.save_file({"a": torch.zeros(3)}, tmp_path / "state")
    with pytest.raises(InputError, match="is not a tracking state"):
        read_state(tmp_path / "state", MODEL)
    with pytest.raises(InputError, match="no such file"):
        read_state(tmp_path, MODEL)


def test_a_model_without_association_has_a_state_without_it(tmp_path: Path) -> None:
    model = made_model()
    write_state(_state(model=model), model, tmp_path / "state")
    assert read_state(tmp_path / "state", model).tracker.association is None


def test_the_trackers_of_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_state, "TRACKERS", "agents/")
    write_state(_state(), MODEL, tmp_path / "state")
    monkeypatch.undo()
    with pytest.raises(InputError, match="another version"):
        read_state(tmp_path / "state", MODEL)
