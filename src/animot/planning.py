"""What to learn from what: from the user's video and options to a configuration and clips."""

import statistics
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jaxtyping import Bool

from animot.data.clips import ClipSource, Scene
from animot.data.made import MadeVideo
from animot.data.sequence import Sequence
from animot.data.split import split_made, split_video
from animot.errors import InputError
from animot.fit_to_video import find_typical, fit_to_video
from animot.made_sets import MADE_SETS
from animot.saved import Camera
from animot.tba import presets
from animot.tba.ablations import ablate, full_name
from animot.tba.config import TBAConfig
from animot.tba.stored import config_from_json
from animot.training import schedule
from animot.training.schedule import TrainingConfig
from animot.video.background.find import MEDIAN, MODE, check_name, find_background
from animot.video.clips import FrameCache
from animot.video.image_file import read_image, to_8_bits, used_bits
from animot.working_size import (
    CELL,
    FEWEST_CELLS,
    keep_size,
    read_size,
    size_for,
    usual_size,
    whole_cells,
)

MADE_TRAINING = {
    "fast": schedule.FAST,
    "paper": schedule.PAPER,
    "released": schedule.RELEASED,
}
# Of real video; `fast` is fitted to it.
VIDEO = {"paper": presets.PAPER_DUKE, "released": presets.RELEASED_DUKE}
VIDEO_TRAINING = {
    "fast": schedule.FAST_VIDEO,
    "paper": schedule.PAPER,
    "released": schedule.RELEASED_DUKE,
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user may choose; None: animot chooses.

    Attributes
    ----------
    preset : "fast", "paper" or "released".
    ablation : of the preset, a name in `tba.ablations`.
    seed : of weights, clips and noise.
    objects : most objects at a time.
    size : working (width, height) in pixels.
    ignore : image whose bright pixels are shown to the model as background.
    background : how the empty scene of real video is found: "mode", "median", "mog2" or "imbs".
    """

    preset: str = "fast"
    ablation: str | None = None
    seed: int = 0
    objects: int | None = None
    size: tuple[int, int] | None = None
    ignore: Path | None = None
    background: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no model can be built from."""
        if self.preset not in MADE_TRAINING:
            raise InputError(f"there is no preset {self.preset}; give fast, paper or released")
        if self.ablation is not None:
            full_name(self.ablation)
        if self.background is not None:
            check_name(self.background)
        if not 0 <= self.seed < 2**63:
            raise InputError(f"{self.seed} is no seed; give a number from 0 to 2^63 - 1")
        if self.objects is not None and self.objects < 1:
            raise InputError(f"{self.objects} objects cannot be tracked; give at least 1")
        least = FEWEST_CELLS * CELL
        if self.size is not None and min(self.size) < least:
            width, height = self.size
            raise InputError(
                f"a size of {width}x{height} is too small; give at least {least}x{least}"
            )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to learn, from what.

    Attributes
    ----------
    config : of the model.
    trackers : of each stream while learning, where clips show the things of two.
    training : how to learn.
    source : of clips.
    held_out : source of the clips that the model is validated on.
    cameras : to be remembered with the model.
    low_precision : whether bfloat16 may be used where it is fast.
    """

    config: TBAConfig
    trackers: int
    training: TrainingConfig
    source: ClipSource
    held_out: ClipSource
    cameras: list[Camera]
    low_precision: bool

    def __str__(self) -> str:
        (H, W), (U, V) = self.config.frame_size, self.config.patch_size
        return (
            f"working size {W}x{H}, objects of about {V}x{U} pixels there, "
            f"at most {self.config.num_trackers} at a time"
        )

    def read_config(self, values: Any) -> TBAConfig:
        """Configuration of a checkpoint; ValueError where it is none."""
        return config_from_json(values)


def plan_made(made: MadeVideo, options: Options) -> Plan:
    """Learn made video, drawn on the fly."""
    training = training_of(options, made=True)
    config = _ablated(MADE_SETS[made.name].configs[options.preset], options)
    if options.size not in {None, config.frame_size} or options.ignore is not None:
        raise InputError(
            f"{made.name} video is 128x128 and has nothing to ignore; leave these options out"
        )
    if options.background is not None:
        raise InputError(f"the background of {made.name} video is known; leave --background out")
    if options.objects is not None:
        config = replace(config, num_trackers=options.objects + 1)
    return made_plan(made, config, training, low_precision=options.preset == "fast")


def made_plan(
    made: MadeVideo, config: TBAConfig, training: TrainingConfig, *, low_precision: bool
) -> Plan:
    """Learn made video with any model, in any way."""
    black = np.zeros((*config.frame_size, config.frame_channels), dtype=np.uint8)
    source, held_out = split_made(
        made,
        training.batch_size,
        training.clip_length,
        training.overlaid_streams,
        summed=config.num_layers == 1,
    )
    return Plan(
        config=config,
        trackers=config.num_trackers + (made.num_objects if training.overlaid_streams else 0),
        training=training,
        source=source,
        held_out=held_out,
        cameras=[Camera(background=black)],
        low_precision=low_precision,
    )


def plan_video(sequences: list[Sequence], folder: Path, options: Options) -> Plan:
    """Learn from video of fixed cameras; frames at working size are kept in the folder."""
    training = training_of(options, made=False)
    size = _known_size(folder, options)
    if size is None:
        size, scenes = _fitting_scenes(sequences, folder, options)
    else:
        scenes = _scenes(sequences, folder, size, options)
    fps = statistics.median(sequence.fps for sequence in sequences)
    config = _ablated(_video_config(scenes, size, fps, options), options)
    source, held_out = split_video(
        scenes,
        training.batch_size,
        training.clip_length,
        options.seed,
        training.validation_share,
    )
    return Plan(
        config=config,
        trackers=config.num_trackers,
        training=training,
        source=source,
        held_out=held_out,
        cameras=[Camera(background=scene.background, ignore=scene.ignore) for scene in scenes],
        low_precision=options.preset == "fast",
    )


def read_ignore(path: Path, size: tuple[int, int]) -> Bool[np.ndarray, "H W"]:
    """Read the pixels to ignore: the bright ones of an image, at working size (height, width)."""
    image = read_image(path)
    if image is None:
        raise InputError(f"{path}: cannot read the mask; give an image, white where to ignore")
    grey = cv2.cvtColor(to_8_bits(image, used_bits(image)), cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (size[1], size[0]), interpolation=cv2.INTER_AREA) > 127


def training_of(options: Options, *, made: bool) -> TrainingConfig:
    """How to learn, by the preset and by whether the video is made or real."""
    return (MADE_TRAINING if made else VIDEO_TRAINING)[options.preset]


def background_of(options: Options) -> str:
    """Name of the model that finds the empty scene of real video: as given, or by the preset."""
    return options.background or (MEDIAN if options.preset in VIDEO else MODE)


def _ablated(config: TBAConfig, options: Options) -> TBAConfig:
    return config if options.ablation is None else ablate(config, options.ablation)


def _known_size(folder: Path, options: Options) -> tuple[int, int] | None:
    """(height, width) that the model works at; None before what moves has been looked at."""
    if options.size is not None:
        return whole_cells(options.size[1], options.size[0])
    if options.preset in VIDEO:
        return VIDEO[options.preset].frame_size
    return read_size(folder)


def _fitting_scenes(
    sequences: list[Sequence], folder: Path, options: Options
) -> tuple[tuple[int, int], list[Scene]]:
    """Working size by what moves, kept for when the run goes on, and the scenes at that size."""
    first = usual_size(sequences[0].height, sequences[0].width)
    scenes = _scenes(sequences, folder, first, options)
    size = size_for(find_typical(scenes), first)
    if size != first:
        scenes = _scenes(sequences, folder, size, options)
    keep_size(folder, size)
    return size, scenes


def _scenes(
    sequences: list[Sequence], folder: Path, size: tuple[int, int], options: Options
) -> list[Scene]:
    return [
        _scene(sequence, folder / f"frames-{number}", size, options)
        for number, sequence in enumerate(sequences)
    ]


def _scene(sequence: Sequence, folder: Path, size: tuple[int, int], options: Options) -> Scene:
    cache = FrameCache.build(sequence, size, folder)
    match_light = options.preset not in VIDEO  # `fast` has a living background
    return Scene(
        frames=cache.frames,
        runs=cache.runs,
        background=find_background(
            background_of(options), cache.frames, cache.time, match_light=match_light
        ),
        ignore=None if options.ignore is None else read_ignore(options.ignore, size),
        match_light=match_light,
    )


def _video_config(
    scenes: list[Scene], size: tuple[int, int], fps: float, options: Options
) -> TBAConfig:
    if options.preset in VIDEO:
        published = VIDEO[options.preset]
        objects = options.objects or published.num_trackers
        return replace(published, frame_size=size, num_trackers=objects)
    return fit_to_video(scenes, size, fps, options.objects)
