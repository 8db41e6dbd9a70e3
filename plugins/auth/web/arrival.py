"""What a request to one of the pages says: who comes, what was typed, in which language it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request

from host import Credentials, PermissionDeniedError, Principal, current
from host.ui.text import texts_of
from host.web.identity import CREDENTIALS, PRINCIPAL
from host.web.landing import HOME
from plugins.auth.web import places
from plugins.auth.web.wish import Wish

_PREFIX: Final = "auth.web."


@dataclass(frozen=True)
class Arrival:
    """A request, read.

    Args:
        form: what was posted.
        wish: language and look that the reader chose.
    """

    request: Request
    form: Mapping[str, str] = field(default_factory=dict)
    wish: Wish = field(default_factory=Wish)

    @property
    def submitted(self) -> bool:
        """Whether the form was sent to be acted on, not to be shown in another language."""
        return self.request.method == "POST" and "lang" not in self.form

    @property
    def principal(self) -> Principal | None:
        """Who is signed in, if anybody."""
        found: Principal | None = self.request.scope[PRINCIPAL]
        return found if found is not None and found.user_id else None

    @property
    def signed_in(self) -> Principal:
        """Who is signed in, on a page of their own.

        Raises:
            PermissionDeniedError: nobody is, or somebody else looks on as them.
        """
        found = self.principal
        if found is None or found.viewed_by:
            raise PermissionDeniedError("this page is for the person themselves")
        return found

    @property
    def app_title(self) -> str:
        """The app's name."""
        return current().application.config.title

    @property
    def credentials(self) -> Credentials:
        """What the request brought along; its session cookie is shown to nobody but this plugin."""
        found: Credentials = self.request.scope[CREDENTIALS]
        return found

    @property
    def language(self) -> str:
        """The page's language."""
        return self.wish.language

    @property
    def look(self) -> str:
        """``light`` or ``dark`` if one was chosen; empty follows the system."""
        return self.wish.look

    @property
    def next(self) -> str:
        """Where to go once signed in."""
        return places.onward(self.form.get("next") or self.request.query_params.get("next", HOME))

    def typed(self, name: str) -> str:
        """Return what was typed into an input; characters that no database takes are shown as such."""
        return self.form.get(name, "").replace("\0", "\ufffd")

    def t(self, key: str, **fields: Any) -> str:
        """Return a text of these pages."""
        return self.text(_PREFIX + key, **fields)

    def text(self, key: str, **fields: Any) -> str:
        """Return any text of the app in the page's language."""
        return self.text_in(self.language, key, **fields)

    @staticmethod
    def text_in(language: str, key: str, **fields: Any) -> str:
        """Return any text of the app."""
        return texts_of(current().application).lookup(language, key, **fields)
