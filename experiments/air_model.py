"""Attend, Infer, Repeat (Eslami et al., 2016): objects of single images, by inference.

A recurrent network looks at the image and at what is drawn of it so far, and says for one object
after the other: whether there is one more (z_pres), where (z_where), and what is to be seen in that
window (z_what), which a decoder draws. It learns to make the evidence lower bound large.

The baseline of He et al. (2019), who do not print their networks. Choices of ours: z_pres is
relaxed, with a straight-through gradient instead of a score function; and the place starts from
where the image is not drawn yet, as free trackers do in our preset `fast`.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from animot.tba.memory import attend
from animot.tba.noise import Noise
from animot.tba.output import sample_binary
from animot.tba.priors import attended_place, keep_window, saliency_logits, saliency_map

CELL = 8  # pixels
FEATURES, HIDDEN, CODE = 64, 128, 32
# Of the Gaussian likelihood of a pixel, in [0, 1].
PIXEL_DEVIATION = 0.3
# Prior probability that there is one more object.
ONE_MORE = 0.5
# A place may leave the cell that attracts it by so many cells; a window may grow by exp(0.2 z).
REACH, SCALE_STEP = 1.5, 0.2


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What AIR says of a batch of images.

    Attributes
    ----------
    presence : of the objects, one after the other: 1s, then 0s.
    window : decoded, before it is placed.
    reconstruction : sum of the windows that are present.
    divergence : of the posterior from the prior, in nats.
    """

    presence: Float[Tensor, "B T"]
    window: Float[Tensor, "B T D U V"]
    reconstruction: Float[Tensor, "B D H W"]
    divergence: Float[Tensor, " B"]

    def loss(self, frames: Float[Tensor, "B D H W"]) -> Float[Tensor, ""]:
        """Negative evidence lower bound, up to a constant; mean over images."""
        error = (self.reconstruction - frames).square().sum(dim=(1, 2, 3))
        return (error / (2 * PIXEL_DEVIATION**2) + self.divergence).mean()


