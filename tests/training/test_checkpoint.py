import hashlib
import json
import os
import pickle
import shutil
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


def test_a_kill_at_any_moment_leaves_the_old_checkpoint_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is copied before and after each change to a file: what a kill would leave."""
    run = tmp_path / "run"
    run.mkdir()
    checkpoint.save(_example(1.0), run, "c")
    kept: list[Path] = []

    def copy() -> None:
        kept.append(tmp_path / f"kill-{len(kept)}")
        shutil.copytree(run, kept[-1])

    def watched(change):
        def copy_around(*arguments: object, **options: object) -> None:
            copy()
            change(*arguments, **options)
            copy()

        return copy_around

    monkeypatch.setattr(atomic.os, "fsync", watched(os.fsync))
    monkeypatch.setattr(atomic.os, "replace", watched(os.replace))
    monkeypatch.setattr(Path, "unlink", watched(Path.unlink))
    checkpoint.save(_example(2.0), run, "c")
    monkeypatch.undo()
    found = [float(checkpoint.load(folder, "c").tensors["model/a"][0, 0]) for folder in kept]
    assert found == sorted(found)
    assert set(found) == {1.0, 2.0}
    for folder in (kept[0], kept[len(kept) // 2]):  # what was left is cleared away by the next one
        checkpoint.save(_example(3.0), folder, "c")
        assert len(list(folder.iterdir())) == 2


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
        ({"tensors": ".."}, "outside"),
        ({"tensors": "a\0b"}, "outside"),
        ({"tensors": "\ud800"}, "outside"),
        ({"tensors": ["c"]}, "outside"),
        ({"format": "two\nlines"}, "another version"),
        ({"sha256": None}, "damaged"),
    ],
)
def test_foreign_facts_are_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    facts = json.loads((tmp_path / "c.json").read_text())
    (tmp_path / "c.json").write_text(json.dumps(facts | change))
    with pytest.raises(InputError, match=message):
        checkpoint.load(tmp_path, "c")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "no json", '{"format": 1}', "[" * 9000])
def test_foreign_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InputError, match="not a checkpoint"):
        checkpoint.load(tmp_path, "c")


def test_no_checkpoint_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="animot learn"):
        checkpoint.load(tmp_path, "c")


def test_tensors_of_a_type_that_pytorch_does_not_have(tmp_path: Path) -> None:
    checkpoint.save(_example(), tmp_path, "c")
    file = _tensors_file(tmp_path)
    content = file.read_bytes().replace(b'"I64"', b'"I99"')
    facts = json.loads((tmp_path / "c.json").read_text())
    facts["sha256"] = hashlib.sha256(content).hexdigest()
    file.write_bytes(content)
    (tmp_path / "c.json").write_text(json.dumps(facts))
    with pytest.raises(InputError, match="holds no tensors"):
        checkpoint.load(tmp_path, "c")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "c.json")
    with pytest.raises(InputError, match="is not a file"):
        checkpoint.load(tmp_path, "c")
