"""What somebody may do: roles, what they inherit, plugins' defaults, and the person's own grants and denials."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from host.contracts.principal import EVERY_PERMISSION, SIGNED_IN, Principal, covers
from host.security.roles import Hierarchy, RoleCycleError, RoleDefinition

__all__ = ["Effective", "Explanation", "Policy", "Reason", "RoleCycleError", "RoleDefinition", "explain_own"]

ReasonKind = Literal["granted", "default", "denied", "withheld"]


@dataclass(frozen=True, slots=True)
class Effective:
    """What somebody may do, as a `Principal` carries it.

    Args:
        permissions: names and patterns that are granted.
        denied: names and patterns that are refused, whatever grants them.
        unknown: role names that no role has; they count for nothing.
    """

    permissions: frozenset[str]
    denied: frozenset[str]
    unknown: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Tell whether `permission` is held."""
        return covers(self.permissions, permission) and not covers(self.denied, permission)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a permission.

    Args:
        kind: ``granted`` or ``denied`` by an operator, ``default`` of the plugin, ``withheld``: the plugin's default
            that an operator took away.
        pattern: the name or pattern that says so.
        chain: the roles on the way, from the one that the person has to the one that says so; empty for the person.
    """

    kind: ReasonKind
    pattern: str
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a permission is held, and everything that speaks for or against it."""

    permission: str
    held: bool
    reasons: tuple[Reason, ...] = ()
    unknown: frozenset[str] = field(default_factory=frozenset)


class Policy:
    """Every role, and what plugins give by default.

    Args:
        roles: names are unique; the last one wins.
        defaults: permission → roles that hold it unless an operator decided otherwise.

    Raises:
        RoleCycleError: a role inherits from itself.
    """

    def __init__(self, roles: Iterable[RoleDefinition], defaults: Mapping[str, Collection[str]]) -> None:
        self._hierarchy = Hierarchy(roles)
        self._defaults = {permission: frozenset(holders) for permission, holders in defaults.items()}

    @property
    def roles(self) -> Mapping[str, RoleDefinition]:
        """Every role by its name."""
        return self._hierarchy.roles

    def effective(self, role_names: Iterable[str], grants: Iterable[str] = (), denies: Iterable[str] = ()) -> Effective:
        """Return what somebody with these roles, own grants and own denials may do."""
        names = frozenset(role_names)
        permissions, denied = set(grants), set(denies)
        for name in self._hierarchy.chains(names):
            permissions |= self.roles[name].grants | self.given(name)
            denied |= self.roles[name].denies
        return Effective(frozenset(permissions), frozenset(denied), frozenset(names - self.roles.keys()))

    def given(self, role: str) -> frozenset[str]:
        """Return what the role itself holds by the plugins' defaults."""
        without = self.roles[role].without
        named = {permission for permission, holders in self._defaults.items() if role in holders}
        return frozenset(permission for permission in named if not covers(without, permission))

    def explain(
        self, permission: str, role_names: Iterable[str], grants: Iterable[str] = (), denies: Iterable[str] = ()
    ) -> Explanation:
        """Return whether the permission is held, with every reason; the shortest way to each role counts."""
        names, own_grants, own_denies = frozenset(role_names), frozenset(grants), frozenset(denies)
        effective = self.effective(names, own_grants, own_denies)
        reasons = [*_said("denied", own_denies, permission, ()), *_said("granted", own_grants, permission, ())]
        for name, chain in self._hierarchy.chains(names).items():
            reasons += self._of_role(self.roles[name], permission, chain)
        return Explanation(permission, effective.may(permission), tuple(reasons), effective.unknown)

    def _of_role(self, role: RoleDefinition, permission: str, chain: tuple[str, ...]) -> list[Reason]:
        by_default = role.name in self._defaults.get(permission, ())
        withheld = by_default and covers(role.without, permission)
        reasons = [*_said("denied", role.denies, permission, chain), *_said("granted", role.grants, permission, chain)]
        if by_default:
            reasons.append(Reason("withheld" if withheld else "default", permission, chain))
        return reasons


def explain_own(person: Principal, permission: str) -> Explanation:
    """Explain what a principal carries itself, where no roles stand behind it."""
    if permission == SIGNED_IN:
        return Explanation(permission, person.may(permission))
    reasons = [*_said("denied", person.denied, permission, ()), *_said("granted", person.permissions, permission, ())]
    return Explanation(permission, person.may(permission), tuple(reasons))


def _said(kind: ReasonKind, patterns: Collection[str], permission: str, chain: tuple[str, ...]) -> list[Reason]:
    whole_plugin = f"{permission.partition('.')[0]}.*"
    return [Reason(kind, each, chain) for each in (permission, whole_plugin, EVERY_PERMISSION) if each in patterns]
