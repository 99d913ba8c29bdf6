"""What went wrong while a video was decoded, said in one warning at the end."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from animot.errors import InputWarning

MISSING_SHARE = 0.02
"""Headers are often a little off; if no more than this share is missing, it is no damage."""


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What the header of a video file says of its length, which may be wrong.

    Attributes
    ----------
    frames : number of frames, or None where it does not say.
    seconds : duration, or None where it does not say.
    """

    frames: int | None
    seconds: float | None

    def exceeds(self, num_frames: int, seconds: float, fps: float) -> bool:
        """Whether more was announced than the frames and seconds that were there.

        Both must fall short: frames at uneven times cannot be told from the duration, and where
        an editor hid the first frames, the number announced includes the hidden ones.
        """
        missing = []
        if self.frames is not None:
            missing.append(num_frames + 1 < self.frames * (1 - MISSING_SHARE))
        if self.seconds is not None:
            missing.append(seconds + 1 / fps < self.seconds * (1 - MISSING_SHARE))
        return bool(missing) and all(missing)


class Damage:
    """Collects the faults of one pass over a video file.

    Parameters
    ----------
    path : the file, to be named in the warning.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._num_frames = 0
        self._damaged: int | None = None
        self._resized: int | None = None
        self._broken_off = False

    def frame(self) -> None:
        """Note that a frame has been decoded and dealt with."""
        self._num_frames += 1

    def damaged(self) -> None:
        """Note data that could not be decoded in full, before or in the frame to come."""
        if self._damaged is None:
            self._damaged = self._num_frames

    def resized(self) -> None:
        """Note that the frame to come has another size than the first one."""
        if self._resized is None:
            self._resized = self._num_frames

    def broken_off(self) -> None:
        """Note that the file could not be read to its end."""
        self._broken_off = True

    def warn(self, breaks_off: bool) -> None:
        """Say in one warning what was noted, if anything.

        Parameters
        ----------
        breaks_off : whether more were announced.
        """
        lost = []
        if self._damaged is not None:
            lost.append(f"is damaged from frame {self._damaged} on")
        if breaks_off or self._broken_off:
            lost.append(f"breaks off after {self._num_frames} frames")
        faults = [f"{' and '.join(lost)}, and is used as far as it decodes"] if lost else []
        if self._resized is not None:
            faults.append(
                f"changes its frame size at frame {self._resized}, and its frames are resized to "
                "the size of the first"
            )
        if faults:
            text = f"{self._path}: the video {'; it '.join(faults)}"
            warnings.warn(text, InputWarning, stacklevel=2)
