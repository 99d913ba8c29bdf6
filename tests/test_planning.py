from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from animot.data.made import MadeVideo
from animot.data.mnist_mot import MnistMOT
from animot.data.sequence import open_sequence
from animot.data.split import TRAINING_STREAMS, VALIDATION_STREAMS
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError
from animot.fit_to_video import ASSOCIATION
from animot.made_sets import MADE_SETS
from animot.planning import Options, background_of, plan_made, plan_video, read_ignore
from animot.tba import presets
from animot.tba.ablations import ablate
from animot.tba.config import TBAConfig
from animot.training.schedule import FAST, FAST_VIDEO, PAPER, RELEASED, RELEASED_DUKE
from animot.video.clips import FrameCache
from animot.video.writer import VideoWriter


def _video(
    path: Path, height: int, width: int, fps: float = 10.0, tall: int = 40, wide: int = 20
) -> Path:
    """One object in a frame of any size."""
    with VideoWriter(path, fps) as writer:
        for t in range(30):
            frame = np.full((height, width, 3), 60, dtype=np.uint8)
            frame[30 : 30 + tall, 4 * t : 4 * t + wide] = 220
            writer.write(frame)
    return path


def test_a_large_frame_is_worked_at_in_a_smaller_size(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 288, 384))
    plan = plan_video([video], tmp_path / "run", Options())
    assert plan.config.frame_size == (144, 192)
    height, width = plan.config.patch_size
    assert abs(height - 20) <= 1
    assert abs(width - 10) <= 1
    assert plan.training == FAST_VIDEO
    assert plan.config.seen_extent
    assert plan.config.opaque_weight == 1
    assert "192x144" in str(plan)
    assert plan.config.living_background
    assert plan.config.association == ASSOCIATION
    assert plan.config.perspective


def test_patience_in_frames_of_the_video(tmp_path: Path) -> None:
    """Of several videos, the rate in the middle counts."""
    rates = {"a": 5.0, "b": 20.0, "c": 11.0}
    videos = [_video(tmp_path / f"{name}.mp4", 80, 160, fps) for name, fps in rates.items()]
    plan = plan_video([open_sequence(video) for video in videos], tmp_path / "run", Options())
    assert plan.config.persistence is not None
    assert plan.config.persistence.patience == 18  # 1.6 seconds


def test_a_small_frame_is_never_enlarged(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 80, 160, tall=20, wide=10))
    assert plan_video([video], tmp_path / "run", Options()).config.frame_size == (80, 160)


def test_large_things_are_worked_at_in_a_smaller_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192, tall=60, wide=36))
    plan = plan_video([video], tmp_path / "run", Options())
    assert plan.config.frame_size == (48, 64)
    assert plan.config.patch_size == (20, 13)
    assert plan.source.scenes[0].background.shape == (48, 64, 3)

    def never(*_: object) -> None:
        raise AssertionError("the video is read again")

    monkeypatch.setattr("animot.video.clips._fill", never)
    assert plan_video([video], tmp_path / "run", Options()).config == plan.config


def test_a_run_killed_at_its_first_look_goes_on_to_the_smaller_size(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192, tall=60, wide=36))
    FrameCache.build(video, (144, 192), tmp_path / "run" / "frames-0")
    assert plan_video([video], tmp_path / "run", Options()).config.frame_size == (48, 64)


def test_frames_that_an_older_run_left_do_not_decide_over_the_size(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192, tall=20, wide=10))
    FrameCache.build(video, (72, 96), tmp_path / "run" / "frames-0")
    assert plan_video([video], tmp_path / "run", Options()).config.frame_size == (144, 192)


def test_large_things_leave_a_size_that_is_given(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192, tall=80, wide=48))
    plan = plan_video([video], tmp_path / "run", Options(size=(192, 144)))
    assert plan.config.frame_size == (144, 192)
    assert plan.config.patch_size == (80, 48)


