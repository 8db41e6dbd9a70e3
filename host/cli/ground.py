"""What recovery commands stand on: settings, choices and the database, without importing one plugin."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host.kernel.ground import Ground


@contextmanager
def ground(*, prepare: bool = False) -> Iterator["Ground"]:
    """Lay the ground for one command and let the database go after it.

    Args:
        prepare: bring the host's own tables to head first, for commands that write to them.
    """
    from host.cli.plugin_commands import COMMAND_LINE
    from host.kernel.boot import lay_ground
    from host.kernel.local import login_name
    from host.logs import bind_log_context

    laid = lay_ground(prepare=prepare, quiet=True)
    try:
        with bind_log_context(user=COMMAND_LINE, user_name=login_name(), correlation_id=uuid.uuid4().hex):
            yield laid
    finally:
        laid.host.event_writer().close()
        laid.host.database().dispose()
