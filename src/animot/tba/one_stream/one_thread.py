"""One thread for NumPy's matrix products: those of a tracker's turn are too small to be shared."""

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """Context in which NumPy's products take one thread; what was set before returns after it."""
    return _products().limit(limits=1)


@cache
def _products() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")  # looking for libraries takes 10 ms
