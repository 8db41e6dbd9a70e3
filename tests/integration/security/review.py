"""What was looked at by people and found right to be open; whatever is not listed here has to be closed."""

from typing import Final

ADMIN_ONLY: Final = {
    "admin.audit_restore": "writes to any table, past the services of the plugin that owns it",
    "auth.roles.write": "whoever writes roles can give themselves everything",
    "auth.sessions.write": "ends anybody's session",
    "auth.users.write": "whoever writes users can make themselves an administrator",
    "auth.view_as": "shows everything that anybody sees",
    "host.pii": "personal data of everybody",
}
"""Permissions that no role holds until an administrator gives them → why."""

PUBLIC_ROUTES: Final = {
    "/x/auth/sign-in": "where strangers begin",
    "/x/auth/code": "second step of sign-in; asks for the half-way session's cookie",
    "/x/auth/new-password": "third step of sign-in; asks for the half-way session's cookie",
    "/x/auth/sign-up": "closed unless an operator opens it",
    "/x/auth/sign-up/{token}": "takes a link that counts once",
    "/x/auth/setup/{token}": "takes a link that counts once",
    "/x/auth/reset/{token}": "takes a link that counts once",
    "/x/auth/enter/{token}": "takes a link that counts once; there on a developer's machine only",
    "/x/auth/sign-out": "ends the session of the cookie; also for who is out already",
    "/x/auth/pages.css": "how these pages look",
}
"""Routes that answer people who aren't signed in → why."""

OWNER_COMMANDS: Final = {
    "users break-glass": "the way back in when nobody may anything; audited, with a reason and an end",
    "users setup-link": "while there is no administrator who could hold a permission",
}
"""Commands that ask for no permission: only who owns this machine's installation may run them → why."""

OPEN_SERVICES: Final = {
    "warehouse.agreement.sample": "the health check runs it, for nobody; tells sums that don't agree",
    "warehouse.agreement.everything": "as the sample, for every article",
    "auth.api.let_in": "for another plugin's way of signing in, which has proven who comes; before sign-in",
    "auth.sign_in.proven": "for another plugin's way of signing in, which has proven who comes; before sign-in",
    "auth.demo.enter": "takes a link that was made for it, on this machine only",
    "auth.demo.link": "made by the start of `app run --as`, on this machine only",
    "auth.links.join": "takes a link that counts once, before sign-in",
    "auth.links.look": "takes a link that counts once, before sign-in",
    "auth.links.make_setup": "made by the first start, while there is no administrator",
    "auth.links.reset": "takes a link that counts once, before sign-in",
    "auth.links.set_up": "takes a link that counts once, before sign-in",
    "auth.own_account.events": "of whoever acts, nobody else's",
    "auth.own_account.me": "of whoever acts, nobody else's",
    "auth.own_account.rename": "of whoever acts, nobody else's",
    "auth.own_account.role_titles": "of whoever acts, nobody else's",
    "auth.second_factor.check": "part of sign-in; counted by the lockout there",
    "auth.second_factor.required": "part of sign-in",
    "auth.sessions.confirmed": "tells of a session whose random id one must know",
    "auth.sessions.half_way": "before sign-in; takes the session's token",
    "auth.sign_in.change_password": "asks for the old password, and counts the attempts",
    "auth.sign_in.code": "before sign-in; counts the attempts",
    "auth.sign_in.confirm": "asks for the password, and counts the attempts",
    "auth.sign_in.new_password": "before sign-in; takes a session in which a new password is due",
    "auth.sign_in.out": "ends the session whose random id one must know",
    "auth.sign_in.password": "before sign-in; counts the attempts",
    "auth.sign_up.join": "before sign-in; closed unless an operator opens it",
    "auth.tokens.resolve": "takes the token itself",
    "auth.tokens.revoke": "looks up whose token it is before it asks for that person's right",
    "auth.why.permissions": "names of permissions and their titles, no data",
}
"""Public methods of services that ask for no permission → why."""

OPEN_METHODS: Final = {
    "admin.Auditing.sees_personal": "tells of whoever acts what they may",
    "admin.Auditing.shows_personal": "tells of whoever acts what they may",
    "admin.Flagging.provider": "names the flag service of the settings, without its address",
}
"""Public methods of services that pages build themselves → why they ask for no permission."""

PARTS: Final = {
    "warehouse": {"export_notes": "notes what exports that have asked hand out"},
    "auth": {
        "accounts": "writes rows for services that have asked",
        "auth": "the capability itself: the host asks it who somebody is",
        "directory": "the capability itself: the host asks it who somebody is",
        "lockout": "counts attempts for sign-in",
        "password_check": "checks passwords for sign-in",
        "passwords": "hashes and compares, knows no row",
        "session_store": "keeps sessions for services that have asked",
        "telling": "waits and notes for services that have asked",
        "user_rows": "writes rows for services that have asked",
    },
}
"""Services that other services are made of, which no page, route or command is given → why they don't ask."""

PAGES_BESIDE_SERVICES: Final = {
    "admin/pages/audit.py": "builds Auditing for its reader",
    "admin/pages/database.py": "builds DatabaseWindow for its reader",
    "admin/pages/database_locks.py": "names the module `database`, not the database itself",
    "admin/pages/security.py": "builds the operators' view of security events for its reader",
}
"""Modules of pages that reach for the database or the host's services themselves → why."""

READ_ELSEWHERE: Final = {
    "unreadable script.permission": "stands in the entry of plugins.toml, from which the plugin declares it, too",
}
"""Permissions whose name the scan can't read → why they are declared all the same."""
