"""Another flag service in our place: the provider that the setting ``flags.provider`` names."""

from importlib import import_module
from typing import Any, Final

from host.errors import ConfigError
from host.logs import get_logger, report_error

SETTING: Final = "flags.provider"
_METHODS: Final = ("attach", "get_metadata", "get_provider_hooks", "resolve_boolean_details", "resolve_string_details")
_log = get_logger(__name__)


def factory_of(reference: str) -> Any:
    """Return what ``module:factory`` names.

    Raises:
        ConfigError: there is no such module, or nothing in it that can be called.
    """
    module, _, name = reference.partition(":")
    try:
        factory = getattr(import_module(module), name)
    except Exception as error:
        raise ConfigError(
            [f"{SETTING} = {reference!r}: {type(error).__name__}: {error}"],
            remedy="Install the package of the flag service, or unset the setting.",
        ) from error
    if not callable(factory):
        raise ConfigError([f"{SETTING} = {reference!r} can't be called; name a function that makes the provider"])
    return factory


def made(factory: Any) -> Any:
    """Return the provider that `factory` makes, ``None`` after a fault, which is logged: the start goes on."""
    try:
        provider = factory()
    except (Exception, SystemExit) as error:
        report_error(_log, error, setting=SETTING)
        return None
    missing = [name for name in _METHODS if not callable(getattr(provider, name, None))]
    if missing:
        _log.error("the flag service is no OpenFeature provider", setting=SETTING, lacks=missing)
        return None
    return provider
