"""``app db new``, ``check`` and ``sql``: write revisions, hold them against the rules, show what they send."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from host.cli.db_targets import chosen, every_target
from host.cli.ground import ground
from host.cli.output import Json, write_json
from host.errors import SchemaError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host.data import Target
    from host.data.database import Database
    from host.data.migrate.revisions import Revision
    from host.data.migrate.safety.judge import Risk

RISKY = 1
DRIFTED = 2

OneTarget = Annotated[str, typer.Argument(help="`host` or a plugin.")]
AnyTarget = Annotated[str | None, typer.Argument(metavar="[TARGET]", help="`host` or a plugin; all.")]
Dialect = Annotated[Literal["postgresql", "sqlite"], typer.Option("--dialect", help="Which database it is for.")]


def new(
    target: OneTarget,
    message: Annotated[str, typer.Argument(help="What it does, in a few words.")],
    *,
    template: Annotated[
        str,
        typer.Option("--template", help="add_column, add_index, rename_column, backfill, contract or empty."),
    ] = "empty",
    autogenerate: Annotated[
        bool, typer.Option("--autogenerate", help="Fill it with the difference between models and database.")
    ] = False,
    table: Annotated[str, typer.Option("--table", help="The table that changes.")] = "",
    column: Annotated[str, typer.Option("--column", help="Of an index: one or more, with commas.")] = "",
    to: Annotated[str, typer.Option("--to", help="The new name of a column.")] = "",
    type_: Annotated[str, typer.Option("--type", help="As Python code, such as sa.Integer(); as the model says.")] = "",
    value: Annotated[str, typer.Option("--value", help="SQL expression that fills a column.")] = "",
    default: Annotated[str, typer.Option("--default", help="SQL expression for rows that are there.")] = "",
    key: Annotated[str, typer.Option("--key", help="The primary key by which batches go on.")] = "id",
    unique: Annotated[bool, typer.Option("--unique", help="Of an index.")] = False,
) -> None:
    """Write a revision into the plugin's folder, from a template or from the difference between models and database."""
    from host.data.migrate.authoring import Blanks, write_revisions

    if autogenerate and template != "empty":
        raise ValidationError("--autogenerate fills an empty revision.", remedy="Leave --template out.")
    blanks = Blanks(table=table, column=column, to=to, type=type_, value=value, default=default, key=key, unique=unique)
    with ground() as laid, every_target(laid) as (migrator, _):
        found = migrator.target(target)
        bodies = _difference(laid.host.database(), found) if autogenerate else None
        written = write_revisions(found, template, message, blanks, bodies)
    for path in written:
        typer.echo(f"written: {path}")
    typer.echo(f"Look at it, then: app db check {target}")


def check(target: AnyTarget = None, dialect: Dialect = "postgresql", as_json: Json = False) -> None:
    """Hold every revision against the safety rules and squawk, and the models against the database.

    Exit code 1 if a revision is risky, 2 if models and database differ, else 0.
    """
    from host.data.migrate.drift import drift
    from host.data.migrate.safety.squawk import INSTALL, executable

    program = executable() if dialect == "postgresql" else None
    with ground() as laid, every_target(laid) as (migrator, _):
        targets = chosen(migrator, target)
        risks = [risk for each in targets for risk in _risks(each, dialect, program)]
        at_head = {each.id for each in migrator.status() if each.at_head}
        with laid.host.database().begin(readonly=True) as unit:
            connection = unit.session.connection()
            drifts = {each.id: drift(connection, each) for each in targets if each.id in at_head}
        for each in targets:
            drifts[each.id] = [*drifts.get(each.id, ()), *_strays(each, migrator.targets)]
    if as_json:
        write_json({"risks": [_told(risk) for risk in risks], "drift": drifts, "squawk": program is not None})
    else:
        _write(risks, drifts, [each.id for each in targets if each.id not in at_head])
        if program is None and dialect == "postgresql":
            typer.echo(INSTALL, err=True)
    raise typer.Exit(RISKY if risks else DRIFTED if any(drifts.values()) else 0)


def sql(
    target: OneTarget,
    dialect: Dialect = "postgresql",
    after: Annotated[str, typer.Option("--from", help="The revision that the database is at; none.")] = "",
) -> None:
    """Print the SQL of a schema's revisions, without running it."""
    from host.data.migrate.offline import offline_sql

    with ground() as laid, every_target(laid) as (migrator, _):
        found = migrator.target(target)
        revisions = _revisions(found)
    known = [revision.id for revision in revisions]
    if after and after not in known:
        raise SchemaError(f"{target} has no revision {after}.", remedy=f"There are: {', '.join(known)}.")
    pending = revisions[known.index(after) + 1 :] if after else revisions
    typer.echo(offline_sql(found, pending, dialect).rstrip())


def _revisions(target: "Target") -> "list[Revision]":
    from host.data.migrate.revisions import revisions_of
    from host.data.migrate.targets import reading, script_directory

    script = script_directory(target)
    ids = reading(target, lambda: [each.revision for each in script.walk_revisions()])
    return revisions_of(script, target, ids[::-1])


def _risks(target: "Target", dialect: str, program: str | None) -> "list[Risk]":
    from host.data.migrate.safety.judge import judge
    from host.data.migrate.safety.squawk import squawk

    revisions = _revisions(target)
    found = judge(target.id, revisions, dialect, together=False)
    seen = {risk.revision for risk in found}
    # Where our own rules object already, squawk would say the same again.
    quiet = [revision for revision in revisions if revision.id not in seen]
    return [*found, *(squawk(target, quiet, program=program) if program else ())]


def _strays(target: "Target", every: "Sequence[Target]") -> list[str]:
    """Return what the models call tables that are nobody's, also where the name is computed."""
    names = sorted(target.metadata.tables) if target.metadata is not None else []
    stray = [name for name in names if not any(each.owns(name) for each in every)]
    return [f"table {name}: the models have it, but it does not begin with {target.prefix}" for name in stray]


def _difference(database: "Database", target: "Target") -> tuple[str, str]:
    from host.data import Migrator
    from host.data.migrate.drift import bodies

    if target.metadata is None:
        remedy = "Give Migrations(metadata=Base.metadata) in the plugin's hook."
        raise ValidationError(f"{target.id} does not name its models.", remedy=remedy)
    Migrator(database, [target]).require_head(target.id)
    with database.begin(readonly=True) as unit:
        return bodies(unit.session.connection(), target)


def _told(risk: "Risk") -> dict[str, object]:
    place = {"target": risk.target, "revision": risk.revision, "file": str(risk.path), "line": risk.line}
    return {**place, "rule": risk.rule, "harm": risk.harm, "why": risk.why, "fix": risk.remedy}


def _write(risks: "Sequence[Risk]", drifts: "dict[str, list[str]]", behind: "list[str]") -> None:
    for risk in risks:
        typer.echo(str(risk))
    for id_, lines in drifts.items():
        for line in lines:
            typer.echo(f"{id_}: {line}")
    for id_ in behind:
        typer.echo(f"{id_}: not compared with its models, because it is not at head: app db migrate")
    if not risks and not any(drifts.values()):
        typer.echo("nothing to object to")
