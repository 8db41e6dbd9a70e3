"""Where operators change flags: checked, stored with its audit record, announced to all processes, or refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.exc import IntegrityError

from host.contributions import FlagValue
from host.data import ChangeFeed, UnitOfWork
from host.kernel.flags.definition import Definition
from host.kernel.flags.evaluator import Evaluator
from host.kernel.flags.faults import FlagChangedError, FlagLockedError, UnknownFlagError
from host.kernel.flags.overrides import Override, checked_override
from host.kernel.flags.rules import Rule
from host.kernel.flags.source import TOPIC, FlagSource
from host.kernel.flags.values import variable_of
from host.logs import get_logger

Alter = Callable[[Override], Override]
_CHANGED: Final = "Somebody else changed {name} meanwhile."
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FlagChange:
    """What a change does.

    Args:
        before: what was stored.
        after: what is stored now, or would be.
    """

    name: str
    before: Override
    after: Override

    @property
    def nothing(self) -> bool:
        """Whether it leaves everything as it is."""
        return self.before.decides == self.after.decides


@dataclass(frozen=True)
class FlagDesk:
    """Changes overrides. Permission is checked by who calls it.

    Args:
        evaluator: says whether another flag service decides.
    """

    source: FlagSource
    evaluator: Evaluator
    changes: ChangeFeed

    def set_value(self, name: str, value: FlagValue | None, by: str, *, seen: Override | None = None) -> FlagChange:
        """Set the value for everybody whom no rule names; ``None`` leaves it to the file and the default.

        Args:
            by: who does it.
            seen: what the decision was when it was looked at; another one by now is left alone.

        Raises:
            FlagLockedError: the environment pins the flag, or another flag service decides.
            FlagChangedError: it isn't what was `seen`.
            ValidationError: no such flag, or no value of it.
        """
        return self.change(name, lambda stored: replace(stored, value=value), by, seen=seen)

    def set_rules(self, name: str, rules: Iterable[Rule], by: str, *, seen: Override | None = None) -> FlagChange:
        """Set all rules, in their order. Raises as `set_value` does."""
        found = tuple(rules)
        return self.change(name, lambda stored: replace(stored, rules=found), by, seen=seen)

    def unset(self, name: str, by: str) -> FlagChange:
        """Take back everything decided at run time, also about a flag whose plugin is away.

        Raises:
            ValidationError: no plugin declares such a flag and nothing is stored about it.
        """
        return self.change(name, lambda _: Override(), by)

    def change(
        self, name: str, alter: Alter, by: str, *, seen: Override | None = None, dry_run: bool = False
    ) -> FlagChange:
        """Store what `alter` makes of the stored decision.

        Args:
            dry_run: only tell what would be stored.

        Raises:
            FlagLockedError: the environment pins the flag, or another flag service decides.
            FlagChangedError: it isn't what was `seen`.
            ValidationError: no such flag, or it can't have such a value.
        """
        definition = self.source.snapshot().definitions.get(name)
        if definition is not None:
            self._refuse_locked(definition)
        try:
            change = self._stored(name, definition, alter, by, seen, dry_run=dry_run)
        except IntegrityError as error:
            raise FlagChangedError(_CHANGED.format(name=name), remedy="Look at it again.") from error
        if not dry_run and not change.nothing:
            _log.info("flag changed", flag=name, value=change.after.value, rules=len(change.after.rules), by=by)
        return change

    def _stored(
        self,
        name: str,
        definition: Definition | None,
        alter: Alter,
        by: str,
        seen: Override | None,
        *,
        dry_run: bool,
    ) -> FlagChange:
        store = self.source.store

        def write(unit: UnitOfWork) -> FlagChange:
            before = store.locked(name)
            after = self._altered(name, definition, before, alter)
            if seen is not None and seen.decides != before.decides:
                raise FlagChangedError(_CHANGED.format(name=name), remedy="Look at it again.")
            change = FlagChange(name, before, replace(after, by=by))
            if not dry_run and not change.nothing:
                store.write(name, change.after)
                self.changes.publish(TOPIC, name)
                # The other processes hear of it; this one sees it in its next run.
                unit.after_commit(lambda: self.source.refresh(name))
            return change

        return store.database.run_tx(write)

    def _altered(self, name: str, definition: Definition | None, before: Override, alter: Alter) -> Override:
        after = alter(before)
        if definition is not None:
            return checked_override(definition.flag, after)
        if before.empty or not after.empty:
            raise UnknownFlagError(name, self.source.snapshot().definitions)
        return after

    def _refuse_locked(self, definition: Definition) -> None:
        if definition.pinned is not None:
            variable = variable_of(definition.name)
            raise FlagLockedError(
                f"{definition.name} is pinned by {variable}.", remedy="Take it out of the environment first."
            )
        if self.evaluator.foreign:
            raise FlagLockedError(
                f"Flags are decided by {self.evaluator.reference}.",
                remedy="Change the flag there, or unset the setting flags.provider.",
            )
