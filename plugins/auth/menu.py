"""The pages as the menu lists them; Streamlit is imported by the first visit, not by the start of a command."""

from collections.abc import Sequence
from typing import Final

from host import SIGNED_IN, Page, Principal
from plugins.auth.addresses import RolesParams, SessionsParams, UserParams, UsersParams
from plugins.auth.permissions import SESSIONS_WRITE, USERS_READ
from plugins.auth.services.desk import Desk
from plugins.auth.services.own_account import OwnAccount
from plugins.auth.services.roles import Roles
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.tokens import Tokens
from plugins.auth.settings import AuthSettings

SECTION: Final = "auth.page.section"


def _users(desk: Desk, params: UsersParams, principal: Principal) -> None:
    from plugins.auth.pages.users import draw

    draw(desk, params, principal)


def _user(desk: Desk, params: UserParams, principal: Principal) -> None:
    from plugins.auth.pages.user import draw

    draw(desk, params, principal)


def _roles(roles: Roles, params: RolesParams, principal: Principal) -> None:
    from plugins.auth.pages.roles import draw

    draw(roles, params, principal)


def _sessions(sessions: Sessions, params: SessionsParams, principal: Principal) -> None:
    from plugins.auth.pages.sessions import draw

    draw(sessions, params, principal)


def _settings(
    own_account: OwnAccount, sessions: Sessions, tokens: Tokens, settings: AuthSettings, principal: Principal
) -> None:
    from plugins.auth.pages.settings import draw

    draw(own_account, sessions, tokens, settings, principal)


PAGES: Final = (
    Page(
        path="auth/users",
        title="auth.page.users.title",
        summary="auth.page.users.subtitle",
        render=_users,
        permission=USERS_READ,
        icon=":material/group:",
        section=SECTION,
        order=800,
    ),
    Page(
        path="auth/user",
        title="auth.page.user.title",
        render=_user,
        permission=USERS_READ,
        icon=":material/person:",
        section=SECTION,
        order=805,
        menu=False,
    ),
    Page(
        path="auth/roles",
        title="auth.page.roles.title",
        summary="auth.page.roles.subtitle",
        render=_roles,
        permission=USERS_READ,
        icon=":material/shield_person:",
        section=SECTION,
        order=810,
    ),
    Page(
        path="auth/sessions",
        title="auth.page.sessions.title",
        summary="auth.page.sessions.subtitle",
        render=_sessions,
        permission=SESSIONS_WRITE,
        icon=":material/devices:",
        section=SECTION,
        order=820,
    ),
    Page(
        path="settings",
        title="auth.page.settings.title",
        summary="auth.page.settings.subtitle",
        render=_settings,
        permission=SIGNED_IN,
        icon=":material/manage_accounts:",
        menu=False,
        account=True,
    ),
)


def pages() -> Sequence[Page]:
    """Return every page of the plugin."""
    return PAGES
