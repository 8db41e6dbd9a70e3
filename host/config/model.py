"""`AppConfig`: every setting of the host as one frozen value. Where values come from is the layers' business."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from host.config.sections import (
    CacheConfig,
    DatabaseConfig,
    DetectionConfig,
    FlagsConfig,
    JobsConfig,
    LogsConfig,
    SecurityConfig,
    ServerConfig,
    SettingPath,
)
from host.resources import project_root

ENVIRONMENTS: Final = ("dev", "stage", "prod")


class AppConfig(BaseSettings):
    """The settings of one process. Built by `load_config`; built directly it reads no file and no variable."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    env: Literal["dev", "stage", "prod"] = "dev"
    """Kind of installation; chooses `config/<env>.toml`. Not to be set in a file of `config/`."""
    debug: bool = False
    """Show technical details of errors in the browser. Refused in production."""
    mode: Literal["offline", "online"] = "online"
    """`offline`: the host opens no connection to other machines but the configured database."""
    theme: Literal["auto", "light", "dark"] = "auto"
    """Colours of the app until a user chooses; `auto` follows the device."""
    compute: Literal["fast", "accurate"] = "accurate"
    """Which variant of a registered computation runs: a quick estimate or the full result."""
    language: Literal["auto", "en", "de"] = "auto"
    """Language of the app until a user chooses; `auto` follows the browser."""
    title: str = Field("Holdfast", min_length=1)
    """Name of the app, in the menu and the browser's tab."""
    data_dir: SettingPath = Path("var")
    """Folder for everything the app writes; a relative one lies in the project folder."""
    root: SettingPath = Field(default_factory=project_root)
    """The project folder. Given by `HOLDFAST_ROOT` or the current folder, never by a layer."""
    server: ServerConfig = ServerConfig()
    database: DatabaseConfig = DatabaseConfig()
    logs: LogsConfig = LogsConfig()
    security: SecurityConfig = SecurityConfig()
    detection: DetectionConfig = DetectionConfig()
    flags: FlagsConfig = FlagsConfig()
    cache: CacheConfig = CacheConfig()
    jobs: JobsConfig = JobsConfig()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the arguments only: `load_config` hands over the layers itself."""
        return (init_settings,)

    @model_validator(mode="after")
    def _make_paths_absolute(self) -> Self:
        data_dir = self.root.absolute() / self.data_dir.expanduser()
        paths = {
            "data_dir": data_dir,
            "logs": self.logs.model_copy(update={"folder": data_dir / self.logs.folder.expanduser()}),
        }
        self.__dict__.update(paths)
        return self
