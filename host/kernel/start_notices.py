"""What a plugin tells the person who starts the app, once it serves; the host neither knows nor logs what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

from host.logs import get_logger, report_error

_log: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StartNotice:
    """A line for the terminal.

    Args:
        text: what to do.
        path: where in the app, printed after its address; may hold a secret that counts once.
        open: whether a browser on this machine may be sent there at once.
    """

    text: str
    path: str = field(default="", repr=False)
    open: bool = False


Notice = Callable[[str], StartNotice | None]
"""Takes the name after ``app run --as``, empty without; returns what there is to say, or ``None``."""


@final
class StartNotices:
    """Asked by a web process when it serves; plugins hand in what to ask in their `lifespan`."""

    def __init__(self) -> None:
        self._asked: list[Notice] = []

    def ask(self, notice: Notice) -> None:
        """Ask `notice` at each start of a web process that somebody watches."""
        self._asked.append(notice)

    def told(self, as_user: str = "") -> list[StartNotice]:
        """Return what there is to say; one that fails keeps neither the others nor the start."""
        return [notice for notice in (_answer(ask, as_user) for ask in tuple(self._asked)) if notice is not None]


def _answer(ask: Notice, as_user: str) -> StartNotice | None:
    try:
        return ask(as_user)
    except Exception as error:
        report_error(_log, error, part="start notice")
        return None
