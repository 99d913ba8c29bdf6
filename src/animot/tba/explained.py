"""How much of what moves a model explains: a measure of quality that needs no labels."""

from collections.abc import Callable, Iterable

import torch

from animot.data.clips import Clips
from animot.tba.loss import loss
from animot.tba.model import TBA
from animot.tba.pixels import to_tensor

Average = Callable[[dict[str, float]], dict[str, float]]


@torch.inference_mode()
def explain(model: TBA, clips: Iterable[Clips], average: Average | None = None) -> dict[str, float]:
    """Redraw consecutive clips as tracking does: without noise, gradient or warm-up.

    The trackers' state is carried from clip to clip, and started anew where a clip says so.

    Parameters
    ----------
    clips : at least one batch.
    average : over the processes that share the clips; None: there is one.

    Returns
    -------
    loss : of Eq. 9, mean over frames.
    explained : 1 - (squared error of the redrawn frames) / (squared difference of the frames to
        their background). 0 where nothing is drawn, 1 where all is drawn as it is, below 0 where
        what is drawn does harm; left out where the frames show nothing but background.
    """
    model.eval()
    device = next(model.parameters()).device
    total = residual = energy = torch.zeros((), dtype=torch.float64, device=device)
    frames_seen = 0
    state = None
    for batch in clips:
        frames, background = to_tensor(batch.frames, device), to_tensor(batch.background, device)
        state = model.start(len(frames)) if state is None else state
        state = state.restart(torch.from_numpy(batch.restart).to(device))
        # One frame of all streams at a time: little memory, however long the clips are.
        for frame in frames.split(1, dim=1):
            output, state = model(frame, background, state)
            terms = loss(output, frame[:, 0], background, model.config)
            total = total + len(frame) * terms.total
            residual = residual + len(frame) * terms.reconstruction
            energy = energy + (frame[:, 0] - background).square().sum()
            frames_seen += len(frame)
    means = {
        name: float(value / frames_seen)
        for name, value in {"loss": total, "residual": residual, "energy": energy}.items()
    }
    if average is not None:
        means = average(means)
    numbers = {"loss": means["loss"]}
    if means["energy"] > 0:
        numbers["explained"] = 1 - means["residual"] / means["energy"]
    return numbers
