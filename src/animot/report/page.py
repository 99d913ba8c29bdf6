"""report.html: one file that shows a tracked video to a person, without any network."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import jinja2
import numpy as np
from jaxtyping import UInt8

from animot.data.atomic import write_text
from animot.errors import InputError
from animot.report.chart import area_of, line_of
from animot.report.learning_story import Curve, LearningStory
from animot.report.page_data import hex_colour, page_data
from animot.report.recording import FILM, Recorder, Recording
from animot.report.summary import TrackLine, counts_of, objects_per_frame, track_line
from animot.report.track_rows import rows_of_tracks
from animot.report.uncertainty import Moment, find_doubts, moments_of, severity_of_tracks

PAGE = "report.html"

Say = Callable[[str], None]

LARGEST_INSIDE = 20 * 2**20
"""Bytes of a film that goes into the page; a larger one stays beside it."""

MOST_MOMENTS = 100
MOST_LINES = 2000
"""Of the moments to check, the gravest are shown, and of the tracks the longest."""

TEMPLATES = files("animot.report") / "templates"
SCRIPTS = ("film.js", "boxes.js", "page.js")


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What a page tells besides the recording.

    Attributes
    ----------
    title : name of the video.
    background : the empty scene at working size, or None where none was used.
    learning : how the model was learned, or None where there was none.
    """

    title: str
    background: UInt8[np.ndarray, "H W D"] | None = None
    learning: LearningStory | None = None


def write_page(recorder: Recorder, told: Told, say: Say) -> None:
    """Write report.html beside the recorder's film, and say so.

    A film of up to `LARGEST_INSIDE` goes into the page, which is then one file; a larger one
    stays beside it. Without a frame there is no page.

    Raises
    ------
    InputError : where it cannot be written.
    """
    recording, film = recorder.recording, recorder.film
    if recording is None:
        return
    path = film.with_name(PAGE)
    inside = _read_small(film)
    write_text(path, page(recording, told, inside))
    if inside is None:
        say(f"open {path} in a browser ({film.name} belongs beside it)")
    else:
        film.unlink()
        say(f"open {path} in a browser")


def _read_small(film: Path) -> str | None:
    """The film in base64, or None where it is too large."""
    try:
        if film.stat().st_size > LARGEST_INSIDE:
            return None
        return b64encode(film.read_bytes()).decode()
    except OSError as error:
        raise InputError(
            f"{film}: cannot read it ({error.strerror}); give a folder that is yours"
        ) from error


def page(recording: Recording, told: Told, film: str | None) -> str:
    """The page as HTML.

    Parameters
    ----------
    recording : what to show.
    told : what else to tell.
    film : MP4 in base64; None: the file beside the page.
    """
    script = "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("animot.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "colour": hex_colour}
    return environment.get_template("report.html.j2").render(
        _content(recording),
        told=told,
        background=None if told.background is None else picture_address(told.background),
        curves=() if told.learning is None else [_chart(curve) for curve in told.learning.curves],
        film=film,
        film_file=FILM,
        style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        script=script,
        # Nothing else on the page may run, whatever a file is called.
        script_digest=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _content(recording: Recording) -> dict[str, Any]:
    tracks = recording.tracks
    rows = rows_of_tracks(tracks)
    doubts = find_doubts(tracks, rows, recording.size, recording.fps)
    moments = moments_of(doubts, recording.fps)
    lines = _longest([track_line(track, tracks.num_frames) for track in rows])
    return {
        "recording": recording,
        "data": page_data(recording, rows),
        "counts": counts_of(tracks, rows, recording.fps),
        "moments": moments[:MOST_MOMENTS],
        "num_moments": len(moments),
        "marks": _marks(moments),
        "severity": severity_of_tracks(doubts),
        "lines": lines,
        "objects": area_of(objects_per_frame(tracks)),
    }


def _longest(lines: list[TrackLine]) -> list[TrackLine]:
    """As many as can be shown, in their order."""
    ranked = sorted(lines, key=lambda line: line.first - line.last)
    kept = {line.track_id for line in ranked[:MOST_LINES]}
    return [line for line in lines if line.track_id in kept]


def _marks(moments: list[Moment]) -> list[Moment]:
    """Moments to mark in the line of time, so that the gravest lie on top."""
    return moments[:MOST_MOMENTS][::-1]


def _chart(curve: Curve) -> dict[str, Any]:
    line = line_of(np.array(curve.steps), np.array(curve.values), curve.most)
    return {"title": curve.title, "line": line, "curve": curve}


def picture_address(image: UInt8[np.ndarray, "H W D"]) -> str:
    """A grey or red-green-blue picture as a data URL of a PNG."""
    encoded, png = cv2.imencode(".png", image if image.shape[2] == 1 else image[..., ::-1])
    if not encoded:
        raise ValueError(f"a picture of shape {image.shape} cannot be encoded")
    return f"data:image/png;base64,{b64encode(png.tobytes()).decode()}"


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 1:02.4, or hours, minutes and seconds."""
    tenths = round(10 * seconds)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    ending = f"{minutes:02d}" if hours else f"{minutes}"
    return f"{f'{hours}:' if hours else ''}{ending}:{rest / 10:04.1f}"
