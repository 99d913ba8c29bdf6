"""The figures of a reproduction, from its finished cells."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from animot.data.atomic import write_bytes
from animot.errors import InputError, InputWarning
from animot.report.attention import draw_looks
from animot.report.curves import draw_curves
from animot.report.panel import to_png
from animot.report.strips import draw_strips, input_strip
from animot.reproduce.tba.cell import Task
from animot.reproduce.tba.published import experiment_of
from animot.reproduce.tba.replay import looks_of, rgb_of, shown_video, strip_of
from animot.reproduce.tba.result import Result
from animot.reproduce.tba.strip_file import read_strips, write_strip
from animot.reproduce.tba.tables import by_configuration
from animot.saved import Model, load_model

CURVES, STRIPS, ATTENTION = "curves.png", "strips.png", "attention.png"
# Of the frames shown, those in whose turns attention is drawn.
ATTENDED = slice(3, 6)


def write_figures(out: Path, task: Task, results: Sequence[Result], digits: Path | None) -> None:
    """Training curves, strips, and attention; of several seeds, figures but curves show the first.

    Where matplotlib is missing, curves are left out with an InputWarning.

    Parameters
    ----------
    out : folder of the reproduction.
    task : of it.
    results : of its finished cells, at least one.
    digits : folder of the MNIST files.
    """
    groups = by_configuration(task, results)
    models = {name: load_model(group[0].cell.run(out)) for name, group in groups.items()}
    experiment = experiment_of(task.experiment)
    frames = shown_video(experiment, digits)
    for name, model in models.items():
        write_strip(out, strip_of(name, model, frames, experiment.shown))
    redraw_strips(out, task, digits)
    _write_attention(out, models, frames, experiment.shown)
    _write_curves(out, task, groups)


def redraw_strips(out: Path, task: Task, digits: Path | None) -> None:
    """Draw all strips that are in the folder, below the input."""
    experiment = experiment_of(task.experiment)
    shown = rgb_of(shown_video(experiment, digits)[experiment.shown.start :])
    strips = read_strips(out, first=list(experiment.printed))
    write_bytes(out / STRIPS, to_png(draw_strips([input_strip(shown), *strips])))


def _write_attention(
    out: Path,
    models: Mapping[str, Model],
    frames: UInt8[np.ndarray, "T H W D"],
    shown: range,
) -> None:
    """Of the first configuration that attends to cells."""
    model = next((m for m in models.values() if m.network.config.attention), None)
    if model is None:
        return
    attended = shown[ATTENDED]
    looks = looks_of(model, frames, attended)
    images = rgb_of(frames[attended.start : attended.stop])
    write_bytes(out / ATTENTION, to_png(draw_looks(images, looks)))


def _write_curves(out: Path, task: Task, groups: Mapping[str, Sequence[Result]]) -> None:
    curves = {
        name: [
            np.array([[point.step, point.loss] for point in result.curve]).reshape(-1, 2)
            for result in group
        ]
        for name, group in groups.items()
    }
    title = f"{task.experiment}, preset {task.preset}, {task.budget}"
    try:
        content = draw_curves(curves, title, across="steps", up="validation loss")
    except InputError as error:
        warnings.warn(str(error), InputWarning, stacklevel=2)
        return
    write_bytes(out / CURVES, content)
