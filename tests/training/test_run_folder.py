import json
from pathlib import Path

import pytest

from animot.errors import InputError
from animot.training.run_folder import LOG, SETTINGS, Log, open_run

SETTINGS_A = {"seed": 1, "inputs": ["a.mp4"]}


def test_the_same_settings_resume(tmp_path: Path) -> None:
    with open_run(tmp_path / "run", SETTINGS_A) as folder:
        (folder / "checkpoint.json").write_text("kept")
    with open_run(tmp_path / "run", SETTINGS_A) as folder:
        assert (folder / "checkpoint.json").read_text() == "kept"


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    with open_run(tmp_path, SETTINGS_A):
        pass
    with (
        pytest.raises(InputError, match="seed 1, not 2"),
        open_run(tmp_path, SETTINGS_A | {"seed": 2}),
    ):
        pass


def test_overwrite_starts_anew_and_leaves_foreign_files_alone(tmp_path: Path) -> None:
    with open_run(tmp_path, SETTINGS_A):
        for name in ("checkpoint.json", "checkpoint-1.safetensors", LOG, "notes.txt"):
            (tmp_path / name).write_text("old")
    with open_run(tmp_path, SETTINGS_A | {"seed": 2}, overwrite=True):
        assert json.loads((tmp_path / SETTINGS).read_text())["seed"] == 2
        left = {item.name for item in tmp_path.iterdir()}
    assert left == {"run.lock", SETTINGS, "notes.txt"}


def test_a_foreign_folder_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match=r"thesis\.tex"), open_run(tmp_path, SETTINGS_A):
        pass
    assert not (tmp_path / SETTINGS).exists()


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    with (
        open_run(tmp_path, SETTINGS_A),
        pytest.raises(InputError, match="another animot"),
        open_run(tmp_path, SETTINGS_A),
    ):
        pass


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"), open_run(tmp_path / "file", SETTINGS_A):
        pass


def test_damaged_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_text('{"seed":')
    with pytest.raises(InputError, match="damaged"), open_run(tmp_path, SETTINGS_A):
        pass


def test_log_drops_what_the_checkpoint_never_saw(tmp_path: Path) -> None:
    path = tmp_path / LOG
    log = Log(path, 0)
    for step in range(5):
        log.add(step, {"loss": step / 2})
    log.flush()
    with path.open("a") as file:
        file.write('{"step": 5, "lo')  # cut off by a kill
    log = Log(path, 3)
    log.add(3, {"loss": 9.0})
    log.flush()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [
        {"step": 0, "loss": 0.0},
        {"step": 1, "loss": 0.5},
        {"step": 2, "loss": 1.0},
        {"step": 3, "loss": 9.0},
    ]


def test_of_several_processes_one_keeps_the_log(tmp_path: Path) -> None:
    path = tmp_path / LOG
    path.write_text('{"step": 0}\n{"step": 9}\n')
    log = Log(path, 3, writes=False)
    log.add(3, {"loss": 9.0})
    log.flush()
    assert path.read_text() == '{"step": 0}\n{"step": 9}\n'
