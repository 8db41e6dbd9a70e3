"""Builds `AppConfig` out of its layers and explains where each value came from. Every fault is found in one go."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from host.config.checks import Settings, check
from host.config.faults import Fault
from host.config.fields import SECRETS_DIR, SettingField, setting_fields
from host.config.files import toml_layer
from host.config.layers import Layer, Leaf, Origin, origins
from host.config.masking import shown
from host.config.model import ENVIRONMENTS, AppConfig
from host.config.secret_key import KEY_FILE, keep_secret_key, kept_secret_key, new_secret_key
from host.config.variables import command_line_layer, dotenv_layer, dotenv_value, environment_layer, secret_layer
from host.errors import ConfigError
from host.resources import project_root

DEFAULT: Final = "default"
_SECRET: Final = ("security", "secret_key")
KeySource = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it may be shown."""

    name: str
    value: str
    """Secrets are masked."""
    layer: str
    """``default``, ``config/…``, ``.env``, ``environment``, ``secret files``, ``command line`` or ``generated``."""
    where: str
    """The exact place: ``config/dev.toml:3``, ``environment variable DEBUG``."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The settings, their origins, and what is wrong with them."""

    rows: tuple[Setting, ...]
    faults: tuple[Fault, ...]
    built: AppConfig
    """The settings that could be used; those with a fault have their default."""

    @property
    def config(self) -> AppConfig:
        """The configuration.

        Raises:
            ConfigError: there are faults; it carries all of them.
        """
        if self.faults:
            raise ConfigError([str(fault) for fault in self.faults], remedy="`app config check` repeats this list.")
        return self.built


def load_config(root: Path | None = None, *, cli: Mapping[str, Any] | None = None) -> AppConfig:
    """Build the configuration of this process; in dev it makes a signing key at the first call and keeps it.

    Args:
        root: the project folder; None takes `project_root`.
        cli: values of the command line by dotted name; None values are ignored.

    Raises:
        ConfigError: with every fault at once.
    """
    return _explain(root, cli, keep_secret_key).config


def explain_config(root: Path | None = None, *, cli: Mapping[str, Any] | None = None) -> Explained:
    """Return the configuration with the origin of each value; it writes nothing and raises nothing for bad values."""
    return _explain(root, cli, lambda data_dir: kept_secret_key(data_dir) or new_secret_key())


def _explain(root: Path | None, cli: Mapping[str, Any] | None, key_source: KeySource) -> Explained:
    folder = root.resolve() if root else project_root()
    layers = _layers(folder, cli or {})
    faults = [fault for layer in layers for fault in layer.faults]
    config, broken = _build(layers, faults)
    if config.env == "dev" and not config.security.secret_key.get_secret_value() and _SECRET not in broken:
        layers.insert(0, _generated(config.data_dir, key_source, faults))
        config, _ = _build([layer.without(broken) for layer in layers], faults)
    found = origins(layers)
    names = frozenset(".".join(path) for path in broken)
    faults += check(Settings(config, lambda name: _where(found, tuple(name.split("."))), names))
    return Explained(tuple(setting_rows(config, found)), tuple(faults), config)


def _layers(root: Path, cli: Mapping[str, Any]) -> list[Layer]:
    dotenv = root / ".env"
    secrets = os.environ.get(SECRETS_DIR) or dotenv_value(dotenv, SECRETS_DIR)
    texts = [
        dotenv_layer(dotenv),
        environment_layer(os.environ),
        secret_layer(root / secrets if secrets else None),
        command_line_layer(cli),
    ]
    project = Layer("project folder", {("root",): Leaf(root, "HOLDFAST_ROOT")})
    return [project, toml_layer(root, "base.toml"), *_environment_file(root, texts), *texts]


def _environment_file(root: Path, texts: Sequence[Layer]) -> list[Layer]:
    chosen = origins(texts).get(("env",))
    env = chosen.leaf.value if chosen else AppConfig.model_fields["env"].default
    return [toml_layer(root, f"{env}.toml")] if env in ENVIRONMENTS else []


def _generated(data_dir: Path, key_source: KeySource, faults: list[Fault]) -> Layer:
    where = str(data_dir / KEY_FILE)
    try:
        key = key_source(data_dir)
    except OSError as error:
        fix = "Make data_dir a folder that this user can write, or set SECRET_KEY."
        faults.append(Fault("CFG-DATA-DIR", f"cannot keep the signing key: {error}", where, fix, "data_dir"))
        return Layer("generated", {})
    return Layer("generated", {_SECRET: Leaf(SecretStr(key), where)})


def _build(layers: Sequence[Layer], faults: list[Fault]) -> tuple[AppConfig, frozenset[tuple[str, ...]]]:
    try:
        return AppConfig(_build_sources=(tuple(reversed(layers)), {})), frozenset()
    except ValidationError as error:
        found = origins(layers)
        wrong = {_path_of(item["loc"], found): item for item in error.errors()}
        faults += [_fault(path, found[path], item["msg"]) for path, item in wrong.items()]
        config, _ = _build([layer.without(wrong.keys()) for layer in layers], faults)
        return config, frozenset(wrong)


def _path_of(location: tuple[int | str, ...], found: Mapping[tuple[str, ...], Origin]) -> tuple[str, ...]:
    parts = tuple(str(part) for part in location)
    return next(parts[:length] for length in range(len(parts), 0, -1) if parts[:length] in found)


def _fault(path: tuple[str, ...], origin: Origin, message: str) -> Fault:
    field = _field(path)
    said = message.removeprefix("Value error, ").replace("Input should", "should")
    what = f"{'.'.join(path)} {said}, not {shown(field, origin.leaf.value)!r}"
    default = shown(field, field.default)
    fix = f"Correct it, or remove it for the default{f', {default}' if default and not field.is_mapping else ''}."
    return Fault("CFG-VALUE", what, origin.leaf.where, fix, ".".join(path))


def _field(path: tuple[str, ...]) -> SettingField:
    fields = setting_fields()
    return fields[".".join(path)] if ".".join(path) in fields else fields[".".join(path[:2])]


def _where(found: Mapping[tuple[str, ...], Origin], path: tuple[str, ...]) -> str:
    return found[path].leaf.where if path in found else DEFAULT


def setting_rows(config: AppConfig, found: Mapping[tuple[str, ...], Origin]) -> Iterator[Setting]:
    """Yield each setting of a configuration as it may be shown, with its origin where `found` knows one."""
    for field in setting_fields().values():
        value: Any = config
        for part in field.path:
            value = getattr(value, part)
        entries = {(*field.path, key): item for key, item in value.items()} if field.is_mapping else {field.path: value}
        for path, item in entries.items():
            layer = found[path].layer if path in found else DEFAULT
            yield Setting(".".join(path), shown(field, item), layer, _where(found, path))
