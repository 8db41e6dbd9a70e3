"""The manifest: what a plugin says about itself in `plugin.toml`, read without importing its code."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic import ValidationError as PydanticError

from host.errors import PluginError

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
FILE_NAME = "plugin.toml"
_TABLES = (dict, list, BaseModel)
"""What is never shown back: a table of settings may hold secrets."""
HOST_TABLES = ("host_", "alembic_")


class Manifest(BaseModel):
    """The ``[plugin]`` table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    """Host API range the plugin was built for, as a version specifier: ``">=1.0,<2"``."""
    requires: tuple[Identifier, ...] = ()
    """Plugins that must be active."""
    after: tuple[Identifier, ...] = ()
    """Plugins that start first where they are present; only order."""
    needs: tuple[Identifier, ...] = ()
    """Capabilities that must have a provider."""
    uses: tuple[Identifier, ...] = ()
    """Capabilities used where they have a provider."""
    provides: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    """Capability → provider names, as written under ``[choose]``."""
    commands: dict[str, str] = Field(default_factory=dict)
    """Command group → its help line, so that ``app --help`` imports no plugin."""
    tables: Identifier | None = None
    """Prefix of the tables the plugin owns, with the trailing underscore."""
    settings: int = Field(default=1, ge=1)
    """Version of the settings' schema."""

    @field_validator("host")
    @classmethod
    def _is_a_range(cls, value: str) -> str:
        try:
            SpecifierSet(value)
        except InvalidSpecifier as error:
            raise ValueError(f"{value!r} is no version range; write for example '>=1.0,<2'") from error
        return value

    @model_validator(mode="after")
    def _prefix_is_its_own(self) -> Self:
        if self.tables is not None and not self.tables.endswith("_"):
            raise ValueError(f"tables = {self.tables!r}: end the prefix with an underscore")
        if self.tables is not None and self.tables.startswith(HOST_TABLES):
            raise ValueError(f"tables = {self.tables!r}: tables of the host begin so; take another prefix")
        return self

    def fits(self, host_api: str) -> bool:
        """Tell whether the plugin was built for `host_api`."""
        return SpecifierSet(self.host).contains(host_api)


def read_manifest(path: Path) -> Manifest:
    """Parse the manifest at `path`.

    Raises:
        PluginError: the file is no TOML, has no ``[plugin]`` table, or fields that are wrong or unknown.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PluginError(f"{FILE_NAME} can't be read: {error.strerror}", remedy=f"Mend {path}.") from error
    except (ValueError, RecursionError) as error:
        raise PluginError(f"{FILE_NAME} is not valid TOML: {error}", remedy=f"Mend {path}.") from error
    if set(document) != {"plugin"} or not isinstance(document["plugin"], dict):
        raise PluginError(f"{FILE_NAME} must hold exactly one table, [plugin]", remedy=f"Mend {path}.")
    return _validated(document["plugin"], path)


def _validated(table: dict[str, Any], path: Path) -> Manifest:
    try:
        return Manifest.model_validate(table)
    except PydanticError as error:
        raise PluginError(f"{FILE_NAME}: {every_fault(error)}", remedy=f"Mend {path}.") from error


def every_fault(error: PydanticError) -> str:
    """Return every fault of a pydantic error with `; ` between them: ``field: what, got value; …``."""
    return "; ".join(faults_of(error))


def faults_of(error: PydanticError) -> list[str]:
    """Return each fault of a pydantic error: ``field: what, got value``."""
    return [_fault(each["loc"], each["msg"], each["type"], each["input"]) for each in error.errors(include_url=False)]


def _fault(place: tuple[int | str, ...], message: str, kind: str, value: Any) -> str:
    field = ".".join(str(part) for part in place) or "value"
    hidden = kind == "missing" or isinstance(value, _TABLES)
    return f"{field}: {message}" if hidden else f"{field}: {message}, got {value!r:.60}"
