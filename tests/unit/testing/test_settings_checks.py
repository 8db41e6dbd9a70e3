"""The checks of settings models, on values that are hard to store."""

from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

from host.testing.conformance.settings import round_trip_faults, settings_faults


class Colour(Enum):
    RED = "red"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    names: frozenset[str] = frozenset({"a"})


class Sound(BaseModel):
    model_config = ConfigDict(extra="forbid")
    token: SecretStr = SecretStr("secret")
    colour: Colour = Colour.RED
    folder: Path = Path("var")
    nothing: int | None = None
    inner: Inner = Inner()
    weights: dict[str, float] = {"a": 0.5}


class Demanding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str


def test_secrets_enums_paths_and_nested_models_survive() -> None:
    assert settings_faults(Sound, {}) == []
    assert round_trip_faults(Sound, {}) == []


def test_a_required_setting_must_be_given_to_the_test() -> None:
    assert "url" in settings_faults(Demanding, {})[0]
    assert settings_faults(Demanding, {"url": "x"}) == []


def test_a_plugin_without_settings_has_no_faults() -> None:
    assert settings_faults(None, {}) == round_trip_faults(None, {}) == []
