"""The faults of scripts, with the file and the line that the author needs."""

import traceback
from pathlib import Path

from host.errors import PluginError


class ScriptError(PluginError):
    """A script could not be read or ended with an error; the message names file and line."""


def script_error(error: BaseException, script: Path, root: Path, alias: str) -> ScriptError:
    """Describe `error` by the deepest line that belongs to the script's own folder.

    Args:
        script: the file that was run.
        root: the script's folder; frames outside it are the business of libraries.
        alias: the name under which the folder's modules are loaded, taken out of the text.
    """
    file, line = _place(error, root) or (script, None)
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    where = name if line is None else f"{name}, line {line}"
    what = str(error).replace(f"{alias}.", "") or "no message"
    return ScriptError(f"{where}: {type(error).__name__}: {what}", remedy=f"Mend {file}.")


def _place(error: BaseException, root: Path) -> tuple[Path, int | None] | None:
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    return (Path(own[-1].filename), own[-1].lineno) if own else None
