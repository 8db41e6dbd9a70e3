"""Nobody gives away more than they hold, and nobody takes over an account that may do more than their own."""

from collections.abc import Iterable
from datetime import datetime

from host import PermissionDeniedError, Principal
from host.contracts.principal import covers
from host.security.authorization import Policy
from plugins.auth.services.standing import Person


def require_held(giver: Principal, permissions: Iterable[str]) -> None:
    """Refuse to give permissions or patterns that the giver doesn't hold.

    Raises:
        PermissionDeniedError: naming the first one.
    """
    lacking = not_held(giver, permissions)
    if lacking:
        raise PermissionDeniedError(
            f"{giver.user_id} doesn't hold {lacking[0]} and can't give it.", remedy="Ask an administrator."
        )


def require_above(by: Principal, person: Person, policy: Policy, now: datetime) -> None:
    """Refuse to act on the account of a person who may do what `by` may not.

    Raises:
        PermissionDeniedError: naming the first permission.
    """
    held = policy.effective(person.roles(now), person.grants)
    require_held(by, held.permissions - held.denied)


def not_held(giver: Principal, permissions: Iterable[str]) -> list[str]:
    """Return the permissions and patterns that somebody doesn't hold, in the order of their names."""
    return sorted(each for each in permissions if not _holds(giver, each))


def _holds(giver: Principal, permission: str) -> bool:
    """A pattern is held only if nothing that it stands for is denied."""
    if not covers(giver.permissions, permission):
        return False
    if permission == "*":
        return not giver.denied
    whole = permission.removesuffix("*") if permission.endswith(".*") else None
    if whole is None:
        return giver.may(permission)
    return not covers(giver.denied, permission) and not any(each.startswith(whole) for each in giver.denied)
