"""Nothing of the built-in plugins is open by oversight: whatever somebody adds is closed, or stands in the review."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints
from unittest.mock import MagicMock

import pytest
from pydantic import BaseModel

from host import SIGNED_IN, PermissionDeniedError, Principal
from host.contracts.principal import EVERY_PERMISSION
from host.kernel.application import Application
from host.testing import HostApp
from host.testing.plugin import HostAppFactory
from tests.attacks import attack
from tests.environments import CHECKOUT
from tests.integration.security import review
from tests.integration.security.asked import asked_names, modules, names_in

PLUGINS = sorted(path.parent.name for path in (CHECKOUT / "plugins").glob("*/plugin.toml"))
EXAMPLES: dict[Any, Any] = {str: "x", int: 1, bool: True, Decimal: Decimal(1), date: date(2030, 1, 1)}
NOBODY = Principal("nobody", "Nobody")
SCRIPT = "import streamlit as st\nst.title('Hello')\n"


@pytest.fixture
def app(make_host_app: HostAppFactory, tmp_path: Path) -> HostApp:
    """The app with every built-in plugin; one script asks for a permission, one doesn't."""
    script = tmp_path / "hello.py"
    script.write_text(SCRIPT)
    (tmp_path / "money.py").write_text(SCRIPT)
    entries = [{"file": str(script)}, {"file": str(tmp_path / "money.py"), "permission": "scripts.money"}]
    return make_host_app(PLUGINS, settings={"scripts": {"pages": entries}})


def test_every_page_names_a_permission(app: HostApp) -> None:
    known = _declared(app.application) | {SIGNED_IN}
    bare = {path: owned.value.permission for path, owned in app.application.pages.items()}
    assert len(bare) > 15
    assert {path: asked for path, asked in bare.items() if asked not in known} == {}


@attack("every page by somebody who may nothing", "none runs")
def test_a_stranger_runs_no_page(app: HostApp) -> None:
    for path, owned in app.application.pages.items():
        if owned.value.permission == SIGNED_IN:
            continue
        page = app.call(path, principal=NOBODY)
        assert "Not open to you" in page.texts, path


@attack("a route without a permission", "a test names it: closed by default")
def test_every_route_asks_for_a_permission_or_was_looked_at(app: HostApp) -> None:
    routes = {f"/x/{owned.plugin}{owned.value.path}": owned.value for owned in app.application.routes}
    known = _declared(app.application) | {SIGNED_IN}
    assert {path for path, route in routes.items() if route.public} == set(review.PUBLIC_ROUTES)
    assert {path for path, route in routes.items() if route.permission not in known} == set()


@attack("every route by somebody who may nothing", "none answers")
def test_a_stranger_gets_no_route(app: HostApp) -> None:
    client = app.client(NOBODY)
    for owned in app.application.routes:
        if not owned.value.public and owned.value.permission != SIGNED_IN:
            path = f"/x/{owned.plugin}{owned.value.path}"
            assert client.request(owned.value.methods[0], path).status_code == 403, path


def test_every_command_asks_for_a_permission_or_is_the_owners(app: HostApp) -> None:
    commands = {f"{owned.value.group} {owned.value.name}": owned.value for owned in app.application.commands}
    assert commands
    assert {name for name, command in commands.items() if command.permission is None} == set(review.OWNER_COMMANDS)


def test_every_permission_has_holders_or_is_the_administrators(app: HostApp) -> None:
    without = {owned.value.name for owned in app.application.permissions if not owned.value.roles}
    assert without - {"scripts.money"} == set(review.ADMIN_ONLY)


def test_defaults_name_built_in_roles_only(app: HostApp) -> None:
    named = {role for owned in app.application.permissions for role in owned.value.roles}
    assert named == {"viewer", "editor", "operator"}


@attack("every method of every service by somebody who may nothing", "each refuses")
def test_every_service_refuses_who_may_nothing(app: HostApp) -> None:
    open_ = {}
    with app.context(NOBODY):
        for name, method in _service_methods(app):
            found = _tried(method)
            if found:
                open_[name] = found
    assert {name: found for name, found in open_.items() if name not in review.OPEN_SERVICES} == {}
    assert set(review.OPEN_SERVICES) - set(open_) == set(), "no longer open: take it off the review"


def test_parts_of_services_are_given_to_no_page_and_no_command(app: HostApp) -> None:
    owned = [*app.application.pages.values(), *app.application.commands]
    for each in owned:
        function = getattr(each.value, "render", None) or each.value.run
        given = set(inspect.signature(function).parameters)
        assert given & set(review.PARTS.get(each.plugin, ())) == set(), each.value