def test_what_is_given_is_taken(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192))
    plan = plan_video([video], tmp_path / "run", Options(size=(100, 70), objects=3))
    assert plan.config.frame_size == (64, 96)  # whole cells of 8 pixels
    assert plan.config.num_trackers == 3


def test_the_paper_preset_has_the_sizes_of_its_real_video(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192))
    plan = plan_video([video], tmp_path / "run", Options(preset="paper"))
    assert plan.config == presets.PAPER_DUKE
    assert plan.training == PAPER
    assert not plan.low_precision
    # 30 frames, of which a twentieth is held out.
    assert plan.source.scenes[0].runs == [(0, 28)]
    assert plan.held_out.scenes[0].runs == [(28, 30)]


def test_fast_learns_from_the_whole_video(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192))
    plan = plan_video([video], tmp_path / "run", Options())
    assert plan.source.scenes[0].runs == plan.held_out.scenes[0].runs == [(0, 30)]
    assert plan.source.first_stream != plan.held_out.first_stream


def test_the_released_preset_has_the_sizes_and_trackers_of_the_program(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192))
    plan = plan_video([video], tmp_path / "run", Options(preset="released"))
    assert plan.config == presets.RELEASED_DUKE
    assert plan.training == RELEASED_DUKE
    assert not plan.low_precision
    fewer = plan_video([video], tmp_path / "run", Options(preset="released", objects=3))
    assert fewer.config == replace(presets.RELEASED_DUKE, num_trackers=3)


@pytest.mark.parametrize("name", ["sprites", "mnist"])
@pytest.mark.parametrize("preset", ["fast", "paper", "released"])
def test_ablations_of_made_video(name: str, preset: str) -> None:
    made = {"sprites": SPRITES, "mnist": DIGITS}[name]
    plan = plan_made(made, Options(preset=preset, ablation="TBAc-noRep"))
    assert plan.config == ablate(MADE_SETS[name].configs[preset], "TBAc-noRep")


def test_ablations_of_real_video(tmp_path: Path) -> None:
    video = open_sequence(_video(tmp_path / "a.mp4", 144, 192))
    plan = plan_video([video], tmp_path / "run", Options(ablation="TBAc-noOcc", objects=3))
    assert (plan.config.num_layers, plan.config.num_trackers) == (1, 3)


SPRITES = SpritesMOT(4)
DIGITS = MnistMOT(4, np.full((5, 28, 28), 200, dtype=np.uint8))


def frames_of_paper(made: MadeVideo) -> np.ndarray:
    """Second clips of the first streams, 20 frames long."""
    return made.clip(TRAINING_STREAMS[:8], 20, 20).frames


@pytest.mark.parametrize(
    ("made", "fast", "paper"),
    [
        (SPRITES, presets.FAST_SPRITES, presets.PAPER_SPRITES),
        (DIGITS, presets.FAST_MNIST, presets.PAPER_MNIST),
    ],
)
def test_made_video(made: MadeVideo, fast: TBAConfig, paper: TBAConfig) -> None:
    plan = plan_made(made, Options())
    assert (plan.config, plan.training, plan.low_precision) == (fast, FAST, True)
    program = plan_made(made, Options(preset="released"))
    assert program.config == MADE_SETS[made.name].configs["released"]
    assert (program.training, program.low_precision) == (RELEASED, False)
    published = plan_made(made, Options(preset="paper"))
    assert (published.config, published.training, published.low_precision) == (paper, PAPER, False)
    assert plan.source.batch(0).frames.shape == (8, 10, 128, 128, made.channels)
    streams = TRAINING_STREAMS[:8]
    frames = made.clip(streams, 10, 10).frames
    np.testing.assert_array_equal(plan.source.batch(1).frames[4:], frames[4:])
    assert (plan.source.batch(1).frames[:4] != frames[:4]).any(axis=(1, 2, 3, 4)).all()
    assert plan.source.summed == (made is DIGITS)
    # Four streams show the objects of two, the others of one.
    assert (plan.trackers, plan.config.num_trackers) == (7, 4)
    np.testing.assert_array_equal(published.source.batch(1).frames[:8], frames_of_paper(made))
    assert published.trackers == published.config.num_trackers
    held_out = made.clip(VALIDATION_STREAMS[:8], 0, 10).frames
    np.testing.assert_array_equal(plan.held_out.batch(0).frames, held_out)
    assert plan.cameras[0].background.shape == (128, 128, made.channels)
    assert not plan.cameras[0].background.any()


