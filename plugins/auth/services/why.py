"""Why somebody may or may not do something, by the same policy that decides it."""

from dataclasses import dataclass
from typing import final

from host import authorize
from host.contributions import ResourceRule
from host.kernel.registry import Registry
from host.security.authorization import Explanation
from plugins.auth.permissions import USERS_READ
from plugins.auth.services.directory import Directory
from plugins.auth.values import UserInfo


@dataclass(frozen=True, slots=True)
class Because:
    """An explanation with the rules that judge each single case besides.

    Args:
        rules: what a resource must fulfil, too, where the permission is held.
    """

    explanation: Explanation
    rules: tuple[ResourceRule, ...]


@final
class Why:
    """Explains decisions."""

    def __init__(self, directory: Directory, registry: Registry) -> None:
        self._directory = directory
        self._registry = registry

    def permissions(self) -> dict[str, str]:
        """Return every declared permission → its title, a text key or plain text."""
        return {owned.value.name: owned.value.title for owned in self._registry.owned("permissions")}

    def explain(self, person: UserInfo, permission: str) -> Because:
        """Return why a person holds a permission or doesn't; of a disabled one, what would hold."""
        authorize(USERS_READ)
        policy = self._directory.ruling().policy
        roles = [given.role for given in person.roles]
        grants = [name for name, effect in person.permissions.items() if effect == "grant"]
        denies = [name for name, effect in person.permissions.items() if effect != "grant"]
        rules = tuple(o.value for o in self._registry.owned("resource_rules") if o.value.permission == permission)
        return Because(policy.explain(permission, roles, grants, denies), rules)
