"""Which plugin routes answer people who aren't signed in; asked by the gate before anything of a plugin runs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from starlette.routing import compile_path

from host.contributions import Route
from host.kernel.registry import Owned


@dataclass(frozen=True, slots=True)
class PublicRoutes:
    """Patterns and methods of the public routes; whatever they don't match stays closed."""

    patterns: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()

    @classmethod
    def of(cls, routes: Iterable[Owned[Route]]) -> Self:
        """Take the public ones of `routes`."""
        return cls(tuple(_pattern(owned) for owned in routes if owned.value.public))

    def answers(self, method: str, path: str) -> bool:
        """Tell whether a public route answers `method` at `path`."""
        return any(method in methods and pattern.fullmatch(path) for pattern, methods in self.patterns)


def _pattern(owned: Owned[Route]) -> tuple[re.Pattern[str], frozenset[str]]:
    methods = frozenset(method.upper() for method in owned.value.methods)
    pattern, _, _ = compile_path(address(owned))
    return pattern, methods | ({"HEAD"} if "GET" in methods else set())


def address(owned: Owned[Route]) -> str:
    """Return the path, in Starlette's syntax, at which a plugin's route is served."""
    return f"/x/{owned.plugin}{owned.value.path}"
