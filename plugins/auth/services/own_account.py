"""One's own account as its page shows it."""

from typing import Final, final

from sqlalchemy import select

from host import SIGNED_IN, Database, authorize
from host.data.security.reading import EventFilter, EventReading, SecurityReader
from plugins.auth.models import Role
from plugins.auth.services.own import require_self
from plugins.auth.services.users import Users
from plugins.auth.values import Changed, UserInfo

EVENTS: Final = 20


@final
class OwnAccount:
    """What somebody sees and changes of their own account; whoever looks on as them sees it, too."""

    def __init__(self, database: Database, users: Users) -> None:
        self._database = database
        self._users = users
        self._reader = SecurityReader(database)

    def me(self) -> UserInfo:
        """Return who acts."""
        return self._users.own(authorize(SIGNED_IN).user_id)

    def role_titles(self) -> dict[str, str]:
        """Return role → title, a text key or plain text."""
        authorize(SIGNED_IN)
        with self._database.begin(readonly=True) as unit:
            return dict(unit.session.execute(select(Role.name, Role.title)).all())

    def rename(self, name: str) -> Changed:
        """Give oneself another display name.

        Raises:
            InputError: the name is missing or too long.
            PermissionDeniedError: somebody only looks on, or a program acts.
        """
        user_id = authorize(SIGNED_IN).user_id
        require_self(user_id)
        return self._users.rename_self(user_id, name)

    def events(self) -> list[EventReading]:
        """Return what was noted about the account of who acts, newest first."""
        wanted = EventFilter(user=authorize(SIGNED_IN).user_id)
        return list(self._reader.page(wanted, rows=EVENTS).events)
