import pytest
import torch

from animot import device
from animot.device import choose_device
from animot.errors import InputError
from animot.share import ALONE, Share

TORCHRUN = {
    "RANK": "5",
    "WORLD_SIZE": "6",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "10.0.0.1",
    "MASTER_PORT": "29500",
}


def test_torchrun_says_which_process_this_is() -> None:
    share = Share.from_environment(TORCHRUN)
    assert share == Share(rank=5, world_size=6, local_rank=1, local_world_size=2)
    assert not share.alone
    assert not share.first
    assert not share.first_here
    assert Share.from_environment(TORCHRUN | {"LOCAL_RANK": "0"}).first_here


@pytest.mark.parametrize("name", sorted(TORCHRUN))
def test_without_all_that_torchrun_says_a_process_is_alone(name: str) -> None:
    assert Share.from_environment({k: v for k, v in TORCHRUN.items() if k != name}) == ALONE
    assert ALONE.alone
    assert ALONE.first
    assert ALONE.first_here


def test_shares_are_equal_contiguous_and_in_order() -> None:
    shares = [Share(rank=rank, world_size=3) for rank in range(3)]
    assert [list(share.streams(6)) for share in shares] == [[0, 1], [2, 3], [4, 5]]
    frames = torch.arange(15)  # 3 streams of 5 frames
    assert torch.equal(torch.cat([frames[share.part(15)] for share in shares]), frames)


@pytest.mark.parametrize(
    ("batch_size", "processes", "fitting"), [(8, 3, 2), (64, 20, 16), (8, 9, 8)]
)
def test_a_batch_that_cannot_be_shared_equally_is_refused(
    batch_size: int, processes: int, fitting: int
) -> None:
    with pytest.raises(InputError, match=f"{batch_size} clips .* start {fitting}$"):
        Share(rank=0, world_size=processes).streams(batch_size)


def _with_gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> list[torch.device]:
    """As on a machine with so many GPUs; the devices that were tried."""
    tried: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(device.torch, "zeros", lambda _, device: tried.append(device))
    return tried


@pytest.mark.parametrize("name", [None, "cuda"])
def test_each_process_takes_its_own_gpu(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    tried = _with_gpus(monkeypatch, 3)
    shares = [Share(rank=3 + n, world_size=6, local_rank=n, local_world_size=3) for n in range(3)]
    expected = [torch.device("cuda", n) for n in range(3)]
    assert [choose_device(name, share) for share in shares] == expected
    assert tried == expected


def test_a_gpu_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_gpus(monkeypatch, 2)
    share = Share(rank=1, world_size=2, local_rank=0)
    assert choose_device("cuda:1", share) == torch.device("cuda", 1)
    assert choose_device("cpu", share) == torch.device("cpu")
    assert choose_device(None) == torch.device("cuda")


def test_more_processes_than_gpus_are_refused_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_gpus(monkeypatch, 2)
    for rank in range(3):
        share = Share(rank=rank, world_size=3, local_rank=rank, local_world_size=3)
        with pytest.raises(InputError, match="3 processes cannot share 2 GPUs"):
            choose_device(None, share)


def test_without_a_gpu_processes_share_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_gpus(monkeypatch, 0)
    assert choose_device(None, Share(rank=1, world_size=2, local_rank=1)) == torch.device("cpu")
