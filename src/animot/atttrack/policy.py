"""Which network looks at which frame: the rows of the paper's tables, and a rule of ours."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args, runtime_checkable

from animot.errors import InputError

PolicyName = Literal["teacher", "student", "naive-mix", "layerwise", "atttrack", "adaptive"]
POLICIES: tuple[PolicyName, ...] = get_args(PolicyName)
# Adaptive key frames may wait this many times longer than those at a fixed rate, less one frame,
# and their rate is kept over windows of this many periods.
PATIENCE = 2
WINDOW = 3


@dataclass(frozen=True, kw_only=True)
class Surprise:
    """How far the last frame was from what its tracks foretold.

    Attributes
    ----------
    lost : part of the tracks seen in the frame before that were not found again, in [0, 1].
    births : objects that no track foretold.
    """

    lost: float = 0.0
    births: int = 0


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """What a policy knows when it chooses.

    Attributes
    ----------
    gap : frames from the last key frame to the coming frame; None before the first key frame.
    recent : whether each of the last frames was a key frame, the newest last; as many as are asked
        for (`Policy.window`), or as there were.
    surprise : in the last frame.
    """

    gap: int | None = None
    recent: tuple[bool, ...] = ()
    surprise: Surprise = Surprise()

    def after(self, *, key: bool, surprise: Surprise, window: int) -> "Rhythm":
        """Rhythm once a frame has been looked at."""
        gap = 1 if key else (None if self.gap is None else self.gap + 1)
        recent = (*self.recent, key)[-window:] if window else ()
        return replace(self, gap=gap, recent=recent, surprise=surprise)


@runtime_checkable
class Policy(Protocol):
    """Says which frames are key frames; their teacher looks at these, its student at the others."""

    @property
    def carries(self) -> bool:
        """Whether what the teacher saw helps the student."""
        ...

    @property
    def window(self) -> int:
        """How many frames back it wants to know which were key frames."""
        ...

    def is_key(self, rhythm: Rhythm) -> bool:
        """Whether the coming frame is a key frame."""
        ...


@dataclass(frozen=True, kw_only=True)
class Always:
    """One network looks at all frames.

    Attributes
    ----------
    teacher : whether it is the teacher; else the student.
    """

    teacher: bool
    carries = False
    window = 0

    def is_key(self, rhythm: Rhythm) -> bool:
        """See `Policy`."""
        del rhythm
        return self.teacher


@dataclass(frozen=True, kw_only=True)
class Every:
    """The teacher looks at every K-th frame, the first one included.

    Attributes
    ----------
    period : K, at least 1.
    carries : AttTrack; off: the two just take turns (Naive-Mix, Layerwise).
    """

    period: int
    carries: bool
    window = 0

    def __post_init__(self) -> None:
        """Refuse a period that is none."""
        check_period(self.period)

    def is_key(self, rhythm: Rhythm) -> bool:
        """See `Policy`."""
        return rhythm.gap is None or rhythm.gap >= self.period


@dataclass(frozen=True, kw_only=True)
class Adaptive:
    """The teacher looks when it is needed: ours, after an idea of Mullapudi et al. (2019).

    A frame is a key frame if in the frame before objects were found that no track foretold, or more
    tracks than `lost` were not found where they were foretold; but key frames are at least K / 2
    apart, and at most 2 K - 1. Of any 3 K consecutive frames no more than 3 are key frames, so that
    it never costs more than every K-th frame does; this comes first.

    Attributes
    ----------
    period : K, at least 1.
    lost : part of the tracks, in [0, 1].
    """

    period: int
    lost: float = 0.1
    carries = True

    def __post_init__(self) -> None:
        """Refuse a period that is none."""
        check_period(self.period)

    @property
    def window(self) -> int:
        """See `Policy`; the coming frame is the last one of the 3 K."""
        return WINDOW * self.period - 1

    def is_key(self, rhythm: Rhythm) -> bool:
        """See `Policy`."""
        if rhythm.gap is None:
            return True
        if sum(rhythm.recent) >= WINDOW:
            return False
        surprise = rhythm.surprise
        surprised = surprise.births > 0 or surprise.lost > self.lost
        shortest = (self.period + 1) // 2 if surprised else PATIENCE * self.period - 1
        return rhythm.gap >= shortest


def policy_named(name: str, period: int) -> Policy:
    """Policy of a name in `POLICIES`.

    Parameters
    ----------
    period : K; of no account where one network looks at all frames.

    Raises
    ------
    InputError : for another name, or a period that is none.
    """
    check_period(period)
    match name:
        case "teacher" | "student":
            return Always(teacher=name == "teacher")
        case "naive-mix" | "layerwise":
            return Every(period=period, carries=False)
        case "atttrack":
            return Every(period=period, carries=True)
        case "adaptive":
            return Adaptive(period=period)
    raise InputError(f"there is no policy {name}; give one of {', '.join(POLICIES)}")


def check_period(period: int) -> None:
    """Refuse key frames at no rate."""
    if period < 1:
        raise InputError(f"a teacher cannot look at every {period}-th frame; give 1 or more")
