"""Progress on the terminal: one living line, or a line now and then where it is not a terminal."""

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.training.loop import Report
from animot.training.validation import percent

SECONDS_BETWEEN_LINES = 10.0
# Numbers of a step, and what to call them: of either engine.
SHOWN = (
    ("loss", "loss"),
    ("objects_on", "objects on"),
    ("detection", "detection"),
    ("identity", "identity"),
)


class ProgressLine:
    """A line on standard error that says how far the work has come; a context manager."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self._live = Live(console=self.console, transient=False, refresh_per_second=4)
        self._said_at = time.monotonic()
        self._last = ""
        self._frames = 0
        self._objects = 0
        self._begin = 0.0

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live.is_started:
            self._live.stop()
        elif self._last:
            print(self._last, file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """Put a line above."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def learned(self, report: Report) -> None:
        """Show how learning stands; how much is explained, where the line has room for it."""
        said = [f"step {report.step}", f"{100 * report.progress:.0f} %"]
        said += [
            f"{what} {report.numbers[name]:.1f}" for name, what in SHOWN if name in report.numbers
        ]
        said += [f"{report.frames_per_second:.0f} frames/s", f"{_clock(report.seconds_left)} left"]
        line = "  ".join(said)
        if "explained" in report.validation:
            explains = f"  explains {percent(report.validation['explained'])}"
            if len(line + explains) <= self.console.width:
                line += explains
        self._show(line)

    def tracked(self, frame: Frame, objects: FrameTracks) -> None:
        """Show how far tracking has come; the first frame of a sequence begins a new count."""
        if frame.index == 0 or self._frames == 0:
            self._frames = self._objects = 0
            self._begin = time.monotonic()
        self._frames += 1
        self._objects += len(objects)
        speed = (self._frames - 1) / max(time.monotonic() - self._begin, 1e-9)
        self._show(
            f"frame {frame.index + 1}  {len(objects)} objects now, "
            f"{self._objects / self._frames:.1f} on average  {speed:.0f} frames/s"
        )

    def _show(self, line: str) -> None:
        self._last = line
        if self.console.is_terminal:
            # Not before there is something to show: of several processes, one shows it.
            self._live.start()
            self._live.update(Text(line))
        elif time.monotonic() - self._said_at > SECONDS_BETWEEN_LINES:
            print(line, file=sys.stderr, flush=True)
            self._said_at = time.monotonic()
            self._last = ""


def _clock(seconds: float) -> str:
    if seconds == float("inf"):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
