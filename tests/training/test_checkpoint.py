import json
import pickle
from pathlib import Path

import pytest
import torch

from animot.data import atomic
from animot.errors import InputError
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint


def _example(value: float = 1.0) -> Checkpoint:
    return Checkpoint(
        tensors={"model/a": torch.full((2, 3), value), "carried/b": torch.arange(5)},
        facts={"step": 7},
    )


def _tensors_file(folder: Path) -> Path:
    (file,) = folder.glob("*.safetensors")
    return file


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    found = checkpoint.load(tmp_path, "c")
    assert found.facts["step"] == 7
    assert torch.equal(found.group("model")["a"], torch.ones(2, 3))
    assert torch.equal(found.group("carried")["b"], torch.arange(5))


def test_only_the_last_checkpoint_stays(tmp_path: Path) -> None:
    checkpoint.save(_example(1.0), tmp_path, "c")
    checkpoint.save(_example(2.0), tmp_path, "c")
    assert len(list(tmp_path.iterdir())) == 2
    assert checkpoint.load(tmp_path, "c").tensors["model/a"][0, 0] == 2


def test_a_kill_between_the_two_files_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(_example(1.0), tmp_path, "c")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(_example(2.0), tmp_path, "c")
    assert checkpoint.load(tmp_path, "c").tensors["model/a"][0, 0] == 1


def test_a_full_disk_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint.save(_example(1.0), tmp_path, "c")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        checkpoint.save(_example(2.0), tmp_path, "c")
    monkeypatch.undo()
    assert checkpoint.load(tmp_path, "c").tensors["model/a"][0, 0] == 1
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("keep", [0, 1, 40, -1])
def test_truncated_tensors_are_refused(tmp_path: Path, keep: int) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    file = _tensors_file(tmp_path)
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(InputError, match="damaged"):
        checkpoint.load(tmp_path, "c")


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    file = _tensors_file(tmp_path)
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        checkpoint.load(tmp_path, "c")


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was opened",))


def test_a_pickle_is_refused_unopened(tmp_path: Path) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    file = _tensors_file(tmp_path)
    file.write_bytes(pickle.dumps(_Bomb()))
    with pytest.raises(InputError, match="damaged"):
        checkpoint.load(tmp_path, "c")
    (tmp_path / "c.json").write_bytes(pickle.dumps(_Bomb()))
    with pytest.raises(InputError, match="not a checkpoint"):
        checkpoint.load(tmp_path, "c")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "another version"),
        ({"tensors": "../c.safetensors"}, "outside"),
        ({"tensors": "gone.safetensors"}, "cannot read the tensors"),
    ],
)
def test_foreign_facts_are_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    facts = json.loads((tmp_path / "c.json").read_text())
    (tmp_path / "c.json").write_text(json.dumps(facts | change))
    with pytest.raises(InputError, match=message):
        checkpoint.load(tmp_path, "c")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "no json", '{"format": 1}'])
def test_foreign_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InputError, match="not a checkpoint"):
        checkpoint.load(tmp_path, "c")


def test_no_checkpoint_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="animot learn"):
        checkpoint.load(tmp_path, "c")
