"""From the thread that reads a camera to the thread that tracks: a short queue."""

from collections import deque
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """A queue between two threads that stays short.

    Parameters
    ----------
    length : the most items that wait in it.
    """

    def __init__(self, length: int) -> None:
        self._items: deque[Item] = deque(maxlen=length)
        self._changed = Condition()
        self._failure: BaseException | None = None
        self.closed = False
        self.dropped = 0

    def put(self, item: Item, *, keep_all: bool) -> None:
        """Add an item.

        Parameters
        ----------
        item : of the sender.
        keep_all : what happens while the queue is full. True: wait until there is room, or the
            mailbox is closed. False: the newest wins, that is, the oldest item is dropped and
            counted.
        """
        with self._changed:
            if keep_all:
                self._changed.wait_for(lambda: self.closed or not self._full)
            elif self._full:
                self.dropped += 1
            self._items.append(item)
            self._changed.notify_all()

    def get(self, seconds: float) -> Item | None:
        """The oldest item; None if none has come in so many seconds, or the mailbox is closed.

        Raises
        ------
        BaseException : that the sender failed with, after the items it has sent.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._items or self.closed, timeout=seconds)
            if self._items:
                item = self._items.popleft()
                self._changed.notify_all()
                return item
            if self._failure is not None:
                raise self._failure
            return None

    def close(self, failure: BaseException | None = None) -> None:
        """Nothing more will be put in, or taken out; `failure` is why, where that is an error."""
        with self._changed:
            self._failure = failure
            self.closed = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether it is closed without a failure, and all items have been taken out."""
        with self._changed:
            return self.closed and not self._items and self._failure is None

    @property
    def _full(self) -> bool:
        return len(self._items) == self._items.maxlen
