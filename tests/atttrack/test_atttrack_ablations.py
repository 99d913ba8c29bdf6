import pytest

from animot.atttrack.ablations import ABLATIONS, transfer_named
from animot.atttrack.config import TransferConfig
from animot.errors import InputError


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_changes_one_thing(name):
    usual, changed = vars(TransferConfig()), vars(transfer_named(name))
    assert [changed[key] for key in usual if changed[key] != usual[key]] == [name]


def test_no_name_is_the_preset_and_a_wrong_one_is_refused():
    assert transfer_named(None) == TransferConfig()
    with pytest.raises(InputError, match="no ablation glue; give one of heat, cell"):
        transfer_named("glue")
