"""How a script's code ends: by itself, by `st.stop` or `exit()`, or by a fault that its author must find."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host import current, text
from plugins.scripts.errors import ScriptError, script_error
from plugins.scripts.modules import ScriptFolder


class ScriptStop(BaseException):
    """`st.stop` of a script: ends the script, not the shell around it."""


@contextmanager
def contained(file: Path, folder: ScriptFolder) -> Iterator[None]:
    """Let the block end as a script may.

    Args:
        file: the script whose code runs.

    Raises:
        ScriptError: it failed; what the reader sees names file, line and kind, with the text only in debug mode.
    """
    try:
        yield
    except (ScriptStop, ScriptError) as end:
        if isinstance(end, ScriptError):
            raise
    except SystemExit as end:
        if end.code not in (None, 0):
            raise explained(end, file, folder) from end
    except Exception as error:
        raise explained(error, file, folder) from error


def explained(error: BaseException, file: Path, folder: ScriptFolder) -> ScriptError:
    """Return `error` as a fault of the script, with a text for the reader in the reader's language."""
    fault = script_error(error, file, folder.root, folder.alias)
    key = "scripts.fault" if fault.line is not None else "scripts.fault.file"
    if current().application.config.debug:
        key += ".debug"
    shown = text(key, file=fault.file, line=fault.line, kind=fault.kind, message=fault.what)
    vars(fault)["user_message"] = shown
    return fault
