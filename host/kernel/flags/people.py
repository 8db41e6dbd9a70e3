"""Whom operators mean: names that people sign in under become the ids that rules go by."""

from collections.abc import Iterable

from host.contracts.auth import LoginAuthenticator
from host.contracts.principal import Principal
from host.errors import ValidationError
from host.kernel.application import Application


def named_person(application: Application, name: str) -> Principal | None:
    """Return who has this id or signs in under this name."""
    return application.principal(name) or application.person(name)


def user_ids(application: Application, names: Iterable[str]) -> frozenset[str]:
    """Return the id of everybody named; without sign-in names are ids.

    Raises:
        ValidationError: nobody active has such an id or name.
    """
    if not isinstance(application.authenticator, LoginAuthenticator):
        return frozenset(names)
    return frozenset(_id(application, name.strip()) for name in names)


def _id(application: Application, name: str) -> str:
    found = named_person(application, name)
    if found is None:
        raise ValidationError(
            f"There is no active user {name!r}.", remedy="Give a sign-in name or an id: app users list"
        )
    return found.user_id
