"""Jobs in another thread."""

import threading

import pytest

from animot.video.worker import MOST_WAITING, Worker


def test_jobs_are_done_in_order_by_one_other_thread():
    done = []
    with Worker() as worker:
        for n in range(3 * MOST_WAITING):
            worker.do(lambda n=n: done.append((n, threading.get_ident())))
    assert [n for n, _ in done] == list(range(3 * MOST_WAITING))
    assert len({thread for _, thread in done}) == 1
    assert done[0][1] != threading.get_ident()


def test_no_more_wait_than_may():
    gate, begun = threading.Event(), threading.Semaphore(0)
    with Worker() as worker:
        for _ in range(MOST_WAITING):
            worker.do(gate.wait)
        last = threading.Thread(target=lambda: (worker.do(begun.release), begun.release()))
        last.start()
        assert not begun.acquire(timeout=0.2)  # it waits for room
        gate.set()
        last.join()
        assert begun.acquire(timeout=5)


def test_an_error_is_raised_by_a_later_call_and_drops_what_waits():
    done, gate = [], threading.Event()

    def fail():
        gate.wait()
        raise OSError("disk full")

    def bring_jobs():
        with Worker() as worker:
            worker.do(fail)
            for n in range(MOST_WAITING - 1):
                worker.do(lambda n=n: done.append(n))
            gate.set()
            while True:
                worker.do(lambda: None)

    with pytest.raises(OSError, match="disk full"):
        bring_jobs()


def test_an_error_of_the_last_job_is_raised_when_it_is_left():
    def fail():
        raise ValueError("odd size")

    worker = Worker()
    with pytest.raises(ValueError, match="odd size"), worker:
        worker.do(fail)


@pytest.mark.parametrize("finish", [True, False])
def test_left_with_an_error_waiting_jobs_are_finished_or_dropped(finish):
    done, gate = [], threading.Event()

    def leave():
        with Worker(finish=finish) as worker:
            worker.do(lambda: done.append(gate.wait(0.3)))
            for n in range(5):
                worker.do(lambda n=n: done.append(n))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert done == [False, *range(5)] if finish else len(done) <= 1
