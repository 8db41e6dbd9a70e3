"""Settings, version 2: version 1 called the limit `maximum`."""

from pydantic import BaseModel, ConfigDict


class FrozenSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = 3


def from_one(values):
    return {"limit": values["maximum"]}
