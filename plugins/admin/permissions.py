"""The permissions of operators, and who holds them unless an administrator decides otherwise."""

from typing import Final

from host import Permission

READ: Final = "admin.read"
MANAGE: Final = "admin.manage"
AUDIT: Final = "admin.audit"
AUDIT_RESTORE: Final = "admin.audit_restore"
DATABASE: Final = "admin.database"
FLAGS: Final = "admin.flags"
FLAGS_WRITE: Final = "admin.flags.write"
SECURITY: Final = "admin.security"

_TITLES: Final = {
    READ: "read",
    MANAGE: "manage",
    AUDIT: "audit",
    AUDIT_RESTORE: "restore",
    DATABASE: "database",
    FLAGS: "flags",
    FLAGS_WRITE: "flags_write",
    SECURITY: "security",
}
_ADMIN_ONLY: Final = frozenset({AUDIT_RESTORE})
"""Restoring writes to any table, past the services of the plugin that owns it."""


def declared() -> list[Permission]:
    """Return every permission of the plugin."""
    return [
        Permission(
            name=name,
            title=f"admin.may.{title}",
            roles=frozenset() if name in _ADMIN_ONLY else frozenset({"operator"}),
        )
        for name, title in _TITLES.items()
    ]
