"""What a revision file says about itself besides its steps: its phase, whether it is a transaction, accepted risks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, cast, final, get_args

from alembic.script import Script, ScriptDirectory

from host.data.migrate.targets import Target, reading, schema_error

Phase = Literal["expand", "backfill", "contract"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
Batch = Callable[[Any, Any], Any]
"""``backfill(connection, cursor)``: works on one batch after `cursor` and returns the new one, ``None`` at the end."""


@final
@dataclass(frozen=True, slots=True)
class Revision:
    """One revision file.

    Args:
        id: of the revision.
        down: the one before; ``None`` for the first.
        title: first line of its docstring.
        phase: ``expand`` adds what older code does not see, ``backfill`` fills it, ``contract`` takes the old away.
        transactional: whether it runs in a transaction; without, it runs on its own and must bear to be run again.
        accepted_risks: safety rule → why it does not matter here.
        batch: what fills one batch, in a backfill.
        path: the file.
        module: it, imported.
    """

    id: str
    down: str | None
    title: str
    phase: Phase
    transactional: bool
    accepted_risks: Mapping[str, str]
    batch: Batch | None
    path: Path
    module: ModuleType


def revisions_of(script: ScriptDirectory, target: Target, ids: Sequence[str]) -> list[Revision]:
    """Return the named revisions in this order.

    Raises:
        SchemaError: one of them cannot be read or says something about itself that means nothing.
    """
    return [_revision(target, reading(target, lambda id_=id_: script.get_revision(id_))) for id_ in ids]  # type: ignore[misc]


def _revision(target: Target, script: Script | None) -> Revision:
    assert script is not None
    module = script.module
    phase = getattr(module, "phase", "expand")
    if phase not in PHASES:
        raise schema_error(target, script.revision, f"phase is {phase!r}", f"Write one of {', '.join(PHASES)}.")
    risks = getattr(module, "accepted_risks", {})
    if not isinstance(risks, Mapping) or not all(isinstance(why, str) and why.strip() for why in risks.values()):
        problem = "accepted_risks gives no reason"
        raise schema_error(target, script.revision, problem, 'Write accepted_risks = {"<rule>": "<why>"}.')
    down = cast("str | None", script.down_revision)
    transactional = bool(getattr(module, "transactional", True))
    batch = getattr(module, "backfill", None)
    path = Path(str(script.path))
    return Revision(script.revision, down, script.doc, phase, transactional, risks, batch, path, module)
