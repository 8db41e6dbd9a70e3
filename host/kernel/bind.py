"""Binds a function's parameters to services by name: pages, commands and page classes get what they ask for."""

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from host.errors import PluginError
from host.kernel.services import PluginServices

_BY_NAME: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a function or of a class's constructor, annotations evaluated."""
    try:
        return inspect.signature(function, eval_str=True).parameters
    except NameError:
        return inspect.signature(function).parameters


def unknown_parameters(function: Callable[..., Any], services: PluginServices, also: Collection[str] = ()) -> list[str]:
    """Return required parameters that neither a service nor `also` can fill."""
    return [
        name
        for name, parameter in parameters(function).items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        and not (parameter.kind in _BY_NAME and (name in services or name in also))
    ]


def refuse_async(what: str, function: Callable[..., Any]) -> None:
    """Refuse a coroutine function: pages and commands run in a thread, where nobody would await it.

    Raises:
        PluginError: naming what is async.
    """
    if inspect.iscoroutinefunction(function):
        raise PluginError(f"{what} is async, and nobody would await it", remedy="Write it as a plain function.")


def bind(function: Callable[..., Any], services: PluginServices, **extra: Any) -> Callable[..., Any]:
    """Return `function` with every parameter filled that names a service or stands in `extra`.

    The remaining parameters stay in the result's signature, so that Typer makes options of them.

    Raises:
        PluginError: from the call, when a service can't be had.
    """
    wanted = parameters(function)
    taken = [name for name, each in wanted.items() if each.kind in _BY_NAME and (name in extra or name in services)]

    @functools.wraps(function)
    def bound(*args: Any, **kwargs: Any) -> Any:
        filled = {name: extra[name] if name in extra else getattr(services, name) for name in taken}
        return function(*args, **{**filled, **kwargs})

    rest = [parameter for name, parameter in wanted.items() if name not in taken]
    bound.__signature__ = inspect.Signature(rest)  # type: ignore[attr-defined]
    # Typer evaluates every annotation it sees; a service's type may be imported for type checkers only.
    bound.__annotations__ = {parameter.name: parameter.annotation for parameter in rest}
    return bound


def require_bindable(what: str, function: Callable[..., Any], services: PluginServices, also: Collection[str]) -> None:
    """Refuse a function that asks for something nobody has.

    Raises:
        PluginError: naming the parameter and what there is.
    """
    unknown = unknown_parameters(function, services, also)
    if unknown:
        have = ", ".join(sorted({*services.names(), *also})) or "none"
        raise PluginError(f"{what} asks for {', '.join(unknown)}, which no service is named; there are: {have}")
