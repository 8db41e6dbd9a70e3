"""The safety rules: what a step must not do while the app runs, why, and the safe way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, final

from host.data.migrate.revisions import Revision
from host.data.migrate.safety.changes import Change

Harm = Literal["blocks", "breaks", "loses", "form"]
"""It holds a lock while the app waits; running older code fails; data goes; it cannot be run as it is written."""


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """One thing not to do.

    Args:
        name: as ``accepted_risks`` names it.
        harm: what comes of it.
        applies: whether a change of a revision breaks the rule.
        why: what happens, with ``{change.table}`` and the like.
        remedy: the safe way.
        dialects: databases on which it matters.
        on_new_tables: whether it matters for tables that come with the same upgrade.
    """

    name: str
    harm: Harm
    applies: Callable[[Change, Revision], bool]
    why: str
    remedy: str
    dialects: tuple[str, ...] = ("postgresql", "sqlite")
    on_new_tables: bool = False


def _kind(*kinds: str) -> Callable[[Change, Revision], bool]:
    return lambda change, _: change.kind in kinds


def _rough(kind: str) -> Callable[[Change, Revision], bool]:
    return lambda change, _: change.kind == kind and not change.gentle


def _too_early(kind: str) -> Callable[[Change, Revision], bool]:
    return lambda change, revision: change.kind == kind and revision.phase != "contract"


_POSTGRESQL: Final = ("postgresql",)
_STOP_FIRST: Final = "Stop using it in one version and drop it in a contract step of the next"
_CONTRACT: Final = f"{_STOP_FIRST}: app db new TARGET MESSAGE --template contract."

RULES: Final[Sequence[Rule]] = (
    Rule(
        "index-not-concurrently",
        "blocks",
        _rough("create index"),
        "creating {change.name} on {change.table} stops every write to the table until the index is built",
        "Build it concurrently: app db new TARGET MESSAGE --template add_index.",
        _POSTGRESQL,
    ),
    Rule(
        "drop-index-not-concurrently",
        "blocks",
        _rough("drop index"),
        "dropping {change.name} waits for every reader of the table and stops everybody behind it",
        "Give postgresql_concurrently=True and if_exists=True in a revision with transactional = False.",
        _POSTGRESQL,
    ),
    Rule(
        "rename-column",
        "breaks",
        _kind("rename column"),
        "one of the versions that run does not find {change.table}.{change.name}, whenever the step runs",
        "Rename in steps: app db new TARGET MESSAGE --template rename_column.",
    ),
    Rule(
        "rename-table",
        "breaks",
        _kind("rename table"),
        "processes of the older version do not find {change.table}",
        "Create the new table, copy in a backfill, drop the old one in a contract step.",
    ),
    Rule(
        "drop-column-early",
        "breaks",
        _too_early("drop column"),
        "processes of the older version still read and write {change.table}.{change.name}, and its data is gone",
        _CONTRACT,
    ),
    Rule(
        "drop-table-early",
        "breaks",
        _too_early("drop table"),
        "processes of the older version still read and write {change.table}, and its data is gone",
        _CONTRACT,
    ),
    Rule(
        "required-column",
        "breaks",
        lambda change, _: change.kind == "add column" and not change.fills,
        "{change.table}.{change.name} must have a value: rows that are there have none, and older processes give none",
        "Add it nullable or with server_default: app db new TARGET MESSAGE --template add_column.",
    ),
    Rule(
        "set-not-null",
        "breaks",
        lambda change, revision: change.kind == "set not null" and revision.phase != "contract",
        "older processes may still leave {change.table}.{change.name} empty",
        "Fill it in a backfill; then, in a contract step: CHECK … NOT VALID, VALIDATE, SET NOT NULL, drop the CHECK.",
    ),
    Rule(
        "type-change",
        "blocks",
        _rough("change type"),
        "changing the type of {change.table}.{change.name} rewrites the table under a lock that stops reads and writes",
        "Add a column of the new type and move over in steps: app db new TARGET MESSAGE --template rename_column.",
    ),
    Rule(
        "constraint-validates",
        "blocks",
        _rough("add constraint"),
        "adding the constraint {change.name} to {change.table} reads the whole table under a lock",
        "Give postgresql_not_valid=True and VALIDATE it in a later revision; for a unique one build the index first.",
        _POSTGRESQL,
    ),
    Rule(
        "rows-at-once",
        "blocks",
        lambda change, revision: change.kind == "write rows" and revision.batch is None and not change.gentle,
        "updating every row of {change.table} at once locks them all until the end",
        "Do it in batches: app db new TARGET MESSAGE --template backfill.",
    ),
    Rule(
        "deletes-rows",
        "loses",
        lambda change, revision: change.kind == "delete rows" and revision.phase != "contract",
        "rows of {change.table} are deleted that older processes may still need",
        "Delete in a contract step, or as a retention policy.",
    ),
    Rule(
        "lock-timeout-off",
        "blocks",
        _kind("lock timeout off"),
        "without lock_timeout the migration queues behind a long reader, and the app behind the migration",
        "Leave lock_timeout alone: the host sets it and tries again.",
        _POSTGRESQL,
        on_new_tables=True,
    ),
    Rule(
        "concurrently-in-transaction",
        "form",
        lambda change, revision: (
            change.kind in ("create index", "drop index") and change.gentle and revision.transactional
        ),
        "{change.name} cannot be built concurrently inside a transaction",
        "Write transactional = False at the top of the revision, and nothing else into it.",
        _POSTGRESQL,
        on_new_tables=True,
    ),
    Rule(
        "not-repeatable",
        "form",
        lambda change, revision: not revision.transactional and not change.repeatable,
        "the revision runs outside a transaction and this step fails when it is run again after being cut off",
        "Give if_not_exists=True or if_exists=True, or move the step into a revision of its own.",
        _POSTGRESQL,
        on_new_tables=True,
    ),
    Rule(
        "ends-transaction",
        "form",
        _kind("end transaction"),
        "the step leaves the host's transaction: when it fails, what it did before stays",
        "Leave transactions to the host; a step that must be outside one says transactional = False.",
        on_new_tables=True,
    ),
    Rule(
        "unreadable",
        "form",
        _kind("unreadable"),
        "the SQL cannot be read, so nobody knows what it does: {change.detail}",
        "Correct it, or say in accepted_risks why it is safe.",
        on_new_tables=True,
    ),
)
