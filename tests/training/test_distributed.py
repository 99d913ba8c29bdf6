"""What processes tell each other: one run of three processes, looked at from all sides."""

import json
import os
import signal

import pytest
import torch
import torch.distributed as dist

from animot.errors import InputError, ProcessLostError
from animot.share import Share
from animot.training import distributed
from animot.training.distributed import Team, join
from together import finish, start

CPU = torch.device("cpu")
CODE = """
import json, time
import torch
from animot.errors import InputError
from animot.share import Share
from animot.training.distributed import join

share = Share.from_environment()
found = {}

def refuse(rank):
    if share.rank == rank:
        raise InputError(f"process {rank} refuses")

with join(share, torch.device("cpu")) as team:
    found["texts"] = team.texts("é" * (2 - share.rank))
    found["average"] = team.average({"loss": 0.1 + share.rank, "on": float("nan")})
    found["any"] = [team.any(share.rank == 1), team.any(False)]
    rows = torch.arange(10.0).view(5, 2) + 100 * share.rank
    whole = team.gather({"state": rows.requires_grad_()})["state"]
    found["gathered"] = whole[:, 0].tolist()
    found["own"] = torch.equal(team.own({"state": whole})["state"], rows)
    found["requires_grad"] = whole.requires_grad
    begin = time.time()
    found["worked"] = team.in_turn(lambda: (time.sleep(0.2), time.time())[1])
    found["left"] = time.time()
    for rank in range(3):
        try:
            team.in_turn(lambda: refuse(rank))
        except InputError as error:
            found[f"refused {rank}"] = str(error)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found() -> list[dict[str, object]]:
    ended = finish(start(3, CODE))
    assert [code for code, _, _ in ended] == [0, 0, 0], ended
    return [json.loads(out) for _, out, _ in ended]


def test_texts_come_in_order_whatever_their_lengths(found) -> None:
    assert [each["texts"] for each in found] == [["éé", "é", ""]] * 3


def test_averages_are_the_same_everywhere(found) -> None:
    assert len({each["average"]["loss"] for each in found}) == 1
    assert found[0]["average"]["loss"] == pytest.approx(1.1)
    assert all(each["average"]["on"] != each["average"]["on"] for each in found)


def test_one_is_enough_to_stop_all(found) -> None:
    assert [each["any"] for each in found] == [[True, False]] * 3


def test_rows_are_gathered_in_order_and_given_back(found) -> None:
    rows = [100 * rank + 2 * row for rank in range(3) for row in range(5)]
    assert [each["gathered"] for each in found] == [rows] * 3
    assert all(each["own"] for each in found)
    assert not any(each["requires_grad"] for each in found)


def test_the_first_works_before_the_others_and_none_leaves_before_all_have(found) -> None:
    first, *others = (each["worked"] for each in found)
    assert first < min(others)
    assert min(each["left"] for each in found) >= max(others)


@pytest.mark.parametrize("rank", range(3))
def test_what_one_refuses_all_refuse(found, rank: int) -> None:
    assert [each[f"refused {rank}"] for each in found] == [f"process {rank} refuses"] * 3


def test_alone_nothing_is_exchanged() -> None:
    with join(Share(), CPU) as team:
        assert not torch.distributed.is_initialized()
        numbers = {"loss": 0.1, "on": 1 / 3}
        assert team.average(numbers) == numbers
        assert (team.any(True), team.any(False)) == (True, False)
        assert team.texts("é") == ["é"]
        state = torch.arange(6.0).view(3, 2)
        assert torch.equal(team.own(team.gather({"state": state}))["state"], state)
        assert team.in_turn(lambda: 7) == 7


def test_alone_a_refusal_is_the_very_error() -> None:
    refusal = InputError("no")

    def refuse() -> None:
        raise refusal

    with pytest.raises(InputError) as caught:
        Team().in_turn(refuse)
    assert caught.value is refusal


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> Share:
    """One of two processes, for which the other one is not needed."""
    monkeypatch.setattr(distributed.dist, "init_process_group", lambda *_, **__: None)
    monkeypatch.setattr(distributed.dist, "new_group", lambda **_: None)
    return Share(rank=1, world_size=2)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("[/build/gloo/transport/tcp/pair.cc:537] Connection closed by peer"),
        dist.DistNetworkError("the server is gone"),
    ],
    ids=["gloo", "address"],
)
def test_errors_that_another_process_causes_end_in_a_clear_line(
    joined: Share, error: RuntimeError
) -> None:
    message = "process 1 of 2: another process .* the last checkpoint is intact; start the same"
    with pytest.raises(ProcessLostError, match=message) as caught, join(joined, CPU):
        raise error
    assert "\n" not in str(caught.value)


def test_errors_of_our_own_are_not_put_down_to_another_process(joined: Share) -> None:
    with pytest.raises(RuntimeError, match="no memory") as caught, join(joined, CPU):
        raise RuntimeError("no memory")
    assert not isinstance(caught.value, ProcessLostError)


def test_a_launcher_that_ends_the_process_has_lost_another(joined: Share) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ProcessLostError, match=r"SIGTERM .* another process"), join(joined, CPU):
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
