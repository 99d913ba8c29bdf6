"""How long to learn, and how fast at each point of the way."""

from dataclasses import dataclass, replace

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Either a number of steps, which makes a run repeatable, or minutes of learning."""

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        """Exactly one of the two, above zero."""
        given = [amount for amount in (self.steps, self.minutes) if amount is not None]
        if len(given) != 1:
            raise InputError("give either --steps or --minutes")
        if given[0] <= 0:
            raise InputError(f"{given[0]} is no time to learn; give more than 0")

    def progress(self, step: int, seconds: float) -> float:
        """Part of the budget that is used, from 0 to 1."""
        if self.steps is not None:
            return min(step / self.steps, 1.0)
        assert self.minutes is not None
        return min(seconds / (60 * self.minutes), 1.0)

    def seconds_left(self, step: int, seconds: float) -> float:
        """Seconds to go, at the average speed so far."""
        done = self.progress(step, seconds)
        return seconds * (1 - done) / done if done > 0 else float("inf")


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How to learn; the defaults are those of He et al. (2019), A.1.

    Attributes
    ----------
    batch_size : subsequences per step.
    overlaid_share : part of them, of made video, that show the moving things of two clips, 0 to 1.
    clip_length : frames in each.
    learning_rate, betas : of Adam.
    weight_decay : of Adam, part of the gradient.
    gradient_norm : gradients are shortened to this length, or None.
    reset_chance : that a step starts all trackers of all subsequences anew.
    ramp_steps : steps over which the learning rate rises from 0.
    decay_from : part of the budget after which the learning rate falls; 1: it stays.
    final_rate : what is left of the learning rate at the end.
    re_warms : times that the engine's warm-up may start again where learning has collapsed.
    validate_every : steps from one validation to the next.
    patience : validations without a new best one after which learning stops early; None: it
        never does. The paper stops early and does not say when; 20 is our choice.
    validation_share : part of each real video that is held out to validate on, from 0 up to, but
        without 1; 0: validation shows clips of what is learned from. Made videos have streams
        of their own for it.
    """

    batch_size: int = 64
    overlaid_share: float = 0.0
    clip_length: int = 20
    learning_rate: float = 5e-4
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    gradient_norm: float | None = None
    reset_chance: float = 0.0
    ramp_steps: int = 0
    decay_from: float = 1.0
    final_rate: float = 1.0
    re_warms: int = 0
    validate_every: int = 1000
    patience: int | None = 20
    validation_share: float = 0.05

    @property
    def overlaid_streams(self) -> int:
        """Subsequences per step that show the moving things of two clips."""
        return round(self.overlaid_share * self.batch_size)

    def rate(self, step: int, progress: float) -> float:
        """Learning rate of a step."""
        ramp = min(1.0, (step + 1) / (self.ramp_steps + 1))
        if progress <= self.decay_from:
            return self.learning_rate * ramp
        fallen = (progress - self.decay_from) / (1 - self.decay_from)
        return self.learning_rate * ramp * (1 - fallen * (1 - self.final_rate))


PAPER = TrainingConfig()
# What the authors' program has, for made video and for DukeMTMC (docs/departures.md).
RELEASED = TrainingConfig(
    betas=(0.9, 0.99),
    weight_decay=1e-6,
    gradient_norm=5.0,
    reset_chance=0.01,
    validation_share=0.04,
)
RELEASED_DUKE = replace(RELEASED, batch_size=24, validation_share=0.05)
FAST = TrainingConfig(
    batch_size=8,
    overlaid_share=0.5,
    clip_length=10,
    learning_rate=1e-3,
    betas=(0.9, 0.99),
    gradient_norm=5.0,
    ramp_steps=20,
    decay_from=0.5,
    final_rate=0.03,
    re_warms=2,
    validate_every=100,
    patience=None,
    validation_share=0.0,
)
# There people cross anyway, and twice as many of them would be more than there are trackers.
FAST_VIDEO = replace(FAST, overlaid_share=0.0)
