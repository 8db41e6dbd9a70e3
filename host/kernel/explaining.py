"""Explains a decision by the same parts that decide it: every reason, every rule, and who sees the plugin at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from host.config.faults import nearest
from host.contracts.principal import SIGNED_IN, Principal
from host.contributions import Permission
from host.errors import ValidationError
from host.kernel.application import Application
from host.kernel.decisions import rules_for
from host.kernel.judging import Answer, judged
from host.kernel.registry import Owned
from host.security.authorization import Explanation, explain_own


@runtime_checkable
class ExplainingAuthenticator(Protocol):
    """An authenticator that can say why somebody holds a permission."""

    def explain(self, user_id: str, permission: str) -> Explanation | None:
        """Return why, ``None`` for nobody and who is disabled."""
        ...

    def logins(self, limit: int) -> list[str]:
        """Return up to `limit` names under which people sign in, for the nearest to a mistyped one."""
        ...


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """A plugin's rule, and what it said.

    Args:
        answer: ``None`` where no resource was named, so that it wasn't asked.
    """

    plugin: str
    title: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody may, and why.

    Args:
        exposed: whether the plugin that declares the permission is shown to this person at all.
    """

    person: Principal
    permission: str
    title: str
    explanation: Explanation
    rules: tuple[RuleAnswer, ...]
    exposed: bool

    @property
    def allowed(self) -> bool:
        """Whether it holds, for the resource that was named, if one was."""
        return self.explanation.held and all(rule.answer in ("yes", None) for rule in self.rules)


def explain(application: Application, who: str, permission: str, resource: str | None = None) -> Decision:
    """Return whether a person may do something, with every reason.

    Args:
        who: the name to sign in with, or the user's id.
        resource: what it is wanted for, as its plugin names it; needs a running context, since it is looked up.

    Raises:
        ValidationError: no such person, permission or resource; the message names the nearest one.
    """
    person = _person(application, who)
    owned = _permission(application, permission)
    explanation = _explanation(application, person, permission)
    rules = tuple(_rules(application, person, permission, resource)) if owned else ()
    title, plugin = (owned.value.title, owned.plugin) if owned else ("", "host")
    exposed = plugin not in application.plugins or application.exposed(plugin, person)
    return Decision(person, permission, title, explanation, rules, exposed)


def _person(application: Application, who: str) -> Principal:
    found = application.person(who) or application.principal(who)
    if found is None:
        source = application.authenticator
        known = source.logins(5000) if isinstance(source, ExplainingAuthenticator) else []
        raise ValidationError(
            f"There is no active user {who!r}.", remedy=nearest(who, known) or _where_people_are(known)
        )
    return found


def _where_people_are(known: list[str]) -> str:
    return "`app users list` shows everybody." if known else "Without sign-in there is one local person: `local`."


def _permission(application: Application, name: str) -> Owned[Permission] | None:
    if name == SIGNED_IN:
        return None
    declared = {owned.value.name: owned for owned in application.permissions}
    if name not in declared:
        hint = nearest(name, list(declared)) or "`app authz list` shows every one."
        raise ValidationError(f"No active plugin declares the permission {name!r}.", remedy=hint)
    return declared[name]


def _explanation(application: Application, person: Principal, permission: str) -> Explanation:
    source = application.authenticator
    found: Explanation | None = None
    if permission != SIGNED_IN and isinstance(source, ExplainingAuthenticator):
        found = source.explain(person.user_id, permission)
    return found or explain_own(person, permission)


def _rules(application: Application, person: Principal, permission: str, resource: str | None) -> Iterator[RuleAnswer]:
    rules = rules_for(application, permission)
    if resource is not None and not rules:
        raise ValidationError(f"No rule narrows {permission!r}, so it is the same for every resource.")
    for owned in rules:
        answer = None if resource is None else judged(owned, person, _found(owned.value.find, permission, resource))
        yield RuleAnswer(owned.plugin, owned.value.title, answer)


def _found(find: Any, permission: str, resource: str) -> Any:
    if find is None:
        raise ValidationError(f"What {permission!r} is wanted for can't be named here: its rule finds nothing by name.")
    found = find(resource)
    if found is None:
        raise ValidationError(f"There is no {resource!r} that {permission!r} could be wanted for.")
    return found
