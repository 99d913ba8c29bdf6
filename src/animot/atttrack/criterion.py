"""The whole loss of a one-shot tracker, out of head maps and targets."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.decode import at_cells
from animot.atttrack.heads import HeadMaps
from animot.atttrack.losses import BOX_WEIGHT, Balance, IdentityLoss, focal_loss, l1_loss
from animot.atttrack.targets import Targets


@dataclass(frozen=True, kw_only=True, eq=False)
class OneShotTerms:
    """Terms of the loss, each a mean over the batch; see `animot.atttrack.losses`."""

    heat: Float[Tensor, ""]
    box: Float[Tensor, ""]
    offset: Float[Tensor, ""]
    identity: Float[Tensor, ""]

    @property
    def detection(self) -> Float[Tensor, ""]:
        """What finding objects costs: all but who they are."""
        return self.heat + BOX_WEIGHT * self.box + self.offset


class OneShotLoss(nn.Module):
    """Loss of FairMOT, with what it learns of its own: a classifier and two weights.

    Parameters
    ----------
    embedding_size : E.
    num_identities : of all sequences that are learned from.
    """

    def __init__(self, embedding_size: int, num_identities: int) -> None:
        super().__init__()
        self.identity = IdentityLoss(embedding_size, num_identities)
        self.balance = Balance()

    def terms(self, maps: HeadMaps, targets: Targets) -> OneShotTerms:
        """Terms of a batch; boxes, offsets and embeddings count at the objects' cells."""
        return OneShotTerms(
            heat=focal_loss(maps.heat, targets.heat_map[:, 0]),
            box=l1_loss(at_cells(maps.ltrb, targets.cell), targets.ltrb, targets.present),
            offset=l1_loss(at_cells(maps.offset, targets.cell), targets.offset, targets.present),
            identity=self.identity(at_cells(maps.embedding, targets.cell), targets.identity),
        )

    def total(self, terms: OneShotTerms) -> Float[Tensor, ""]:
        """What is to fall; below 0 where both tasks are learned well."""
        return self.balance(terms.detection, terms.identity)
