"""Services by parameter name: what is filled, what stays an option, what is refused."""

import functools
import inspect
from typing import Any

import pytest
from dependency_injector import containers, providers

from host.contributions import Plugin
from host.errors import PluginError
from host.kernel.assemble import assemble
from host.kernel.bind import bind, require_bindable
from host.kernel.graph import refuse_cycles
from host.kernel.services import PluginServices


class Shelf:
    """A service."""


class Box(containers.DeclarativeContainer):
    """One service, one slot, one thing made afresh."""

    clock = providers.Dependency()
    shelf = providers.ThreadSafeSingleton(Shelf)
    ticket = providers.Factory(object)


@pytest.fixture
def services() -> PluginServices:
    """Assembled services."""
    return PluginServices(assemble(Plugin(services=Box), {"clock": lambda: "noon"}))


def test_fills_services_and_extras_and_leaves_the_rest_in_the_signature(services: PluginServices) -> None:
    def run(shelf: Shelf, clock: str, params: int, file: str, loud: bool = False) -> tuple[object, ...]:
        return shelf, clock, params, file, loud

    bound = bind(run, services, params=7)

    assert list(inspect.signature(bound).parameters) == ["file", "loud"]
    shelf, *rest = bound(file="a.csv", loud=True)
    assert isinstance(shelf, Shelf)
    assert rest == ["noon", 7, "a.csv", True]


def test_services_are_one_and_factories_are_many(services: PluginServices) -> None:
    assert services.shelf is services.shelf
    assert services.ticket is not services.ticket


def test_unknown_service_names_those_there_are(services: PluginServices) -> None:
    with pytest.raises(AttributeError, match=r"no service 'shelv'; there are: clock, shelf, ticket"):
        _ = services.shelv


def test_refuses_a_parameter_nobody_fills_unless_it_has_a_default(services: PluginServices) -> None:
    require_bindable("page 'x'", lambda shelf, params, more=3: None, services, ["params"])
    with pytest.raises(PluginError, match=r"page 'x' asks for shelv, which no service is named"):
        require_bindable("page 'x'", lambda shelv: None, services, ["params"])


def test_service_that_cannot_be_built_is_named() -> None:
    def broken() -> None:
        raise ValueError("no key")

    class Broken(containers.DeclarativeContainer):
        vault = providers.ThreadSafeSingleton(broken)

    with pytest.raises(PluginError, match=r"service 'vault' can't be built: ValueError: no key"):
        PluginServices(assemble(Plugin(services=Broken), {})).build()


def test_cycle_through_an_overridden_slot_is_found() -> None:
    class Loop(containers.DeclarativeContainer):
        first = providers.Dependency()
        second = providers.ThreadSafeSingleton(list, first)
        first.override(second)

    with pytest.raises(PluginError, match="provider cycle: "):
        refuse_cycles(Loop())


def test_a_shared_part_is_no_cycle() -> None:
    class Diamond(containers.DeclarativeContainer):
        base = providers.ThreadSafeSingleton(list)
        left = providers.ThreadSafeSingleton(list, base)
        right = providers.ThreadSafeSingleton(list, base)
        top = providers.ThreadSafeSingleton(dict, left=left, right=right)

    refuse_cycles(Diamond())


def test_positional_only_parameters_are_never_taken_for_services(services: PluginServices) -> None:
    def run(shelf: Shelf, clock: str, /, params: int) -> None: ...

    with pytest.raises(PluginError, match=r"page 'x' asks for shelf, clock"):
        require_bindable("page 'x'", run, services, ["params"])
    assert list(inspect.signature(bind(run, services, params=7)).parameters) == ["shelf", "clock"]


class Callables:
    """The other things that can be called."""

    def method(self, shelf: Shelf, params: int) -> tuple[object, int]:
        return shelf, params

    def __call__(self, shelf: Shelf, params: int) -> tuple[object, int]:
        return shelf, params


def _decorated(function: Any) -> Any:
    @functools.wraps(function)
    def around(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return around


@pytest.mark.parametrize(
    "function",
    [
        Callables(),
        Callables().method,
        functools.partial(Callables().method),
        _decorated(Callables().method),
        lambda shelf, *, params: (shelf, params),
    ],
    ids=["instance", "method", "partial", "wrapped", "keyword-only"],
)
def test_whatever_can_be_called_is_bound(function: Any, services: PluginServices) -> None:
    require_bindable("page 'x'", function, services, ["params"])
    assert bind(function, services, params=7)() == (services.shelf, 7)