def test_services_that_pages_build_check_in_every_method(app: HostApp) -> None:
    for plugin in PLUGINS:
        services = app.services(plugin)
        called = {type(getattr(services, name)).__name__ for name in services.names()}
        for path, tree in _trees(plugin):
            classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name not in called]
            for node in classes if "pages" not in path.parts else ():
                if _asks(node):
                    _check_class(plugin, node)


def test_pages_go_through_services(app: HostApp) -> None:
    found = set()
    for plugin in PLUGINS:
        for path, tree in _trees(plugin):
            if {"pages", "pages.py"} & set(path.parts) and _reaches_past_services(tree):
                found.add(str(path.relative_to(CHECKOUT / "plugins")))
    assert found == set(review.PAGES_BESIDE_SERVICES)


def test_every_permission_that_is_asked_for_is_declared(app: HostApp) -> None:
    known = _declared(app.application) | {SIGNED_IN, EVERY_PERMISSION} | set(review.READ_ELSEWHERE)
    asked = [each for plugin in PLUGINS for each in asked_names(plugin)]
    assert len(asked) > 50
    assert [f"{name!r} in {place}" for name, place in asked if name not in known] == []


def test_the_scan_reads_every_module() -> None:
    assert all(isinstance(module, ModuleType) for plugin in PLUGINS for _, module in modules(plugin))


def _declared(application: Application) -> set[str]:
    return application.registry.permission_names()


def _service_methods(app: HostApp) -> Iterator[tuple[str, Any]]:
    for plugin in PLUGINS:
        services = app.services(plugin)
        for name in sorted(set(services.names()) - set(review.PARTS.get(plugin, ()))):
            service = getattr(services, name)
            if isinstance(service, BaseModel) or not type(service).__module__.startswith(f"plugins.{plugin}"):
                continue
            for method, value in inspect.getmembers(type(service), inspect.isfunction):
                if not method.startswith("_"):
                    yield f"{plugin}.{name}.{method}", value.__get__(service)


def _tried(method: Any) -> str:
    """Return how a call ended, empty where it was refused."""
    kinds = get_type_hints(method)
    given = {
        each.name: EXAMPLES.get(kinds.get(each.name), MagicMock())
        for each in inspect.signature(method).parameters.values()
        if each.default is each.empty and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }
    try:
        answer = method(**given)
        if inspect.isgenerator(answer):
            next(answer, None)
    except PermissionDeniedError:
        return ""
    except Exception as error:
        return f"did something before it asked: {type(error).__name__}: {error}"[:300]
    return "answered"


def _trees(plugin: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((CHECKOUT / "plugins" / plugin).rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def _asks(node: ast.AST) -> bool:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(isinstance(called, ast.Name) and called.id == "authorize" for called in calls)


def _check_class(plugin: str, node: ast.ClassDef) -> None:
    methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
    asking = {name for name, body in methods.items() if _asks(body)}
    for _ in methods:
        asking |= {name for name, body in methods.items() if _own_calls(body) & asking}
    public = {name for name in methods if not name.startswith("_")}
    reviewed = {name for name in public if f"{plugin}.{node.name}.{name}" in review.OPEN_METHODS}
    assert public - asking - reviewed == set(), f"plugins.{plugin}: {node.name}"


def _own_calls(node: ast.AST) -> set[str]:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {
        called.attr
        for called in calls
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "self"
    }


def _reaches_past_services(tree: ast.Module) -> bool:
    names = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}
    names |= {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    return bool(names & {"get_conn", "run_tx", "database", "host"})


HOLE = """
class Doors:
    def closed(self): authorize("a.b")
    def through(self): return self.closed()
    def _own(self): ...
    def open(self): return 1
"""


def test_a_planted_hole_is_found() -> None:
    doors = ast.parse(HOLE).body[0]
    assert isinstance(doors, ast.ClassDef)
    with pytest.raises(AssertionError, match="open"):
        _check_class("planted", doors)
    assert _tried(lambda: 1) == "answered"
    assert "before it asked" in _tried(lambda: 1 // 0)
    assert _reaches_past_services(ast.parse("current().application.host.database()"))


def test_planted_names_are_read() -> None:
    source = (
        'authorize("a.b"); x.may(READ); action(f, permission="c.d"); Page(permission=READ or "e.f"); permitted(n())'
    )
    module = ModuleType("planted")
    module.READ = "read.it"  # type: ignore[attr-defined]
    found = {name for name, _ in names_in(source, module, "planted.py")}
    assert found == {"a.b", "read.it", "c.d", "e.f", "unreadable n()"}
