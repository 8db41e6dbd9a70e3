"""Lets squawk, which knows PostgreSQL's locks, read the SQL of revisions."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from host.data.migrate.offline import offline_sql
from host.data.migrate.revisions import Revision
from host.data.migrate.safety.judge import Risk
from host.data.migrate.targets import Target
from host.errors import SchemaError

INSTALL: Final = "squawk is not installed; install it with: pip install 'holdfast[check]'"
STYLE: Final = (
    # What SQLAlchemy writes for String, Integer and a serial key; the models decide.
    "prefer-bigint-over-int",
    "prefer-identity",
    "prefer-text-field",
    "prefer-timestamptz",
    "prefer-robust-stmts",
    # The host's own part: transactions, timeouts, and when a contract step runs.
    "require-statement-timeout",
    "require-timeout-settings",
    "transaction-nesting",
)
_CONTRACT: Final = ("ban-drop-", "adding-not-nullable-field")
"""Beginnings of the rules that a contract step may break: it waits for older processes."""


def executable() -> str | None:
    """Return squawk's program: beside this Python, or on the path; ``None`` where it is not installed."""
    beside = Path(sys.executable).with_name("squawk")
    return str(beside) if beside.is_file() else shutil.which("squawk")


def squawk(target: Target, revisions: Sequence[Revision], *, program: str) -> list[Risk]:
    """Return what squawk objects to, less what a revision accepts by squawk's own name for it.

    Args:
        target: whose revisions.
        revisions: each is read by itself; those that cannot be told as SQL are left to the other rules.
        program: as `executable` says.
    """
    return [risk for revision in revisions for risk in _of(target, revision, program)]


def _of(target: Target, revision: Revision, program: str) -> list[Risk]:
    try:
        sql = offline_sql(target, [revision], "postgresql")
    except SchemaError:
        return []
    command = [program, "--reporter", "json", "--exclude", ",".join(STYLE), "--stdin-filepath", revision.path.name]
    ended = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)  # noqa: S603 -- no shell
    try:
        found: list[dict[str, Any]] = json.loads(ended.stdout or "[]")
    except json.JSONDecodeError as error:
        reason = ended.stderr.strip() or ended.stdout.strip()
        raise SchemaError(f"squawk failed: {reason}", remedy="Update it.") from error
    return [_risk(target, revision, each, sql) for each in found if not _allowed(revision, each["rule_name"])]


def _allowed(revision: Revision, rule: str) -> bool:
    return rule in revision.accepted_risks or (revision.phase == "contract" and rule.startswith(_CONTRACT))


def _risk(target: Target, revision: Revision, found: dict[str, Any], sql: str) -> Risk:
    statement = sql.splitlines()[found["line"]].strip()
    why = f"squawk: {found['message'].rstrip('.')} ({statement[:80]})"
    rule, remedy = found["rule_name"], found.get("help") or ""
    return Risk(target.id, revision.id, revision.path, 0, rule, "blocks", why, remedy)
