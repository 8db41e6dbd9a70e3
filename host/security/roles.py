"""Roles and what they inherit; a role that would inherit from itself is refused by the whole circle's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from host.errors import ValidationError


class RoleCycleError(ValidationError):
    """A role inherits from itself, directly or through others.

    Args:
        circle: the roles on the way, the first one again at the end.
    """

    user_message: ClassVar[str] = "A role can't inherit from itself."

    def __init__(self, circle: tuple[str, ...]) -> None:
        self.circle = circle
        super().__init__(
            f"Roles inherit in a circle: {' → '.join(circle)}.", remedy="Take one of these inheritances away."
        )


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role.

    Args:
        name: compared as written.
        title: text key or plain text.
        inherits: names of roles whose permissions it holds, too; names of roles that don't exist count for nothing.
        grants: permissions and patterns (``"*"``, ``"warehouse.*"``) that it holds.
        denies: permissions and patterns that are refused to whoever has the role, whatever grants them.
        without: permissions and patterns that it would hold by a plugin's default, and doesn't.
    """

    name: str
    title: str = ""
    inherits: frozenset[str] = field(default_factory=frozenset)
    grants: frozenset[str] = field(default_factory=frozenset)
    denies: frozenset[str] = field(default_factory=frozenset)
    without: frozenset[str] = field(default_factory=frozenset)


class Hierarchy:
    """Who inherits from whom.

    Raises:
        RoleCycleError: a role inherits from itself.
    """

    def __init__(self, roles: Iterable[RoleDefinition]) -> None:
        self.roles: Mapping[str, RoleDefinition] = {role.name: role for role in roles}
        self._refuse_circles()

    def chains(self, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return every role that comes with `names` → the shortest way to it, beginning with one of `names`."""
        found: dict[str, tuple[str, ...]] = {name: (name,) for name in sorted(names) if name in self.roles}
        waiting = list(found)
        for name in waiting:
            for parent in self._parents(name):
                if parent not in found:
                    found[parent] = (*found[name], parent)
                    waiting.append(parent)
        return found

    def _parents(self, name: str) -> list[str]:
        return sorted(parent for parent in self.roles[name].inherits if parent in self.roles)

    def _refuse_circles(self) -> None:
        """Walk down from every role without recursion: operators may chain as many roles as they like."""
        clear: set[str] = set()
        for start in sorted(self.roles):
            way, branches = [start], [iter(self._parents(start))]
            while way:
                following = next((each for each in branches[-1] if each not in clear), None)
                if following is None:
                    clear.add(way.pop())
                    branches.pop()
                elif following in way:
                    raise RoleCycleError((*way[way.index(following) :], following))
                else:
                    way.append(following)
                    branches.append(iter(self._parents(following)))
