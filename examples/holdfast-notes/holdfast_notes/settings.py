"""The settings, as operators write them under ``[plugins.notes.settings]`` in ``plugins.toml``."""

from pydantic import BaseModel, ConfigDict, Field


class NotesSettings(BaseModel):
    """What an operator may set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(default=20, ge=1, le=200)
    """Notes that the page shows at once."""
    capacity: int = Field(default=10_000, ge=1)
    """Notes from which on the health check warns; nothing is refused."""
