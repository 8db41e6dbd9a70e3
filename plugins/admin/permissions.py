"""The two permissions of operators."""

from typing import Final

READ: Final = "admin.read"
MANAGE: Final = "admin.manage"
