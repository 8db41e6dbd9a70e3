"""Layers whose values are text under variable names: ``.env``, the environment, secret files; and the command line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from dotenv.parser import parse_stream

from host.config.faults import Fault, nearest
from host.config.fields import PREFIX, SECRETS_DIR, setting_fields, variable_fields
from host.config.layers import Layer, from_text, spread, unknown_setting

MAX_SECRET_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Variable:
    """One named text and the place it was written."""

    name: str
    text: str
    where: str


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """Read the variables of the process."""
    found = (Variable(name, text, f"environment variable {name}") for name, text in environ.items())
    return variable_layer("environment", found)


def dotenv_layer(path: Path) -> Layer:
    """Read a ``.env`` file; a missing one is an empty layer. ``$`` in values means itself."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Layer(".env", {})
    except (OSError, UnicodeDecodeError) as error:
        return Layer(".env", {}, [Fault("CFG-FILE", f"cannot be read: {error}", ".env", "Correct the file.")])
    found, faults = [], []
    for binding in parse_stream(StringIO(text)):
        where = f".env:{binding.original.line}"
        if binding.error:
            faults.append(
                Fault("CFG-FILE", "the line is not NAME=value", where, "Correct it; put quotes round spaces.")
            )
        elif binding.key and binding.value is not None:
            found.append(Variable(binding.key, binding.value, where))
    return variable_layer(".env", found, faults)


def dotenv_value(path: Path, name: str) -> str | None:
    """Return one variable of a ``.env`` file; a file that can't be read has none, which its layer reports."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    bindings = parse_stream(StringIO(text))
    return next((binding.value for binding in bindings if binding.key == name), None)


def secret_layer(folder: Path | None) -> Layer:
    """Read a folder with one file for each secret, named like its variable in either case; other files are ignored."""
    label = "secret files"
    if folder is None:
        return Layer(label, {})
    if not folder.is_dir():
        fix = f"Create the folder or unset {SECRETS_DIR}."
        return Layer(label, {}, [Fault("CFG-SECRETS-DIR", f"{folder} is not a folder", SECRETS_DIR, fix)])
    found, faults = [], []
    for path in sorted(folder.iterdir()):
        name = path.name.upper()
        if not path.is_file() or not (name in variable_fields() or name.startswith(PREFIX)):
            continue
        try:
            found.append(Variable(name, _secret_text(path), f"secret file {path}"))
        except (OSError, ValueError) as error:
            faults.append(
                Fault("CFG-SECRET-FILE", f"cannot be read: {error}", str(path), "Make it readable, UTF-8 and short.")
            )
    return variable_layer(label, found, faults)


def _secret_text(path: Path) -> str:
    if path.stat().st_size > MAX_SECRET_BYTES:
        message = f"larger than {MAX_SECRET_BYTES} bytes"
        raise ValueError(message)
    return path.read_text(encoding="utf-8").rstrip("\r\n")


def variable_layer(label: str, variables: Iterable[Variable], faults: Iterable[Fault] = ()) -> Layer:
    """Build a layer from variables; empty ones count as unset, two names of one setting must agree."""
    first: dict[str, Variable] = {}
    leaves, wrong = {}, list(faults)
    for variable in variables:
        field = variable_fields().get(variable.name)
        if not variable.text or variable.name == SECRETS_DIR:
            continue
        if field is None:
            wrong += _if_ours(variable)
            continue
        other = first.setdefault(field.name, variable)
        if other.name != variable.name and other.text != variable.text:
            wrong.append(_conflict(other, variable))
        leaves.update(spread(field, from_text(field, variable.text), variable.where))
    return Layer(label, leaves, wrong)


def _if_ours(variable: Variable) -> list[Fault]:
    if not variable.name.startswith(PREFIX):
        return []
    hint = nearest(variable.name, [*variable_fields(), SECRETS_DIR])
    fix = hint or f"Unset it; names beginning with {PREFIX} are settings, listed in docs/configuration.md."
    return [Fault("CFG-UNKNOWN", f"{variable.name} is not a setting", variable.where, fix)]


def _conflict(one: Variable, other: Variable) -> Fault:
    what = f"{one.name} and {other.name} are the same setting and differ"
    return Fault("CFG-CONFLICT", what, f"{one.where}, {other.where}", "Keep one of them.")


def command_line_layer(values: Mapping[str, Any]) -> Layer:
    """Build the layer of the command line.

    Args:
        values: by dotted name (``server.port``); None means not given; texts are read like variables.
    """
    leaves, faults = {}, []
    for name, value in values.items():
        field = setting_fields().get(name)
        if value is None:
            continue
        if field is None:
            faults.append(unknown_setting(name, "command line"))
            continue
        read = from_text(field, value) if isinstance(value, str) else value
        leaves.update(spread(field, read, f"command line, {name}"))
    return Layer("command line", leaves, faults)
