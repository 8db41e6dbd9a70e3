"""Faults of settings and manifests name the field; what was written is shown only where it is one plain value."""

import pytest
from pydantic import BaseModel, ConfigDict, model_validator

from host.errors import PluginError
from host.kernel.load import validate_settings


class Settings(BaseModel):
    """Settings that fit together or not."""

    model_config = ConfigDict(extra="forbid")

    user: str = ""
    password: str = ""
    limit: int = 3

    @model_validator(mode="after")
    def _fits(self) -> "Settings":
        if self.password and not self.user:
            raise ValueError("a password needs a user")
        return self


def test_a_plain_value_is_shown() -> None:
    with pytest.raises(PluginError, match=r"limit: Input should be a valid integer.*, got 'many'"):
        validate_settings(Settings, {"limit": "many"})


def test_a_whole_table_is_not_shown_since_it_may_hold_secrets() -> None:
    with pytest.raises(PluginError, match="a password needs a user") as wrong:
        validate_settings(Settings, {"password": "s3cret"})
    assert "s3cret" not in wrong.value.message


def test_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(PluginError, match="limt: Extra inputs") as wrong:
        validate_settings(Settings, {"limt": 4, "colour": "red"})
    assert wrong.value.remedy == "Mend its settings in plugins.toml. Is limt meant to be limit?"
