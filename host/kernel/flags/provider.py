"""Our flags as an OpenFeature provider: what `host.flag` asks unless another flag service takes over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from host.kernel.flags.definition import Decision, Definition
from host.kernel.flags.subject import Subject

NAME: Final = "holdfast"
_asked: ContextVar[tuple[Definition, Subject, datetime] | None] = ContextVar("flag_asked", default=None)


@contextmanager
def asking(definition: Definition, subject: Subject, at: datetime) -> Iterator[None]:
    """Let the provider answer from this definition for the block: a run keeps the flags it began with."""
    token = _asked.set((definition, subject, at))
    try:
        yield
    finally:
        _asked.reset(token)


class StoreProvider(AbstractProvider):
    """Answers from environment, database, file and default."""

    def get_metadata(self) -> Metadata:
        """Name the provider."""
        return Metadata(NAME)

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """Return a flag that is on or off."""
        return _resolve(flag_key, default_value)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """Return a flag with a text."""
        return _resolve(flag_key, default_value)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """Return a flag with a whole number."""
        return _resolve(flag_key, default_value)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """Return a flag with a number."""
        return _resolve(flag_key, default_value)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Refuse: flags hold single values."""
        return _unknown(flag_key, default_value)


def _resolve(name: str, default: Any) -> FlagResolutionDetails[Any]:
    asked = _asked.get()
    if asked is None or asked[0].name != name:
        return _unknown(name, default)
    definition, subject, at = asked
    decision = definition.decide(subject, at)
    variant = f"rule {decision.rule}" if decision.rule else decision.source
    metadata = {"source": decision.source, "rule": decision.rule or 0, "split": decision.split}
    return FlagResolutionDetails(decision.value, reason=_reason(decision), variant=variant, flag_metadata=metadata)


def _reason(decision: Decision) -> Reason:
    if decision.source == "rule":
        return Reason.SPLIT if decision.split else Reason.TARGETING_MATCH
    return Reason.DEFAULT if decision.source == "default" else Reason.STATIC


def _unknown(name: str, default: Any) -> FlagResolutionDetails[Any]:
    message = "ask with host.flag(name), which knows who acts"
    return FlagResolutionDetails(default, ErrorCode.FLAG_NOT_FOUND, f"{name}: {message}", Reason.ERROR)
