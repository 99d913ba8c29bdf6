import os
import signal
import threading

import pytest

from animot.training.interrupts import interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_the_handler_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interrupts() as caught:
        assert not caught
        os.kill(os.getpid(), number)
        assert caught == [number]
    assert signal.getsignal(number) is before


def test_a_second_signal_stops_at_once() -> None:
    with interrupts():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_second_signal_that_a_launcher_repeats_is_only_noted() -> None:
    with interrupts(insistent=False) as caught:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
    assert caught == [signal.SIGINT, signal.SIGTERM]


def test_in_a_thread_signals_are_left_to_the_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def work() -> None:
        with interrupts() as caught:
            seen.extend([signal.getsignal(signal.SIGINT), list(caught)])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before, []]
