"""The stored roles as the host's policy reads them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from host.kernel.registry import Registry
from host.security.authorization import RoleDefinition
from plugins.auth.models import Role, RoleParent, RolePermission

_FIELDS: Mapping[str, str] = {"grant": "grants", "deny": "denies", "none": "without"}


def role_definitions(session: Session) -> list[RoleDefinition]:
    """Return every role with what it inherits, grants, denies and does without."""
    parents = _by_role(session.execute(select(RoleParent.role, RoleParent.parent)))
    words = select(RolePermission.role, RolePermission.effect, RolePermission.permission)
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for role, effect, permission in session.execute(words):
        said[role][_FIELDS[effect]].add(permission)
    return [
        RoleDefinition(name, title, frozenset(parents[name]), **{key: frozenset(v) for key, v in said[name].items()})
        for name, title in session.execute(select(Role.name, Role.title).order_by(Role.name))
    ]


def declared_defaults(registry: Registry) -> dict[str, frozenset[str]]:
    """Return permission → roles that hold it unless an operator decided otherwise."""
    return {owned.value.name: frozenset(owned.value.roles) for owned in registry.owned("permissions")}


def _by_role(pairs: Iterable[Row[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for role, other in pairs:
        found[role].add(other)
    return found
