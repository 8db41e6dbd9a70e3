"""Every permission against every role: who holds it, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from host.kernel.registry import Registry
from host.security.authorization import Policy, Reason

Effect = Literal["grant", "deny", "none"]
"""``none``: not granted although the plugin would."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role has to do with one permission.

    Args:
        held: whether somebody with this role alone holds it.
        explicit: an operator's word on exactly this permission and role.
        default: whether the plugin gives it to the role by itself.
        pattern: a wider word of this role that decides, such as ``*`` or ``warehouse.*``; empty without.
        inherited_from: the role further up that grants or denies it; empty where the role itself does, or nobody.
    """

    held: bool
    explicit: Effect | None
    default: bool
    pattern: str
    inherited_from: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One declared permission.

    Args:
        title: text key or plain text.
        cells: role → cell.
    """

    permission: str
    title: str
    plugin: str
    cells: Mapping[str, Cell]


def matrix_rows(policy: Policy, registry: Registry, roles: Collection[str]) -> tuple[MatrixRow, ...]:
    """Return a row for each declared permission, in the order of plugins."""
    return tuple(
        MatrixRow(
            owned.value.name,
            owned.value.title,
            owned.plugin,
            {role: _cell(policy, owned.value.name, role, owned.value.roles) for role in roles},
        )
        for owned in registry.owned("permissions")
    )


def _cell(policy: Policy, permission: str, role: str, holders: Collection[str]) -> Cell:
    told = policy.explain(permission, (role,))
    deciding = "denied" if any(each.kind == "denied" for each in told.reasons) else "granted"
    counting = [each for each in told.reasons if each.kind in (deciding, *(("default",) if told.held else ()))]
    own = [each for each in counting if len(each.chain) == 1]
    wide = next((each.pattern for each in own if each.pattern != permission), "")
    above = "" if own else _farthest(counting)
    return Cell(told.held, _explicit(policy, permission, role), role in holders, wide, above)


def _farthest(reasons: list[Reason]) -> str:
    return next((each.chain[-1] for each in reasons if len(each.chain) > 1), "")


def _explicit(policy: Policy, permission: str, role: str) -> Effect | None:
    definition = policy.roles[role]
    words = {"deny": definition.denies, "grant": definition.grants, "none": definition.without}
    return cast("Effect | None", next((effect for effect, named in words.items() if permission in named), None))
