"""The rows of the tables: which networks take turns, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from animot.atttrack.ablations import ABLATIONS, transfer_named
from animot.atttrack.policy import PolicyName
from animot.atttrack.roles import Role
from animot.errors import InputError
from animot.reproduce.atttrack.controls import CONTROLS
from animot.reproduce.atttrack.task import LONGEST_PERIOD

# Learned with one thing changed: one alternative for each open question on what is carried.
USUAL_ABLATIONS = ("heat", "box", "still", "convex")


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to track.

    Attributes
    ----------
    title : in tables.
    policy : by which teacher and student take turns.
    role : how the student has learned; None: there is none.
    ablation : of the transfer, that it has learned with.
    control : what it is given in place of what AttTrack carries.
    looks_first : whether tracks are matched by embeddings before overlap is asked for, as in
        FairMOT (Zhang et al., 2021), and not by both at once.
    """

    title: str
    policy: PolicyName
    role: Role | None
    ablation: str | None = None
    control: str | None = None
    looks_first: bool = False

    @property
    def needs_teacher(self) -> bool:
        """Whether a teacher looks at any frame."""
        return self.policy != "student"

    @property
    def takes_turns(self) -> bool:
        """Whether there are key frames, at every K-th frame."""
        return self.policy not in {"teacher", "student"}

    @property
    def is_for_all_periods(self) -> bool:
        """Whether it is scored with each K; else with the longest alone."""
        return self.takes_turns and self.is_plain

    @property
    def is_plain(self) -> bool:
        """Whether it is one of the tables' own, with nothing changed."""
        return self.control is None and self.ablation is None and not self.looks_first


_OWN = {
    "teacher": Method(title="Teacher-only", policy="teacher", role=None),
    "student": Method(title="Student-only", policy="student", role="plain"),
    "aligned": Method(title="Student-only + alignment", policy="student", role="student"),
    "naive-mix": Method(title="Naive-Mix", policy="naive-mix", role="plain"),
    "layerwise": Method(title="Layerwise", policy="layerwise", role="layerwise"),
    "atttrack": Method(title="AttTrack (ours)", policy="atttrack", role="student"),
    "adaptive": Method(title="AttTrack, adaptive key frames", policy="adaptive", role="student"),
}
# What depends on how tracks are matched: the networks alone, and those that the paper compares.
LOOKS_FIRST = ("teacher", "student", "naive-mix", "layerwise", "atttrack")
LOOKS_FIRST_SUFFIX = "-looks-first"
METHODS = {
    **_OWN,
    **{
        f"{name}{LOOKS_FIRST_SUFFIX}": replace(
            _OWN[name], title=f"looks first: {_OWN[name].title}", looks_first=True
        )
        for name in LOOKS_FIRST
    },
    **{
        f"control-{name}": Method(
            title=f"control: {control.title}", policy="atttrack", role="student", control=name
        )
        for name, control in CONTROLS.items()
    },
    **{
        f"learned-{name}": Method(
            title=f"learned with {name}", policy="atttrack", role="student", ablation=name
        )
        for name in ABLATIONS
    },
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A method with a period of key frames.

    Attributes
    ----------
    name : of the method, in `METHODS`.
    every : K; None where one network looks at all frames.
    """

    name: str
    every: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no row is called."""
        if self.name not in METHODS or (self.every is None) == self.method.takes_turns:
            raise ValueError(f"there is no method {self.name} with K = {self.every}")

    @property
    def method(self) -> Method:
        """The method."""
        return METHODS[self.name]

    @property
    def key(self) -> str:
        """Name in folders and files."""
        return self.name if self.every is None else f"{self.name}-every{self.every}"

    def __str__(self) -> str:
        title = self.method.title
        return title if self.every is None else f"{title}, K = {self.every}"


def plan_rows(periods: Sequence[int], ablations: Sequence[str]) -> list[Row]:
    """All rows; those of one student follow each other, so that what it sees is remembered.

    Parameters
    ----------
    periods : K, each from 2 to 6, increasing.
    ablations : names in `animot.atttrack.ablations`.

    Raises
    ------
    InputError : for other periods and names.
    """
    if not periods or not all(2 <= period <= LONGEST_PERIOD for period in periods):
        raise InputError(f"K is from 2 to {LONGEST_PERIOD}; write --every 2-6, or 2,4")
    for name in ablations:
        transfer_named(name)
    wanted = {
        name: method
        for name, method in METHODS.items()
        if method.ablation is None or method.ablation in ablations
    }
    alone = [Row(name=name) for name, method in wanted.items() if not method.takes_turns]
    turns = [
        Row(name=name, every=every)
        for name, method in wanted.items()
        if method.is_for_all_periods
        for every in periods
    ]
    longest = [
        Row(name=name, every=max(periods))
        for name, method in wanted.items()
        if method.takes_turns and not method.is_for_all_periods
    ]
    return [*alone, *turns, *longest]
