"""Every setting as a row: its name, variable, type, default and manual text, read off the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeGuard, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from host.config.model import AppConfig

PREFIX: Final = "APP_"
SECRETS_DIR: Final = "APP_SECRETS_DIR"
SHORT_NAMES: Final = {
    "env": "ENV",
    "debug": "DEBUG",
    "database.url": "DATABASE_URL",
    "database.pool_size": "DB_POOL_SIZE",
    "cache.ttl_s": "CACHE_TTL",
    "jobs.max_workers": "JOB_MAX_WORKERS",
    "security.secret_key": "SECRET_KEY",
    "security.session_timeout_s": "SESSION_TIMEOUT",
    "security.bcrypt_rounds": "BCRYPT_ROUNDS",
}

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting of the model."""

    path: Path
    annotation: Any
    default: Any
    text: str
    field: FieldInfo

    @property
    def name(self) -> str:
        """The dotted name: ``server.port``."""
        return ".".join(self.path)

    @property
    def long_variable(self) -> str:
        """The systematic variable: ``APP_SERVER__PORT``."""
        return PREFIX + "__".join(self.path).upper()

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that sets it, the preferred one first."""
        short = SHORT_NAMES.get(self.name)
        return (short, self.long_variable) if short else (self.long_variable,)

    @property
    def secret(self) -> bool:
        """Whether its value may never be shown."""
        return self.annotation is SecretStr

    @property
    def is_mapping(self) -> bool:
        """Whether it holds named entries, each with its own origin."""
        return get_origin(self.annotation) is dict

    @property
    def is_list(self) -> bool:
        """Whether it holds several values."""
        return get_origin(self.annotation) is tuple


@cache
def setting_fields() -> dict[str, SettingField]:
    """Return every setting by its dotted name, in the model's order."""
    return {field.name: field for field in _fields_of(AppConfig, ())}


@cache
def variable_fields() -> dict[str, SettingField]:
    """Return every setting by each of its variables."""
    return {variable: field for field in setting_fields().values() for variable in field.variables}


def section_texts() -> dict[str, str]:
    """Return the first line of each section's docstring, by section name; '' is the top level."""
    sections = {
        name: (info.annotation.__doc__ or "").strip()
        for name, info in AppConfig.model_fields.items()
        if _is_section(info.annotation)
    }
    return {"": "The app as a whole."} | sections


def _fields_of(model: type[BaseModel], above: Path) -> Iterator[SettingField]:
    for name, info in model.model_fields.items():
        if _is_section(info.annotation):
            yield from _fields_of(info.annotation, (*above, name))
        elif (*above, name) != ("root",):
            yield SettingField((*above, name), info.annotation, info.default, info.description or "", info)


def _is_section(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
