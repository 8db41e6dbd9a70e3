"""Feature flags as operators see and change them; every call checks the permission of who acts."""

from dataclasses import dataclass, replace
from typing import Final

from host import AuditTrail, Flags, FlagValue, FlagView, authorize, current
from host.data.audit.reading import AuditRecord
from host.kernel.flags.definition import Definition, Snapshot
from host.kernel.flags.people import user_ids
from host.kernel.flags.rules import Rule
from plugins.admin.permissions import FLAGS, FLAGS_WRITE

TABLE: Final = "host_flag"
SHOWN: Final = 10
"""Changes of a flag that its page tells of."""


@dataclass(frozen=True)
class Flagging:
    """The operators' view of the flags. What is changed must still be what the operator saw.

    Args:
        audit_trail: knows who changed what.
    """

    flags: Flags
    audit_trail: AuditTrail

    def snapshot(self) -> Snapshot:
        """Return every flag with what decides about it as of now.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        authorize(FLAGS)
        return self.flags.snapshot()

    @property
    def provider(self) -> str:
        """The flag service that decides instead of the app's own store, empty without one."""
        return self.flags.evaluator.reference

    def mine(self) -> FlagView:
        """Return the flags as the reader gets them now.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        return self.flags.view(authorize(FLAGS))

    def history(self, name: str) -> tuple[AuditRecord, ...]:
        """Return the last changes of a flag, newest first.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        authorize(FLAGS)
        return self.audit_trail.history(TABLE, name, limit=SHOWN).records

    def set_value(self, seen: Definition, value: FlagValue | None) -> None:
        """Set the value for everybody whom no rule names; ``None`` leaves it to the file and the default.

        Raises:
            PermissionDeniedError: the reader may not change flags.
            FlagLockedError: it is decided outside of the app.
            ValidationError: no value of the flag, or somebody else changed it meanwhile.
        """
        who = authorize(FLAGS_WRITE).user_id
        self.flags.desk.set_value(seen.name, value, who, seen=seen.override)

    def add_rule(self, seen: Definition, rule: Rule) -> None:
        """Add a rule behind the others; one with the same conditions gets the new value.

        Args:
            rule: its users may be named as they sign in.

        Raises:
            ValidationError: nobody active is named so; and as `set_value` does.
        """
        authorize(FLAGS_WRITE)
        rule = replace(rule, users=user_ids(current().application, rule.users))
        rules = seen.override.rules
        if any(each.conditions == rule.conditions for each in rules):
            self._set_rules(seen, tuple(rule if each.conditions == rule.conditions else each for each in rules))
        else:
            self._set_rules(seen, (*rules, rule))

    def remove_rule(self, seen: Definition, number: int) -> None:
        """Remove a rule, counted from 1. Raises as `set_value` does."""
        rules = seen.override.rules
        self._set_rules(seen, rules[: number - 1] + rules[number:])

    def raise_rule(self, seen: Definition, number: int) -> None:
        """Let a rule, counted from 1, be asked before the one above it. Raises as `set_value` does."""
        rules = list(seen.override.rules)
        rules[number - 2 : number] = reversed(rules[number - 2 : number])
        self._set_rules(seen, tuple(rules))

    def forget(self, name: str) -> None:
        """Take back everything stored about a flag, also one whose plugin is away.

        Raises:
            PermissionDeniedError: the reader may not change flags.
            ValidationError: nothing is stored about it.
        """
        self.flags.desk.unset(name, authorize(FLAGS_WRITE).user_id)

    def _set_rules(self, seen: Definition, rules: tuple[Rule, ...]) -> None:
        who = authorize(FLAGS_WRITE).user_id
        self.flags.desk.set_rules(seen.name, rules, who, seen=seen.override)