@pytest.mark.parametrize("made", [SPRITES, DIGITS])
def test_made_video_takes_one_tracker_more_than_objects(made: MadeVideo) -> None:
    assert plan_made(made, Options(objects=5)).config.num_trackers == 6


@pytest.mark.parametrize("made", [SPRITES, DIGITS])
@pytest.mark.parametrize("given", [{"size": (64, 96)}, {"ignore": Path("mask.png")}])
def test_made_video_has_a_size_and_nothing_to_ignore(
    made: MadeVideo, given: dict[str, object]
) -> None:
    with pytest.raises(InputError, match=f"{made.name} video is 128x128"):
        plan_made(made, Options(**given))


def test_bright_pixels_of_the_mask_are_ignored(tmp_path: Path) -> None:
    mask = np.zeros((20, 30), dtype=np.uint8)
    mask[:10, 15:] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    ignore = read_ignore(tmp_path / "mask.png", (4, 6))
    assert ignore.sum() == 6
    assert ignore[:2, 3:].all()


def test_what_is_no_mask_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_text("no image")
    with pytest.raises(InputError, match="cannot read the mask"):
        read_ignore(tmp_path / "mask.png", (4, 6))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"preset": "best"}, "fast, paper or released"),
        ({"ablation": "noTime"}, "TBAc-noMem"),
        ({"objects": 0}, "at least 1"),
        ({"seed": -1}, "-1 is no seed"),
        ({"seed": 2**63}, "is no seed"),
        ({"size": (9, 99)}, "9x99"),
    ],
)
def test_options_refuse_nonsense(given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Options(**given)


@pytest.mark.parametrize("preset", ["fast", "paper", "released"])
@pytest.mark.parametrize("made", [SPRITES, DIGITS])
def test_made_video_keeps_its_black_background(made: MadeVideo, preset: str) -> None:
    """Scores of the published protocol know no living background."""
    plan = plan_made(made, Options(preset=preset))
    assert not plan.config.living_background
    assert plan.config.association is None
    assert not plan.config.perspective
    assert plan.config.opaque_weight == 0
    assert not any(camera.background.any() for camera in plan.cameras)


@pytest.mark.parametrize(
    ("preset", "given", "model"),
    [
        ("fast", None, "mode"),
        ("paper", None, "median"),
        ("released", None, "median"),
        ("fast", "median", "median"),
        ("paper", "imbs", "imbs"),
    ],
)
def test_background_models_of_the_presets(preset: str, given: str | None, model: str) -> None:
    assert background_of(Options(preset=preset, background=given)) == model


def test_made_video_has_a_known_background() -> None:
    with pytest.raises(InputError, match="background of sprites video is known"):
        plan_made(SpritesMOT(seed=0), Options(background="imbs"))
    with pytest.raises(InputError, match="no background model"):
        Options(background="mean")


@pytest.mark.slow
def test_cars_on_a_road_with_lines_that_tremble(shared_data: Path, tmp_path: Path) -> None:
    """Up to two at a time, some 75 x 45 pixels of 128 x 224."""
    video = open_sequence(shared_data / "videos/car-detection.mp4")
    config = plan_video([video], tmp_path / "run", Options()).config
    assert config.frame_size[0] <= 48
    height, width = config.patch_size
    assert 18 <= height <= 23
    assert 10 <= width <= 17
    assert config.num_trackers == 4
