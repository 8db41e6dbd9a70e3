"""The faults of scripts, with the file and the line that the author needs."""

import traceback
from pathlib import Path

from host import PluginError


class ScriptError(PluginError):
    """A script could not be read or ended with an error.

    Args:
        file: the file at fault, as its author calls it.
        line: counted from 1; ``None`` where no line is to blame.
        kind: the error's type.
        what: the error's own text.
    """

    def __init__(self, file: str, line: int | None, kind: str, what: str, *, remedy: str = "") -> None:
        self.file, self.line, self.kind, self.what = file, line, kind, what
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {kind}: {what}", remedy=remedy)


def script_error(error: BaseException, script: Path, root: Path, alias: str) -> ScriptError:
    """Describe `error` by the deepest line that belongs to the script's own folder.

    Args:
        script: the file that was run.
        root: the script's folder; frames outside it are the business of libraries.
        alias: the name under which the folder's modules are loaded, taken out of the text.
    """
    file, line = _place(error, root) or (script, None)
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    what = str(error).replace(f"{alias}.", "") or "no message"
    return ScriptError(name, line, type(error).__name__, what, remedy=f"Mend {file}.")


def _place(error: BaseException, root: Path) -> tuple[Path, int | None] | None:
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    return (Path(own[-1].filename), own[-1].lineno) if own else None
