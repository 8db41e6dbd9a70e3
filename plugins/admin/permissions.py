"""The permissions of operators."""

from typing import Final

READ: Final = "admin.read"
MANAGE: Final = "admin.manage"
AUDIT: Final = "admin.audit"
AUDIT_RESTORE: Final = "admin.audit_restore"
DATABASE: Final = "admin.database"
FLAGS: Final = "admin.flags"
FLAGS_WRITE: Final = "admin.flags.write"
SECURITY: Final = "admin.security"
