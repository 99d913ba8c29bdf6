"""The training doctor: names known ways to fail while learning goes on, and acts where it can.

It knows no engine: an engine says what may fail (`animot.ailment`), and puts signs of health into
the numbers of some of its learning steps. Where learning has collapsed, its warm-up starts again,
a few times at most; nothing else is acted on twice in a row, as looking begins anew after it.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from animot.ailment import Ailment
from animot.data.from_json import from_json
from animot.errors import InputError

# A finding is there in so many measurements on end: a bad batch, or a leap on the way to something
# better, is no illness.
MEASUREMENTS = 5
NOT_FINITE = "not finite"


@dataclass(frozen=True, kw_only=True)
class CaseHistory:
    """What the doctor remembers; part of each checkpoint's facts.

    Attributes
    ----------
    warm_from : step at which the warm-up began last.
    re_warmed : times that it started again.
    said : names of what has been said; it is not said again.
    signs : the last measurements, the oldest first.
    """

    warm_from: int = 0
    re_warmed: int = 0
    said: tuple[str, ...] = ()
    signs: tuple[dict[str, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no run has."""
        if self.warm_from < 0 or self.re_warmed < 0:
            raise ValueError("warm_from and re_warmed are at least 0")
        if not all(math.isfinite(value) for signs in self.signs for value in signs.values()):
            raise ValueError("signs are finite")


class Doctor:
    """Watches one session of learning.

    Parameters
    ----------
    ailments : of the engine.
    most_re_warms : times that the warm-up may start again in the whole run.
    folder : of the run, for messages.
    facts : of the checkpoint to go on from; empty at the start.

    Raises
    ------
    InputError : where the facts are foreign.
    """

    def __init__(
        self,
        ailments: Sequence[Ailment],
        most_re_warms: int,
        folder: Path,
        facts: dict[str, Any],
    ) -> None:
        self.ailments = ailments
        self.most_re_warms = most_re_warms
        self.needed: set[str] = set().union(*(ailment.signs for ailment in ailments))
        try:
            self.history = from_json(CaseHistory, facts.get("doctor", {}))
            if any(signs.keys() != self.needed for signs in self.history.signs):
                raise ValueError("signs are of another engine")
            if self.history.warm_from > facts.get("step", 0):
                raise ValueError("the warm-up begins later than the run has come")
        except ValueError as error:
            raise InputError(
                f"{folder}: the checkpoint does not say what the doctor saw ({error}); "
                "learn again with --overwrite"
            ) from error

    def examine(self, step: int, numbers: dict[str, float]) -> list[str]:
        """Findings after a step, in a line each; mostly none.

        Parameters
        ----------
        step : steps done.
        numbers : of the last one; a gradient that is not finite was not followed.
        """
        if not math.isfinite(numbers["gradient_norm"]):
            return self._say_once(
                NOT_FINITE,
                f"step {step}: {NOT_FINITE}: the gradient; the weights stay as the last good step "
                "left them, and the trackers start anew",
            )
        if not self.needed or not self.needed <= numbers.keys():
            return []
        signs = {name: numbers[name] for name in sorted(self.needed)}
        self._remember(signs)
        if len(self.history.signs) < MEASUREMENTS:
            return []
        return self._diagnose(step)

    def facts(self) -> dict[str, Any]:
        """What a checkpoint must say of it."""
        return {"doctor": asdict(self.history)}

    def _remember(self, signs: dict[str, float]) -> None:
        if all(math.isfinite(value) for value in signs.values()):
            last = (*self.history.signs, signs)[-MEASUREMENTS:]
            self.history = replace(self.history, signs=last)

    def _diagnose(self, step: int) -> list[str]:
        signs = self.history.signs
        means = {name: sum(each[name] for each in signs) / len(signs) for name in signs[0]}
        lasting = [each for each in self.ailments if all(map(each.found, signs))]
        found = [(each, text) for each in lasting if (text := each.found(means))]
        if any(each.re_warm for each, _ in found) and self.history.re_warmed < self.most_re_warms:
            return self._re_warm(step, [text for each, text in found if each.re_warm])
        return [
            line
            for each, text in found
            for line in self._say_once(each.name, f"step {step}: {text}; {each.advice}")
        ]

    def _re_warm(self, step: int, found: list[str]) -> list[str]:
        times = self.history.re_warmed + 1
        self.history = replace(self.history, warm_from=step, re_warmed=times, signs=())
        done = f"the warm-up starts again ({times} of at most {self.most_re_warms} times)"
        return [f"step {step}: {text}; {done}" for text in found]

    def _say_once(self, name: str, line: str) -> list[str]:
        if name in self.history.said:
            return []
        self.history = replace(self.history, said=(*self.history.said, name))
        return [line]
