"""Work done in another thread, in order, while the next frames are read and tracked."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

MOST_WAITING = 8
"""Jobs, each of which may hold a frame; whoever brings one more waits."""


class Worker:
    """Does jobs one after another in a thread of its own; a context manager.

    An error of a job is raised at one of the next calls, and at the latest when the worker is left
    without an error, which waits for all jobs.

    Parameters
    ----------
    finish : whether jobs that wait are done, not dropped, where the worker is left with an error.
    """

    def __init__(self, *, finish: bool = False) -> None:
        self._finish = finish
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._jobs: deque[Future[None]] = deque()

    def __enter__(self) -> "Worker":
        return self

    def do(self, job: Callable[[], None]) -> None:
        """Do the job when those before it are done."""
        while len(self._jobs) >= MOST_WAITING or (self._jobs and self._jobs[0].done()):
            self._jobs.popleft().result()
        self._jobs.append(self._thread.submit(job))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            while self._jobs and error is None:
                self._jobs.popleft().result()
        finally:
            self._thread.shutdown(cancel_futures=not self._finish)
