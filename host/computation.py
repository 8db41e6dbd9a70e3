"""Computations in two variants, `fast` and `accurate`: chosen by the setting, named in every key made of them."""

import hashlib
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any, Final, Generic, Literal, ParamSpec, TypeVar, final

Compute = Literal["fast", "accurate"]
P = ParamSpec("P")
R = TypeVar("R")
VARIANTS: Final[tuple[Compute, ...]] = ("fast", "accurate")


@final
class Computation(Generic[P, R]):
    """One registered computation; both variants take the same arguments and mean the same result.

    Args:
        accurate: the full computation; its name and module name the computation.
        fast: a quick estimate of the same; without it the accurate one serves for both.

    Raises:
        TypeError: the variants' parameters differ.
    """

    def __init__(self, accurate: Callable[P, R], fast: Callable[P, R] | None = None) -> None:
        self.name: Final = f"{accurate.__module__}.{accurate.__qualname__}"
        self._variants: dict[Compute, Callable[P, R]] = {"accurate": accurate, "fast": fast or accurate}
        if fast is not None and list(inspect.signature(fast).parameters) != list(
            inspect.signature(accurate).parameters
        ):
            raise TypeError(f"{self.name}: the fast variant takes other parameters than the accurate one")

    def variant(self, compute: Compute) -> Callable[P, R]:
        """Return the function that runs under the setting `compute`."""
        return self._variants[compute]

    def key(self, compute: Compute) -> str:
        """Return what names this variant in cache and job keys: two variants never share one.

        The key changes with the variant's bytecode and constants, so that a result of older code is not taken for a
        new one.
        """
        function: Any = inspect.unwrap(self._variants[compute])
        version = hashlib.sha256(_fingerprint(function.__code__)).hexdigest()[:8]
        return f"{self.name}:{compute}:{version}"


def _fingerprint(code: CodeType) -> bytes:
    """Render bytecode and constants the same in every process: a nested code object's own repr holds an address."""
    constants = (_fingerprint(each) if isinstance(each, CodeType) else repr(each).encode() for each in code.co_consts)
    return b"\0".join([code.co_code, *constants])
