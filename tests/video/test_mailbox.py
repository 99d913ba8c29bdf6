import threading
import time

import pytest

from animot.video.mailbox import Mailbox


def test_when_full_the_newest_win_and_the_dropped_are_counted() -> None:
    box: Mailbox[int] = Mailbox(3)
    for item in range(8):
        box.put(item, keep_all=False)
    assert box.dropped == 5
    assert [box.get(0.0) for _ in range(4)] == [5, 6, 7, None]


def test_nothing_is_dropped_while_there_is_room() -> None:
    box: Mailbox[int] = Mailbox(2)
    for item in range(8):
        box.put(item, keep_all=False)
        assert box.get(0.0) == item
    assert box.dropped == 0


def test_keep_all_waits_for_room() -> None:
    box: Mailbox[int] = Mailbox(3)

    def send() -> None:
        for item in range(50):
            box.put(item, keep_all=True)
        box.close()

    sender = threading.Thread(target=send)
    sender.start()
    assert [box.get(5.0) for _ in range(50)] == list(range(50))
    sender.join()
    assert box.dropped == 0
    assert box.ended


def test_closing_frees_a_sender_that_waits() -> None:
    box: Mailbox[int] = Mailbox(1)
    box.put(0, keep_all=True)
    sender = threading.Thread(target=lambda: box.put(1, keep_all=True))
    sender.start()
    box.close()
    sender.join(5.0)
    assert not sender.is_alive()


def test_waiting_for_an_item_has_an_end() -> None:
    begin = time.monotonic()
    assert Mailbox[int](1).get(0.05) is None
    assert 0.04 < time.monotonic() - begin < 5


def test_a_failure_comes_after_what_was_sent() -> None:
    box: Mailbox[int] = Mailbox(2)
    box.put(7, keep_all=False)
    box.close(ConnectionError("cable"))
    assert not box.ended
    assert box.get(0.0) == 7
    assert not box.ended
    with pytest.raises(ConnectionError, match="cable"):
        box.get(0.0)
