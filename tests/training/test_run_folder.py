import json
from pathlib import Path

import pytest

from animot.errors import InputError
from animot.training.replaced_run import ASIDE
from animot.training.run_folder import LOCK, LOG, SETTINGS, SPEED, VALIDATION, Log, open_run

SETTINGS_A = {"seed": 1, "inputs": ["a.mp4"]}


def test_the_same_settings_resume(tmp_path: Path) -> None:
    with open_run(tmp_path / "run", SETTINGS_A) as folder:
        (folder / "checkpoint.json").write_text("kept")
    with open_run(tmp_path / "run", SETTINGS_A) as folder:
        assert (folder / "checkpoint.json").read_text() == "kept"


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    with open_run(tmp_path, SETTINGS_A):
        (tmp_path / "checkpoint.json").touch()
    with (
        pytest.raises(InputError, match="seed 1, not 2"),
        open_run(tmp_path, SETTINGS_A | {"seed": 2}),
    ):
        pass


def test_what_was_edited_is_named_and_other_options_come_first(tmp_path: Path) -> None:
    run = SETTINGS_A | {"fingerprints": ["f0"], "mask": "m0"}
    with open_run(tmp_path, run):
        (tmp_path / "checkpoint.json").touch()
    for change, message in [
        ({"fingerprints": ["f1"]}, "from before a video was edited; restore it"),
        ({"mask": "m1"}, "from before the mask to ignore was edited"),
        ({"inputs": ["b.mp4"], "fingerprints": ["f1"]}, r"inputs \['a.mp4'\], not \['b.mp4'\]"),
    ]:
        with pytest.raises(InputError, match=message), open_run(tmp_path, run | change):
            pass


def test_a_run_that_has_learned_nothing_gives_way(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_run(tmp_path, SETTINGS_A):
        raise KeyboardInterrupt
    with open_run(tmp_path, SETTINGS_A | {"seed": 2}):
        assert json.loads((tmp_path / SETTINGS).read_text())["seed"] == 2


def _start_and_refuse(folder: Path, *names: str) -> None:
    """Start a run that writes these files and is then refused."""
    with open_run(folder, SETTINGS_A):
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).touch()
        raise InputError("nothing moves")


def test_a_refused_start_leaves_no_trace(tmp_path: Path) -> None:
    names = (
        "frames-0/frames.npy",
        "frames-0/.frames.npy.7.part",
        ".x.7.part",
        "background.png",
        LOG,
    )
    with pytest.raises(InputError, match="nothing moves"):
        _start_and_refuse(tmp_path / "new" / "run", *names)
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="nothing moves"):
        _start_and_refuse(tmp_path / "empty", *names)
    assert [item.name for item in tmp_path.rglob("*")] == ["empty"]


def test_a_run_that_has_learned_something_is_never_removed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing moves"):
        _start_and_refuse(tmp_path / "run", "checkpoint.json")
    names = {item.name for item in (tmp_path / "run").iterdir()}
    assert names == {SETTINGS, "checkpoint.json", "run.lock"}


def test_overwrite_starts_anew_and_leaves_foreign_files_alone(tmp_path: Path) -> None:
    theirs = ("notes.txt", "best.txt", "background-old.png")
    with open_run(tmp_path, SETTINGS_A):
        ours = ("checkpoint.json", "checkpoint-1.safetensors", "best.json", "best-1.safetensors")
        for name in (*ours, LOG, SPEED, VALIDATION, "background-1.png", *theirs):
            (tmp_path / name).write_text("old")
    with open_run(tmp_path, SETTINGS_A | {"seed": 2}, overwrite=True):
        assert json.loads((tmp_path / SETTINGS).read_text())["seed"] == 2
        left = {item.name for item in tmp_path.iterdir()}
    assert left == {"run.lock", SETTINGS, ASIDE, *theirs}


def test_a_run_is_replaced_once_the_new_one_has_learned_something(tmp_path: Path) -> None:
    def content() -> dict[str, bytes]:
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return {str(path.relative_to(tmp_path)): path.read_bytes() for path in files}

    def start_anew(seed: int) -> None:
        with open_run(tmp_path, SETTINGS_A | {"seed": seed}, overwrite=True):
            (tmp_path / LOG).write_text("new")
            if seed < 5:
                raise InputError("nothing moves")
            if seed < 7:
                raise KeyboardInterrupt
            (tmp_path / "checkpoint.json").write_text("new")

    with open_run(tmp_path, SETTINGS_A):
        for name in ("checkpoint.json", "best.json", LOG):
            (tmp_path / name).write_text("old")
    (tmp_path / "frames-1").mkdir()
    before = content()
    with pytest.raises(InputError, match="nothing moves"):
        start_anew(2)
    assert content() == before
    with pytest.raises(KeyboardInterrupt):
        start_anew(5)
    with pytest.raises(KeyboardInterrupt):
        start_anew(6)
    with pytest.raises(InputError, match="nothing moves"):
        start_anew(3)
    assert content() == before
    assert (tmp_path / "frames-1").is_dir()
    with pytest.raises(KeyboardInterrupt):
        start_anew(6)
    with open_run(tmp_path, SETTINGS_A):
        assert content() == before
    start_anew(7)
    assert content().keys() == {"checkpoint.json", LOG, LOCK, SETTINGS}
    assert not (tmp_path / ASIDE).exists()


def test_frames_of_a_video_that_is_refused_do_not_stay(tmp_path: Path) -> None:
    (tmp_path / "frames-old").mkdir()

    def refused() -> None:
        with open_run(tmp_path, SETTINGS_A, overwrite=True):
            (tmp_path / "frames-new").mkdir()
            raise InputError("nothing moves")

    with pytest.raises(InputError, match="nothing moves"):
        refused()
    assert (tmp_path / "frames-old").is_dir()
    assert not (tmp_path / "frames-new").exists()


def test_a_foreign_folder_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(InputError, match=r"thesis\.tex"), open_run(tmp_path, SETTINGS_A):
        pass
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.tex"]


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


@pytest.mark.parametrize("content", [b'{"seed":', b"\xff", b"[1]", b"null", b"[" * 9000])
def test_damaged_settings_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SETTINGS).write_bytes(content)
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


def test_a_log_on_a_full_disk_is_said_and_goes_on_later(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    log = Log(tmp_path / LOG, 0)
    log.add(0, {"loss": 1.5})
    log.path = Path("/dev/full")
    with pytest.raises(InputError, match="No space left on device"):
        log.flush()
    log.path = tmp_path / LOG
    log.flush()
    assert json.loads((tmp_path / LOG).read_text()) == {"step": 0, "loss": 1.5}


def test_lines_of_a_damaged_log_are_left_out(tmp_path: Path) -> None:
    sound = '{"step": 1, "loss": 0.5}\n'
    lines = [b"\xff\xfe\n", b'{"step": 1e999}\n', b'{"step": NaN}\n', b"[" * 9000 + b"\n", b"3\n"]
    (tmp_path / LOG).write_bytes(b"".join([*lines, sound.encode(), b'{"step": 9' + b"9" * 400]))
    Log(tmp_path / LOG, 3)
    assert (tmp_path / LOG).read_text() == sound
    (tmp_path / LOG).write_text(sound.rstrip())  # the end of the line is cut off
    Log(tmp_path / LOG, 3)
    assert (tmp_path / LOG).read_text() == sound
    (tmp_path / LOG).unlink()
    (tmp_path / LOG).mkdir()
    with pytest.raises(InputError, match="cannot read it"):
        Log(tmp_path / LOG, 3)