class AIR(nn.Module):
    """The inference network and the decoder.

    Parameters
    ----------
    channels : D of the images.
    window : U and V, its height and width in pixels, at scale 1 and as it is decoded.
    most : objects that are looked for in an image.
    """

    def __init__(self, channels: int, window: tuple[int, int], most: int) -> None:
        super().__init__()
        self.channels, self.window, self.most = channels, window, most
        pixels = channels * window[0] * window[1]
        self.look = nn.Sequential(
            nn.Conv2d(channels, 32, CELL // 2, stride=CELL // 2),
            nn.ReLU(),
            nn.Conv2d(32, FEATURES, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(FEATURES, FEATURES, 3, padding=1),
            nn.ReLU(),
        )
        self.attract = nn.Conv2d(FEATURES, 1, 1)
        self.remember = nn.GRUCell(FEATURES, HIDDEN)
        self.say = nn.Linear(HIDDEN, 1 + 2 * 3)  # z_pres, and mean and deviation of z_where
        self.encode = _two_layers(pixels, 2 * CODE)
        self.decode = _two_layers(CODE, pixels)

    def forward(self, frames: Float[Tensor, "B D H W"], noise: Noise | None) -> Explanation:
        """Explain images; sampled with noise, the most likely way without."""
        features = self.look(frames)
        drawn = torch.zeros_like(frames)
        memory = frames.new_zeros(len(frames), HIDDEN)
        before = frames.new_ones(len(frames), 1)  # whether the object before was there
        divergence = frames.new_zeros(len(frames))
        presences, windows = [], []
        for _ in range(self.most):
            place, read = self._attend(features, frames, drawn)
            memory = self.remember(read, memory)
            more, where_numbers = self.say(memory).split([1, 6], dim=1)
            where, where_divergence = _gaussian(where_numbers, noise)
            scale, centre = self._window_of(where, place, frames)
            seen = _cut(frames - drawn, scale, centre, self.window)
            what, what_divergence = _gaussian(self.encode(seen.flatten(1)), noise)
            window = self.decode(what).sigmoid().view(-1, self.channels, *self.window)
            presence = before * sample_binary(more, noise)
            drawn = drawn + presence[..., None, None] * _paste(window, scale, centre, drawn)
            divergence = divergence + before[:, 0] * _bernoulli_divergence(more[:, 0])
            divergence = divergence + presence[:, 0] * (where_divergence + what_divergence)
            presences.append(presence)
            windows.append(window)
            before = presence
        return Explanation(
            presence=torch.cat(presences, dim=1),
            window=torch.stack(windows, dim=1),
            reconstruction=drawn,
            divergence=divergence,
        )

    def _attend(
        self,
        features: Float[Tensor, "B S M N"],
        frames: Float[Tensor, "B D H W"],
        drawn: Float[Tensor, "B D H W"],
    ) -> tuple[Float[Tensor, "B 2"], Float[Tensor, "B S"]]:
        """Place (x, y in half frames) where something is not drawn yet, and features there."""
        cells = (features.shape[2], features.shape[3])
        saliency = saliency_map(frames, drawn.detach(), cells)
        logits = self.attract(features)[:, 0] + saliency_logits(
            saliency, frames.new_ones(len(frames))
        )
        heat = attend(keep_window(logits, 3))
        return attended_place(heat), (features * heat[:, None]).sum(dim=(2, 3))

    def _window_of(
        self,
        where: Float[Tensor, "B 3"],
        place: Float[Tensor, "B 2"],
        frames: Float[Tensor, "B D H W"],
    ) -> tuple[Float[Tensor, "B 2"], Float[Tensor, "B 2"]]:
        """Size and centre (x, y) of the window in half frames."""
        H, W = frames.shape[2:]
        U, V = self.window
        size = frames.new_tensor([V / W, U / H]) * (SCALE_STEP * where[:, :1]).exp()
        reach = frames.new_tensor([2 * CELL / W, 2 * CELL / H]) * REACH
        return size, place + reach * where[:, 1:].tanh()


def _two_layers(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, 256), nn.ReLU(), nn.Linear(256, outputs))


def _gaussian(
    numbers: Float[Tensor, "B twice"], noise: Noise | None
) -> tuple[Float[Tensor, "B n"], Float[Tensor, " B"]]:
    """Draw from a Gaussian, and its divergence from the standard one."""
    mean, log_deviation = numbers.chunk(2, dim=1)
    divergence = 0.5 * (mean.square() + (2 * log_deviation).exp() - 1) - log_deviation
    drawn = mean
    if noise is not None:
        uniform = noise.uniform(tuple(mean.shape), mean.dtype).clamp(1e-6, 1 - 1e-6)
        drawn = mean + log_deviation.exp() * torch.special.ndtri(uniform)
    return drawn, divergence.sum(dim=1)


def _bernoulli_divergence(logits: Float[Tensor, " B"]) -> Float[Tensor, " B"]:
    """Of the probability that there is one more object, from the prior one."""
    probability = logits.sigmoid()
    prior = torch.logit(torch.tensor(ONE_MORE))
    difference = F.logsigmoid(-logits) - F.logsigmoid(-prior)
    return probability * (logits - prior) + difference


def _cut(
    frames: Float[Tensor, "B D H W"],
    size: Float[Tensor, "B 2"],
    centre: Float[Tensor, "B 2"],
    window: tuple[int, int],
) -> Float[Tensor, "B D U V"]:
    """What the window shows, as so many rows and columns."""
    shape = (*frames.shape[:2], *window)
    return _resample(frames, size, centre, shape)


def _paste(
    windows: Float[Tensor, "B D U V"],
    size: Float[Tensor, "B 2"],
    centre: Float[Tensor, "B 2"],
    frames: Float[Tensor, "B D H W"],
) -> Float[Tensor, "B D H W"]:
    """The windows where they belong in otherwise empty frames: the inverse of `_cut`."""
    return _resample(windows, 1 / size, -centre / size, tuple(frames.shape))


def _resample(
    images: Tensor, scale: Float[Tensor, "B 2"], shift: Float[Tensor, "B 2"], shape: tuple[int, ...]
) -> Tensor:
    """Images where `scale * place + shift` leads, for every place of the new shape."""
    matrix = torch.cat([torch.diag_embed(scale), shift[:, :, None]], dim=2)
    grid = F.affine_grid(matrix, list(shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
