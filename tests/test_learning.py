import gzip
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from animot import learning, numerics, planning
from animot.data.digits import load_digits
from animot.data.made_sequence import MadeSequence
from animot.data.mnist_mot import MnistMOT
from animot.errors import InputError
from animot.learning import choose_device, learn
from animot.metrics import evaluate
from animot.tba import presets
from animot.tba.learner import TBALearner
from animot.tracker import track
from animot.training import checkpoint
from animot.training.loop import NAME, Report
from animot.training.schedule import FAST
from animot.video.writer import VideoWriter

SIZE = (48, 32)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bright squares that cross a textured scene."""
    path = tmp_path_factory.mktemp("video") / "squares.mp4"
    random = np.random.default_rng(0)
    scene = random.integers(60, 90, (64, 96, 3), dtype=np.uint8)
    with VideoWriter(path, 10.0) as writer:
        for t in range(40):
            frame = scene.copy()
            frame[20:32, 2 * t : 2 * t + 10] = (240, 200, 30)
            frame[40:52, 86 - 2 * t : 96 - 2 * t] = (30, 60, 240)
            writer.write(frame)
    return path


def _tensors(run: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(run, NAME).tensors


def test_learn_makes_a_model_that_remembers_its_camera(video: Path, tmp_path: Path) -> None:
    reports: list[Report] = []
    said: list[str] = []
    model = learn(
        video, tmp_path / "run", steps=2, size=SIZE, objects=2, on_step=reports.append,
        say=said.append,
    )  # fmt: skip
    assert [report.step for report in reports] == [1, 2]
    assert model.network.config.frame_size == (32, 48)
    assert model.network.config.num_trackers == 2
    assert model.facts["step"] == 2
    assert model.facts["finished"]
    (camera,) = model.cameras
    assert camera.background.shape == (32, 48, 3)
    assert camera.background.max() < 130
    assert said[0] == "reading squares"
    assert "48x32" in said[1]
    assert said[2].startswith("explains ")
    assert said[2].endswith("(the best weights, of step 2)")
    height, width = model.network.config.patch_size
    assert 4 <= height <= 9
    assert 4 <= width <= 9


def test_the_same_seed_gives_the_same_weights_and_another_does_not(
    video: Path, tmp_path: Path
) -> None:
    options = {"steps": 2, "size": SIZE, "objects": 2, "threads": 1}
    for run, seed in (("a", 1), ("b", 1), ("c", 2)):
        learn(video, tmp_path / run, seed=seed, **options)
    a, b, c = (_tensors(tmp_path / run) for run in "abc")
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not all(torch.equal(a[name], c[name]) for name in a)


def test_stopping_early_is_said_and_the_best_weights_are_given(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = replace(FAST, validate_every=2, patience=2)
    monkeypatch.setitem(planning.VIDEO_TRAINING, "fast", impatient)
    losses = iter([3.0, 4.0, 5.0])
    monkeypatch.setattr(TBALearner, "validate", lambda *_: {"loss": next(losses)})
    said: list[str] = []
    model = learn(video, tmp_path / "run", steps=99, size=SIZE, objects=2, say=said.append)
    assert said[-1] == "stopped early, at step 6: nothing better in 2 validations"
    assert model.facts["step"] == 2
    learn(video, tmp_path / "run", steps=99, size=SIZE, objects=2, say=said.append)
    assert said[-1] == "stopped early, at step 6: nothing better in 2 validations"


@pytest.mark.parametrize("background", ["mode", "mog2"])
def test_the_empty_scene_is_a_picture_in_the_run(
    background: str, video: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    model = learn(video, run, steps=1, size=SIZE, objects=2, background=background)
    assert model.network.config.living_background
    import cv2

    picture = cv2.imread(str(run / "background.png"))[..., ::-1]
    np.testing.assert_array_equal(picture, model.cameras[0].background)
    with pytest.raises(InputError, match="with background"):
        learn(video, run, steps=1, size=SIZE, objects=2, background="imbs")


def test_two_videos_are_two_cameras_of_one_model(video: Path, tmp_path: Path) -> None:
    model = learn([video, video], tmp_path / "run", steps=1, size=SIZE, objects=2)
    assert len(model.cameras) == 2


def test_the_mask_to_ignore_is_remembered(video: Path, tmp_path: Path) -> None:
    import cv2

    mask = np.zeros((64, 96), dtype=np.uint8)
    mask[:, :48] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    model = learn(
        video, tmp_path / "run", steps=1, size=SIZE, objects=2, ignore=tmp_path / "mask.png"
    )
    ignore = model.cameras[0].ignore
    assert ignore is not None
    assert ignore[:, :24].all()
    assert not ignore[:, 24:].any()
    cv2.imwrite(str(tmp_path / "mask.png"), mask // 2)
    with pytest.raises(InputError, match="before the mask to ignore was edited"):
        learn(video, tmp_path / "run", steps=1, size=SIZE, objects=2, ignore=tmp_path / "mask.png")


def test_a_video_in_which_nothing_moves_is_refused(tmp_path: Path) -> None:
    still = tmp_path / "still.mp4"
    with VideoWriter(still, 10.0) as writer:
        for _ in range(12):
            writer.write(np.full((64, 96, 3), 80, dtype=np.uint8))
    with pytest.raises(InputError, match="nothing moves"):
        learn(still, tmp_path / "new" / "run", steps=1)
    assert [item.name for item in tmp_path.iterdir()] == ["still.mp4"]


def test_a_mask_that_is_none_is_refused_before_anything_is_written(
    video: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for mask in (tmp_path / "no such ä.png", video):
        with pytest.raises(InputError, match="cannot read the mask"):
            learn(video, tmp_path / "run", steps=1, ignore=mask)
    assert not list(tmp_path.iterdir())
    assert capfd.readouterr().err == ""  # the image library has its own complaint


def test_damaged_checkpoints_are_not_gone_on_with(video: Path, tmp_path: Path) -> None:
    options = {"size": SIZE, "objects": 2, "threads": 1, "steps": 1}
    learn(video, tmp_path / "run", **options)
    path = tmp_path / "run" / f"{NAME}.json"
    whole = json.loads(path.read_text())
    for change in ({"threads": "2"}, {"step": None}, {"config": {"layers": 3}}, {"seconds": []}):
        path.write_text(json.dumps(whole | change))
        with pytest.raises(InputError) as caught:
            learn(video, tmp_path / "run", **options)
        assert str(caught.value).startswith(f"{path}: the checkpoint is")
        assert next(iter(change)) in str(caught.value).replace("TBAConfig", "config")


def test_the_video_must_be_the_same_to_resume(video: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(video.read_bytes())
    learn(copy, tmp_path / "run", steps=1, size=SIZE, objects=2)
    copy.write_bytes(video.read_bytes() + b"\0")
    with pytest.raises(InputError, match="before a video was edited"):
        learn(copy, tmp_path / "run", steps=1, size=SIZE, objects=2)


def test_one_thread_unless_told_and_the_same_when_resuming(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numerics, "fastest_dtype", lambda _: "float32")
    learn(video, tmp_path / "run", steps=1, size=SIZE, objects=2)
    monkeypatch.setattr(numerics, "fastest_dtype", lambda _: "bfloat16")
    model = learn(video, tmp_path / "run", steps=1, size=SIZE, objects=2, threads=2)
    assert (model.facts["dtype"], model.facts["threads"]) == ("float32", 1)


def test_an_ablation_is_kept_in_the_run(video: Path, tmp_path: Path) -> None:
    options = {"steps": 1, "size": SIZE, "objects": 2}
    model = learn(video, tmp_path / "run", ablation="noMem", **options)
    assert not model.network.config.memory_write
    assert model.network.config.attention
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert settings["ablation"] == "TBAc-noMem"
    again = learn(video, tmp_path / "run", ablation="TBAc-noMem", **options)
    assert again.facts["step"] == 1
    for other in (None, "TBAc-noRep"):
        with pytest.raises(InputError, match="with ablation 'TBAc-noMem'"):
            learn(video, tmp_path / "run", ablation=other, **options)


def test_the_reset_chance_of_the_preset_reaches_the_learner(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chances = []
    learner = learning.TBALearner

    def spy(*arguments: object, **options: object) -> learning.TBALearner:
        made = learner(*arguments, **options)
        chances.append(made.reset_chance)
        return made

    monkeypatch.setattr(learning, "TBALearner", spy)
    monkeypatch.setitem(planning.VIDEO_TRAINING, "fast", replace(FAST, reset_chance=0.25))
    learn(video, tmp_path / "run", steps=1, size=SIZE, objects=2)
    assert chances == [0.25]


def test_mnist_is_learned_and_goes_on_where_it_stopped(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three steps in one go are the same as with a stop after the first."""
    monkeypatch.setenv("ANIMOT_DATA", str(shared_data))
    small = replace(FAST, batch_size=2, clip_length=3)
    monkeypatch.setitem(planning.MADE_TRAINING, "fast", small)
    options = {"steps": 3, "threads": 1, "seed": 4}
    learn("mnist", tmp_path / "whole", **options)

    def stop(report: Report) -> None:
        signal.raise_signal(signal.SIGINT)

    run = tmp_path / "parts"
    learn("mnist", run, on_step=stop, **options)
    assert _step(run) == 1
    model = learn(["mnist"], run, digits=shared_data / "mnist", **options)
    assert _step(run) == 3
    assert model.network.config == presets.FAST_MNIST
    whole, parts = _tensors(tmp_path / "whole"), _tensors(run)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


