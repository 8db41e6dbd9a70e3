"""Evaluates flags through OpenFeature's client; whatever a provider does, a caller gets a value the flag may have."""

import itertools
import threading
from datetime import datetime
from typing import Any, Final

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagType
from openfeature.provider.no_op_provider import NoOpProvider

from host.errors import ValidationError
from host.kernel.flags.definition import Decision, Definition
from host.kernel.flags.foreign import factory_of, made
from host.kernel.flags.provider import StoreProvider, asking
from host.kernel.flags.subject import Subject
from host.kernel.flags.values import checked, type_of
from host.logs import get_logger
from host.one_line import describe, one_line

READY_WITHIN_S: Final = 5.0
"""Seconds that a start waits for another flag service; until it is ready its flags have their defaults."""
_TYPES: Final[dict[type, FlagType]] = {
    bool: FlagType.BOOLEAN,
    int: FlagType.INTEGER,
    float: FlagType.FLOAT,
    str: FlagType.STRING,
}
_numbers: Final = itertools.count(1)
_log = get_logger(__name__)


class Evaluator:
    """One provider and the client that asks it, in a domain of their own: a process may hold several apps.

    Args:
        reference: of another flag service's factory, ``module:factory``; empty for our own store.

    Raises:
        ConfigError: `reference` names nothing that can be called.
    """

    def __init__(self, reference: str = "") -> None:
        self.reference: Final = reference
        self.faults: Final[dict[str, str]] = {}
        """Flag → why another flag service's last answer couldn't be used."""
        self.absent = False
        """Whether another flag service should decide and could not be made."""
        self._domain: Final = f"holdfast-{next(_numbers)}"
        self._client: Final = api.get_client(self._domain)
        if reference:
            self._connect(made(factory_of(reference)))
        else:
            api.set_provider_and_wait(StoreProvider(), self._domain)

    @property
    def foreign(self) -> bool:
        """Whether another flag service decides."""
        return bool(self.reference)

    def decide(self, definition: Definition, subject: Subject, at: datetime) -> Decision:
        """Return a flag's value for `subject`; the environment's pin stands above another flag service."""
        if self.foreign and definition.pinned is not None:
            return definition.base
        if self.absent:
            return definition.fallback
        try:
            with asking(definition, subject, at):
                details = self._ask(definition, subject)
            if details.error_code is not None:
                return self._fallback(definition, f"{details.error_code}: {details.error_message or ''}")
            value = checked(definition.flag, details.value, "the flag service")
        except ValidationError as error:
            return self._fallback(definition, str(error))
        except (Exception, SystemExit) as error:
            # The client itself trips over what isn't an Exception; the cause says more than its own fault.
            return self._fallback(definition, describe(error.__context__ or error))
        self.faults.pop(definition.name, None)
        return Decision(value, "provider") if self.foreign else _own(value, details)

    def close(self) -> None:
        """Let the provider go."""
        api.set_provider_and_wait(NoOpProvider(), self._domain)

    def _connect(self, provider: Any) -> None:
        if provider is None:
            self.absent = True
            return
        settled = threading.Event()

        def settle(_: Any) -> None:
            settled.set()

        api.set_provider(provider, self._domain)
        for event in (ProviderEvent.PROVIDER_READY, ProviderEvent.PROVIDER_ERROR):
            self._client.add_handler(event, settle)
        if not settled.wait(READY_WITHIN_S):
            _log.warning("the flag service is not ready yet", provider=self.reference, waited_s=READY_WITHIN_S)

    def _ask(self, definition: Definition, subject: Subject) -> FlagEvaluationDetails[Any]:
        attributes = {"roles": sorted(subject.roles), "plugin": definition.plugin, **subject.attributes}
        context = EvaluationContext(subject.user_id, attributes)
        kind = _TYPES[type_of(definition.flag)]
        return self._client.evaluate_flag_details(kind, definition.name, definition.fallback.value, context)

    def _fallback(self, definition: Definition, reason: str) -> Decision:
        reason = one_line(reason)
        if self.faults.get(definition.name) != reason:
            self.faults[definition.name] = reason
            _log.warning("a flag falls back to its default", flag=definition.name, reason=reason)
        return definition.fallback


def _own(value: Any, details: FlagEvaluationDetails[Any]) -> Decision:
    told: dict[str, Any] = dict(details.flag_metadata)
    return Decision(value, told["source"], told["rule"] or None, told["split"])
