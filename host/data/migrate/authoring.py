"""Writes revision files from templates: numbered, chained to the newest one, ready to run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any, Final, final

from alembic.script import ScriptDirectory
from mako.template import Template as Mako
from sqlalchemy import Column

from host.data.migrate.drift import stored_type
from host.data.migrate.targets import Target, reading, script_directory
from host.errors import ValidationError
from host.resources import packaged

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_FOLDER: Final = "migrations/templates"


@final
@dataclass(frozen=True, slots=True)
class Template:
    """A way to change the schema.

    Args:
        files: the steps' template files, oldest first.
        needs: options without which it can't be filled.
    """

    files: Sequence[str]
    needs: Sequence[str] = ()


TEMPLATES: Final[Mapping[str, Template]] = {
    "empty": Template(("empty",)),
    "add_column": Template(("add_column",), ("table", "column")),
    "add_index": Template(("add_index",), ("table", "column")),
    "rename_column": Template(
        ("rename_column_expand", "rename_column_backfill", "rename_column_contract"), ("table", "column", "to")
    ),
    "backfill": Template(("backfill",), ("table", "column", "value")),
    "contract": Template(("contract",), ("table",)),
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """What templates are filled with; names as the database has them.

    Args:
        column: one column; of an index one or more, separated by commas.
        to: the new name of a column.
        type: of the column, as Python code; by default as the model says, or text.
        value: SQL expression that fills a column.
        default: SQL expression or literal that the database gives to rows that are there.
        key: the primary key by which batches go on.
        unique: whether an index is unique.
    """

    table: str = ""
    column: str = ""
    to: str = ""
    type: str = ""
    value: str = ""
    default: str = ""
    key: str = "id"
    unique: bool = False


def write_revisions(
    target: Target, template: str, message: str, blanks: Blanks, bodies: tuple[str, str] | None = None
) -> list[Path]:
    """Write the files of a template into the target's folder and return them.

    Args:
        target: whose revisions.
        template: its name.
        message: what the revision does.
        blanks: what it is filled with.
        bodies: code of ``upgrade()`` and ``downgrade()``, for the empty one.

    Raises:
        ValidationError: there is no such template, an option is missing, a name is none.
    """
    chosen = _template(template)
    _require(template, chosen, blanks, target)
    up, down = (indent(body, "    ").strip() for body in bodies or ("pass", "pass"))
    texts = {**_texts(target, blanks), "upgrades": up, "downgrades": down}
    return [_write(target, script_directory(target), name, message, texts) for name in chosen.files]


def _write(target: Target, script: ScriptDirectory, template: str, message: str, texts: Mapping[str, Any]) -> Path:
    head = reading(target, script.get_current_head)
    revision = _next(script)
    kind = template.removeprefix("rename_column_") if template.startswith("rename_column_") else ""
    path = target.folder / f"{revision}_{_slug(message)}{'_' + kind if kind else ''}.py"
    file = packaged(_FOLDER) / f"{template}.py.mako"
    chain = {"revision": revision, "down_revision": f'"{head}"' if head else None, "message": _sentence(message, kind)}
    text = str(Mako(filename=str(file)).render(**texts, **chain))  # noqa: S702 -- Python code, no page
    path.write_bytes(_python(text))
    return path


def _python(text: str) -> bytes:
    """Return the file's bytes; one that cannot be read would stop every revision of the target."""
    try:
        source = text.encode()
        compile(source, "revision", "exec")
    except (ValueError, SyntaxError) as error:
        what = f"With this message and these options no revision can be written: {type(error).__name__}."
        raise ValidationError(what, remedy="Look at --type, which is Python code, and at the message.") from None
    return source


def _template(name: str) -> Template:
    if name not in TEMPLATES:
        raise ValidationError(f"There is no template {name!r}.", remedy=f"There are: {', '.join(TEMPLATES)}.")
    return TEMPLATES[name]


def _require(name: str, template: Template, blanks: Blanks, target: Target) -> None:
    missing = [f"--{option}" for option in template.needs if not getattr(blanks, option)]
    if missing:
        raise ValidationError(f"The template {name} needs {', '.join(missing)}.", remedy="Give them.")
    if blanks.table and not blanks.table.startswith(target.prefix):
        remedy = f"Tables of {target.id} begin with {target.prefix}."
        raise ValidationError(f"The table {blanks.table} is not one of {target.id}.", remedy=remedy)
    names = [blanks.table, *blanks.column.split(","), blanks.to, blanks.key]
    for each in filter(None, names):
        if not _NAME.fullmatch(each):
            raise ValidationError(f"{each!r} is no name.", remedy="Use small letters, digits and underscores.")


def _texts(target: Target, blanks: Blanks) -> dict[str, Any]:
    columns = [each for each in blanks.column.split(",") if each]
    model = _model(target, blanks.table, columns[0] if columns else "")
    nullable = True if model is None else bool(model.nullable)
    default = f"nullable=False, server_default=sa.text({blanks.default!r})" if blanks.default else "nullable=True"
    return {
        "table": blanks.table,
        "column": blanks.column,
        "columns": "[" + ", ".join(f'"{each}"' for each in columns) + "]",
        "index": "_".join(("uq" if blanks.unique else "ix", blanks.table, *columns))[:63],
        "to": blanks.to,
        "type": blanks.type or _type(model),
        "nullable": default if not blanks.to else nullable,
        "value": _literal(blanks.value),
        "key": blanks.key,
        "unique": blanks.unique,
        "check": f"ck_{blanks.table}_{blanks.to}_given"[:63],
    }


def _literal(text: str) -> str:
    """Return `text` as Python code, in double quotes where none have to be escaped."""
    return repr(text) if "'" in text or '"' in text else f'"{repr(text)[1:-1]}"'


def _model(target: Target, table: str, column: str) -> Column[Any] | None:
    """Return a column as the plugin's models have it, if they name it."""
    if target.metadata is None or table not in target.metadata.tables:
        return None
    return target.metadata.tables[table].columns.get(column)


def _type(model: Column[Any] | None) -> str:
    if model is None:
        return "sa.String(200)"
    return f"sa.{stored_type(model.type)!r}"


def _next(script: ScriptDirectory) -> str:
    numbers = [int(each.revision) for each in script.walk_revisions() if each.revision.isdigit()]
    return f"{max(numbers, default=0) + 1:04}"


def _slug(message: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40].strip("_")
    return words or "revision"


def _sentence(message: str, kind: str) -> str:
    text = " ".join(message.replace('"', "'").replace("\\", "/").split()).rstrip(".")
    return text if kind else f"{text}."
