"""Signs of health, measured on what a learning step has made anyway; no label is used.

All are means over frames, so that they can be averaged over steps and processes; a share is the
quotient of two of them (`animot.tba.ailments`).
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from animot.tba.config import TBAConfig
from animot.tba.geometry import box_size
from animot.tba.model import TBA
from animot.tba.output import TrackerOutput
from animot.tba.priors import LEAST_ENERGY

# Boxes of two trackers that overlap by more than this (IoU) are on one object.
SAME_OBJECT = 0.5


@torch.no_grad()
def measure(
    model: TBA,
    output: TrackerOutput,
    frames: Float[Tensor, "B D H W"],
    background: Float[Tensor, "B D H W"],
    reconstruction: Float[Tensor, ""],
) -> dict[str, float]:
    """Signs of a step's frames, and of the gradients that the step has left in the model.

    Parameters
    ----------
    output : of the trackers for these frames.
    reconstruction : squared error of the redrawn frames, of Eq. 9.

    Returns
    -------
    moving : share of frames in which something differs from the background.
    confidence : largest confidence of these frames; 0 for the others.
    widest : largest share of the frame that a box covers, times its confidence; likewise.
    held : sum of all confidences.
    drawn : sum of confidences times the share of the mask that is 1.
    crowded : share of frames in which two trackers or more are confident.
    doubled : share of frames in which two of them are on one object.
    residual, energy : reconstruction, and what it would be if nothing were drawn.
    gradient, key_gradient : norms over all parameters, and over those that make keys (Eq. 10).
    """
    config = model.config
    moving = something_moves(frames, background, config.map_size)
    on = output.confidence > 0.5
    boxes = corners(output, config)
    area = (boxes.clamp(-1, 1)[..., 2:] - boxes.clamp(-1, 1)[..., :2]).prod(dim=-1) / 4
    covered = output.mask.flatten(2).mean(dim=2)
    per_frame = {
        "moving": moving,
        "confidence": output.confidence.amax(dim=1) * moving,
        "widest": (output.confidence * area).amax(dim=1) * moving,
        "held": output.confidence.sum(dim=1),
        "drawn": (output.confidence * covered).sum(dim=1),
        "crowded": on.sum(dim=1) > 1,
        "doubled": on_one_object(boxes, on),
        # With a difference weight, the error of a frame that lacks all counts so often more.
        "energy": (1 + config.difference_weight)
        * (frames - background).square().flatten(1).sum(dim=1),
    }
    signs = {name: float(values.float().mean()) for name, values in per_frame.items()}
    return signs | {
        "residual": float(reconstruction),
        "gradient": gradient_norm(model),
        "key_gradient": gradient_norm(model.rat.key),
    }


def something_moves(
    frames: Float[Tensor, "B D H W"], background: Float[Tensor, "B D H W"], cells: tuple[int, int]
) -> Bool[Tensor, " B"]:
    """Whether some cell of a frame differs from the background by more than noise."""
    energy = (frames - background).square().mean(dim=1, keepdim=True)
    return F.adaptive_avg_pool2d(energy, cells).amax(dim=(1, 2, 3)) > LEAST_ENERGY


def corners(output: TrackerOutput, config: TBAConfig) -> Float[Tensor, "B I 4"]:
    """Boxes, xyxy in half frames from the middle."""
    centre, half = output.pose[..., 2:], box_size(output.pose, config) / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def on_one_object(boxes: Float[Tensor, "B I 4"], on: Bool[Tensor, "B I"]) -> Bool[Tensor, " B"]:
    """Whether two confident trackers of a frame have nearly the same box."""
    low = boxes[:, :, None, :2].maximum(boxes[:, None, :, :2])
    high = boxes[:, :, None, 2:].minimum(boxes[:, None, :, 2:])
    common = (high - low).clamp(min=0).prod(dim=-1)
    area = (boxes[..., 2:] - boxes[..., :2]).prod(dim=-1)
    same = common > SAME_OBJECT * (area[:, :, None] + area[:, None] - common)
    myself = torch.eye(on.shape[1], dtype=torch.bool, device=on.device)
    return (same & on[:, :, None] & on[:, None] & ~myself).flatten(1).any(dim=1)


def gradient_norm(part: nn.Module) -> float:
    """Length of the gradient of some parameters; 0 where none has one."""
    norms = [p.grad.norm() for p in part.parameters() if p.grad is not None]
    return float(torch.stack(norms).norm()) if norms else 0.0
