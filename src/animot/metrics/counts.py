"""Counts: what scores are made of, so that those of several sequences can be added."""

from dataclasses import dataclass, fields
from typing import TypeVar

Number = int | float  # counts stay whole
Same = TypeVar("Same", bound="Counts")


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """Numbers, or arrays of numbers, that add up over sequences field by field."""

    def __add__(self: Same, other: Same) -> Same:
        names = [field.name for field in fields(self)]
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})


def ratio(part: Number, whole: Number) -> float:
    """Part over whole, or 0 where there is nothing to be a part of."""
    return float(part) / max(1.0, float(whole))
