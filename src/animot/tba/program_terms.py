"""Terms that the authors' program adds to the loss. All are departures, off as published."""

from jaxtyping import Bool, Float
from torch import Tensor

from animot.tba.config import TBAConfig
from animot.tba.output import TrackerOutput

# Keeps the logarithm of a confidence finite, as the authors' program has it.
EPS = 1e-20


def program_terms(
    output: TrackerOutput, ran: Bool[Tensor, "B I"], config: TBAConfig
) -> Float[Tensor, ""]:
    """Weighted entropy and faintness: sums over the trackers that ran, mean over frames."""
    cost = output.confidence.new_zeros(())
    if config.entropy_weight:
        cost = cost + config.entropy_weight * entropy(output.confidence).sum()
    if config.appearance_weight:
        lacking = faintness(output.appearance, config.least_appearance)
        cost = cost + config.appearance_weight * (lacking * ran).sum()
    return cost / len(output.confidence)


def entropy(confidence: Float[Tensor, "B I"]) -> Float[Tensor, "B I"]:
    """Entropy of being on or off, in nats: confidences shall be near 0 or 1."""
    off = 1 - confidence
    return -(confidence * (confidence + EPS).log() + off * (off + EPS).log())


def faintness(appearance: Float[Tensor, "B I D U V"], least: float) -> Float[Tensor, "B I"]:
    """What the appearance, summed over channels and pixels, lacks of so much."""
    return (least - appearance.flatten(2).sum(dim=2)).clamp(min=0)


def difference_error(
    drawn: Float[Tensor, "B D H W"],
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
) -> Float[Tensor, ""]:
    """Squared error of the absolute difference to the background; a sum, mean over frames."""
    error = (drawn - background).abs() - (frames - background).abs()
    return error.square().sum() / len(frames)
