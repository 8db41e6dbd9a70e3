"""Decides about a permission, for a resource too; the one place that every check goes through."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from host.contracts.principal import Principal
from host.contributions import ResourceRule
from host.kernel.judging import Answer, judged
from host.kernel.registry import Owned

if TYPE_CHECKING:
    from host.kernel.application import Application


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not.

    Args:
        rule: the plugin's rule that didn't say yes, ``None`` where the permission itself is lacking.
        answer: what the rule said.
    """

    permission: str
    rule: Owned[ResourceRule] | None = None
    answer: Answer = "no"

    @property
    def why(self) -> str:
        """The reason in one line, for logs."""
        if self.rule is None:
            return f"lacks {self.permission}"
        said = {"no": "says no", "failed": "failed", "late": "did not answer in time"}[self.answer]
        return f"holds {self.permission}, but its rule {self.rule.value.title!r} {said}"


def decide(application: "Application", principal: Principal, permission: str, resource: Any = None) -> Refusal | None:
    """Return why `principal` may not, or ``None`` when it may.

    Args:
        resource: what the permission is wanted for; every rule for the permission must say yes to it. ``None`` asks
            for the permission alone.
    """
    if not principal.may(permission):
        return Refusal(permission)
    if resource is None:
        return None
    for rule in rules_for(application, permission):
        answer = judged(rule, principal, resource)
        if answer != "yes":
            return Refusal(permission, rule, answer)
    return None


def rules_for(application: "Application", permission: str) -> list[Owned[ResourceRule]]:
    """Return every rule that narrows `permission`."""
    return [rule for rule in application.resource_rules if rule.value.permission == permission]
