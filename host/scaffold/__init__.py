"""Writes new plugin packages: their names, their files. It owns the templates and registers nothing."""

from host.scaffold.names import Names
from host.scaffold.write import write_package

__all__ = ["Names", "write_package"]