@pytest.mark.slow
def test_mnist_is_learned_in_minutes(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With boxes beside their digits, which nothing but the warm-up prevents, MOTA is negative."""
    monkeypatch.setenv("ANIMOT_DATA", str(shared_data))
    model = learn("mnist", tmp_path / "run", steps=160, threads=1, seed=2)
    unseen = MnistMOT(20_000, load_digits(shared_data / "mnist", "train"))
    sequence = MadeSequence(made=unseen, num_frames=300)
    tracks = track(model.tracker(model.cameras[0]), sequence.frames())
    scores = evaluate(tracks, sequence.truth)
    assert scores["MOTA"] > 0.75
    assert scores["MOTP"] > 0.75


def test_the_digits_must_be_the_same_to_resume(tmp_path: Path) -> None:
    for first in (b"\0", b"\1"):
        content = np.array([0x0803, 1, 28, 28], dtype=">u4").tobytes() + first + bytes(783)
        (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(content))
        if first == b"\0":
            learn("mnist", tmp_path / "run", steps=1, digits=tmp_path, threads=1)
    with pytest.raises(InputError, match="holds a run with digits"):
        learn("mnist", tmp_path / "run", steps=1, digits=tmp_path, threads=1)


def test_a_folder_named_mnist_is_reached_as_a_path(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").write_bytes(video.read_bytes())
    for name, inputs in enumerate(("./mnist", Path("mnist"))):
        model = learn(inputs, tmp_path / str(name), steps=1, size=SIZE, objects=2, threads=1)
        assert model.network.config.frame_size == (32, 48)


def test_devices() -> None:
    assert choose_device("cpu").type == "cpu"
    with pytest.raises(InputError, match="give cpu"):
        choose_device("abacus")


def _start(video: Path, run: Path, steps: int) -> subprocess.Popen[str]:
    """`animot learn` in a process of its own, with a checkpoint every fifth of a second."""
    code = (
        "from animot.training import loop; loop.SECONDS_BETWEEN_CHECKPOINTS = 0.2; "
        "from animot.cli import main; main()"
    )
    arguments = ["learn", str(video), "-o", str(run), "--steps", str(steps), "--size", "48x32"]
    command = [sys.executable, "-c", code, *arguments, "--objects", "2", "--threads", "1"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def _wait_for_step(run: Path, step: int) -> None:
    end = time.monotonic() + 90
    while not (run / f"{NAME}.json").exists() or _step(run) < step:
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def _step(run: Path) -> int:
    return int(json.loads((run / f"{NAME}.json").read_text())["step"])


def test_ctrl_c_saves_and_the_same_command_goes_on(video: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    reached = 0
    for _ in range(2):
        process = _start(video, run, 100_000)
        _wait_for_step(run, reached + 1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "the same command goes on" in said
        assert checkpoint.load(run, NAME).facts["step"] > reached
        reached = _step(run)


@pytest.mark.slow
def test_killed_ten_times_and_resumed_is_bit_for_bit_the_same(video: Path, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    steps = 120
    assert _finish(_start(video, tmp_path / "whole", steps)) == 0
    for _ in range(10):
        process = _start(video, tmp_path / "parts", steps)
        time.sleep(random.uniform(3.0, 6.0))
        process.kill()
        _finish(process)
    assert _finish(_start(video, tmp_path / "parts", steps)) == 0
    whole, parts = _tensors(tmp_path / "whole"), _tensors(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    logs = [(tmp_path / run / "log.jsonl").read_text() for run in ("whole", "parts")]
    assert logs[0] == logs[1]
    assert len(logs[0].splitlines()) == steps


def test_what_the_doctor_finds_is_said_before_the_step_is_reported() -> None:
    said: list[str] = []
    report = learning._reporting(lambda step: said.append(f"step {step.step}"), said.append)
    ill = Report(
        step=7,
        progress=0.5,
        seconds=1.0,
        seconds_left=1.0,
        frames_per_second=1.0,
        numbers={},
        findings=["one", "two"],
    )
    report(ill)
    learning._reporting(None, said.append)(ill)
    assert said == ["one", "two", "step 7", "one", "two"]
