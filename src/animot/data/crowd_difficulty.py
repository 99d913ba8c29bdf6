"""How hard a made crowd is to track: one set of numbers, to be tuned as a whole."""

from dataclasses import dataclass, fields

from animot.data.crowd_figure import PATTERNS
from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class CrowdDifficulty:
    """What decides how hard the made pedestrians are to find and to tell apart.

    A pair of numbers is a range: each stream, or each person, draws from it uniformly.

    Attributes
    ----------
    people : persons in the scene at a time, on average over a stream; one number for each stream.
    height : of a person at the far and at the near end of the ground, in pixels.
    stature : persons are up to this part taller or smaller than that, in [0, 0.5].
    speed : of a person, in body heights per frame.
    bend : how far a way bulges out sideways, at most, as a part of its length.
    hiding : chance that a way begins behind an obstacle, and that it ends there, in [0, 1].
    obstacles : how many stand in a stream.
    outfits : of clothes in a stream; everybody wears one of them.
    patterns : of clothes that are worn, 1 to 4: plain, stripes across, stripes down, a bag.
    personal : grey levels by which the colours of two persons in one outfit differ, at most.
    contrast : grey levels between clothes and ground, about.
    shadow : how dark shadows are, in [0, 1].
    noise : standard deviation of the camera's noise, in grey levels.
    """

    people: tuple[float, float] = (10.0, 17.0)
    height: tuple[float, float] = (17.0, 54.0)
    stature: float = 0.1
    speed: tuple[float, float] = (0.05, 0.2)
    bend: float = 0.15
    hiding: float = 0.2
    obstacles: tuple[int, int] = (2, 4)
    outfits: int = 3
    patterns: int = 2
    personal: float = 24.0
    contrast: float = 45.0
    shadow: float = 0.4
    noise: float = 8.0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = value if isinstance(value, tuple) else (value, value)
            if not 0 <= low <= high < float("inf"):
                raise InputError(
                    f"{field.name}={value} is no range of a crowd; give numbers of 0 or more, the "
                    "smaller first"
                )
        for name, least, most in (
            ("people", 1, 200),
            ("height", 8, 500),
            ("stature", 0, 0.5),
            ("speed", 0.01, 1),
            ("hiding", 0, 1),
            ("obstacles", 0, 20),
            ("outfits", 1, 100),
            ("patterns", 1, PATTERNS),
            ("shadow", 0, 1),
        ):
            value = getattr(self, name)
            low, high = value if isinstance(value, tuple) else (value, value)
            if low < least or high > most:
                raise InputError(f"{name}={value} does not suit a crowd; give {least} to {most}")
