"""A known way in which learning fails, as an engine tells the training doctor of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ailment:
    """What to look for among the numbers of learning steps, and what to do about it.

    Attributes
    ----------
    name : of the failure.
    sign : number to look at.
    per : number that it is a part of; None: it stands for itself. Both are means over frames.
    limit : where the failure begins.
    above : whether it lies above the limit, or below.
    seen : what is the matter, with {value}, the sign over `per`, or {percent} of it.
    advice : what the user can change.
    re_warm : whether the warm-up of learning may cure it.
    """

    name: str
    sign: str
    per: str | None
    limit: float
    above: bool
    seen: str
    advice: str
    re_warm: bool = False

    @property
    def signs(self) -> set[str]:
        """Numbers that it needs."""
        return {self.sign} if self.per is None else {self.sign, self.per}

    def found(self, means: Mapping[str, float]) -> str | None:
        """What is the matter, from means over some steps; None where all is well.

        Where there is nothing that the sign could be a part of, nothing is the matter.
        """
        whole = 1.0 if self.per is None else means[self.per]
        if whole <= 0:
            return None
        value = means[self.sign] / whole
        if (value > self.limit) != self.above or value == self.limit:
            return None
        return f"{self.name}: {self.seen.format(value=value, percent=100 * value)}"
