"""Every kind of bad plugin there is a defence for, with the line that names it; the manual's table is made of this."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

Files = Mapping[str, str]
Distributions = Mapping[str, Mapping[str, Files]]

GOOD: Files = {
    "plugin.py": """
        from host import Page, Plugin, hookimpl

        def hello() -> None:
            import streamlit as st
            st.write("good plugin is here")

        class Hooks:
            @hookimpl
            def pages(self):
                return [Page(path="good/hello", title="Good", render=hello)]

        plugin = Plugin(hooks=Hooks)
    """
}


@dataclass(frozen=True)
class Bad:
    """One kind.

    Args:
        plugins: id → files of the plugins beside the good one, in the distribution ``acme-<id>``.
        stage: where the plugin named `culprit` goes out.
        says: part of the one line that names it.
        config: text added to ``plugins.toml``.
        others: further distributions.
        also_out: plugins that go out with it → part of their line.
    """

    kind: str
    plugins: Mapping[str, Files]
    stage: str
    says: str
    culprit: str = "bad"
    state: str = "failed"
    config: str = ""
    others: Distributions = field(default_factory=dict)
    also_out: Mapping[str, str] = field(default_factory=dict)


def _code(text: str) -> Files:
    return {"plugin.py": textwrap.dedent(text)}


def _hooks(body: str, services: str = "None") -> Files:
    head = "from dependency_injector import containers, providers\n"
    head += "from host import Catalogue, Command, Event, HealthCheck, Page, Permission, Plugin, Route, hookimpl\n"
    head += "import time\n"
    text = textwrap.dedent(body)
    return {"plugin.py": f"{head}\n{text}\n\nplugin = Plugin(hooks=Hooks, services={services})\n"}


def _manifest(text: str) -> Files:
    return {"plugin.toml": f'[plugin]\nhost = ">=1.0,<2"\n{text}\n'}


def _answers(hook: str, result: str, parameter: str = "") -> Files:
    signature = f"{hook}(self, {parameter})" if parameter else f"{hook}(self)"
    return _hooks(f"class Hooks:\n    @hookimpl\n    def {signature}: return {result}")


def _page(fields: str, define: str = "def", parameters: str = "") -> Files:
    return _hooks(
        f"{define} show({parameters}): ...\nclass Hooks:\n    @hookimpl\n    def pages(self): return [Page({fields})]"
    )


_SETTINGS = """
    from pydantic import BaseModel, ConfigDict
    from host import Plugin

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        limit: int = 3

    plugin = Plugin(settings=Settings)
"""
_NO_EXCEPTION = """
    class Interrupted(BaseException): ...
    raise Interrupted("by hand")
"""
_MUTE = """
    class Mute(Exception):
        def __str__(self): raise KeyError("text")
    raise Mute
"""
_HALF = """
    from host.errors import HostError

    class Half(HostError):
        def __init__(self): ...

    class Hooks:
        @hookimpl
        def pages(self): raise Half
"""
_LINES = """
    def build():
        raise ValueError("a\\nb")

    class Services(containers.DeclarativeContainer):
        shelf = providers.ThreadSafeSingleton(build)

    class Hooks: ...
"""
_SLOT = """
    class Services(containers.DeclarativeContainer):
        database = providers.Dependency()
        databse = providers.Dependency()

    class Hooks: ...
"""
_CYCLE = """
    class Part:
        def __init__(self, other): ...

    class Services(containers.DeclarativeContainer):
        first = providers.ThreadSafeSingleton(Part)
        second = providers.ThreadSafeSingleton(Part, first)
        first.add_args(second)

    class Hooks: ...
"""
_RESOURCE = """
    class Services(containers.DeclarativeContainer):
        line = providers.Resource(open, "/dev/null")

    class Hooks: ...
"""
_GROUP: Files = {
    **_manifest('commands = { tea = "Tea" }'),
    **_answers("commands", "[Command(group='tea', name='brew', run=lambda: None)]"),
}
_START = """
    class Hooks:
        @hookimpl
        def lifespan(self, services):
            raise RuntimeError("no licence")
            yield
"""
_STOP = """
    class Hooks:
        @hookimpl
        def lifespan(self, services):
            yield
            raise RuntimeError("can't let go")
"""
_RENDER = """
    def broken():
        raise RuntimeError("render raises")

    class Hooks:
        @hookimpl
        def pages(self):
            return [Page(path="bad/page", title="Bad", render=broken)]
"""
_HANGS = """
    class Hooks:
        @hookimpl
        def health_checks(self, services):
            return [HealthCheck(name="hangs", check=lambda: time.sleep(3), timeout_s=0.2)]
"""
_HANDLER = """
    class Hooks:
        @hookimpl
        def event_handlers(self, services):
            def handle(event):
                raise RuntimeError("handler raises")
            return {Event: handle}
"""

NOT_STARTED = (
    Bad("import error", {"bad": _code("import no_such_module_anywhere")}, "load", "No module named"),
    Bad("exits at import", {"bad": _code("import sys; sys.exit(3)")}, "load", "SystemExit: 3"),
    Bad("raises what is no Exception", {"bad": _code(_NO_EXCEPTION)}, "load", "import failed: Interrupted: by hand"),
    Bad("error that can't be rendered", {"bad": _code(_MUTE)}, "load", "Mute: (its text can't be had: KeyError)"),
    Bad("error of many lines", {"bad": _code("raise OSError('a\\nb ' * 100_000)")}, "load", "OSError: a b a b"),
    Bad("error without the base's fields", {"bad": _hooks(_HALF)}, "freeze", "Half"),
    Bad(
        "service's error of many lines",
        {"bad": _hooks(_LINES, "Services")},
        "start",
        "'shelf' can't be built: ValueError: a b",
    ),
    Bad("no Plugin behind the entry point", {"bad": _code("plugin = object()")}, "load", "not a Plugin"),
    Bad(
        "bad settings",
        {"bad": _code(_SETTINGS)},
        "settings",
        "settings: limit: Input should be a valid integer",
        config='[plugins.bad.settings]\nlimit = "many"\n',
    ),
    Bad(
        "unknown hook",
        {"bad": _hooks("class Hooks:\n    @hookimpl\n    def pagess(self): return []")},
        "load",
        "unknown hook 'pagess'",
    ),
    Bad(
        "wrong hook arguments",
        {"bad": _hooks("class Hooks:\n    @hookimpl\n    def pages(self, colour): return []")},
        "load",
        "Argument(s) {'colour'} are declared in the hookimpl but can not be found in the hookspec",
    ),
    Bad(
        "wrong hook result",
        {"bad": _hooks("class Hooks:\n    @hookimpl\n    def pages(self): return ['page']")},
        "freeze",
        "hook pages returned a str, expected Page",
    ),
    Bad("no manifest", {"bad": {"plugin.toml": ""}}, "plan", "no manifest"),
    Bad("manifest is no TOML", {"bad": {"plugin.toml": "[plugin\n"}}, "plan", "not valid TOML"),
    Bad("manifest nested too deep", {"bad": {"plugin.toml": "a = " + "[" * 9999}}, "plan", "not valid TOML"),
    Bad("table prefix of the host", {"bad": _manifest('tables = "host_"')}, "plan", "tables of the host begin so"),
    Bad(
        "id with a meaning of the host's",
        {"settings": {}},
        "plan",
        "the id 'settings' has a meaning of the host's own",
        culprit="settings",
    ),
    Bad("id that is no name", {"Bad-Id": {}}, "plan", "'Bad-Id' is no plugin id", culprit="Bad-Id"),
    Bad("requires itself", {"bad": _manifest('requires = ["bad"]')}, "plan", "cycle: bad → bad"),
    Bad("unknown field in the manifest", {"bad": _manifest('needz = ["jobs"]')}, "plan", "needz"),
    Bad("wrong API range", {"bad": {"plugin.toml": '[plugin]\nhost = ">=2.0"\n'}}, "plan", "needs host API >=2.0"),
    Bad("missing need", {"bad": _manifest('requires = ["absent"]')}, "plan", "requires absent (not installed)"),
    Bad("missing capability", {"bad": _manifest('needs = ["jobs"]')}, "plan", "needs jobs: no active plugin"),
    Bad(
        "need that failed",
        {"bad": _code("1/0"), "needsbad": _manifest('requires = ["bad"]')},
        "requires",
        "requires bad (failed)",
        culprit="needsbad",
        also_out={"bad": "ZeroDivisionError"},
    ),
    Bad(
        "requirement cycle",
        {"bad": _manifest('requires = ["worse"]'), "worse": _manifest('requires = ["bad"]')},
        "plan",
        "cycle: bad → worse → bad",
        also_out={"worse": "cycle: bad → worse → bad"},
    ),
    Bad("provider cycle", {"bad": _hooks(_CYCLE, "Services")}, "assemble", "provider cycle: first → second → first"),
    Bad(
        "duplicate id",
        {"bad": {}},
        "plan",
        "duplicate id: claimed by acme-bad 1.0, evil-bad 1.0",
        others={"evil-bad": {"bad": {}}},
    ),
    Bad(
        "foreign package claims an id",
        {"bad": {}},
        "plan",
        "plugins.toml admits only package 'holdfast-bad'",
        config='[plugins.bad]\npackage = "holdfast-bad"\n',
    ),
    Bad(
        "unlisted package",
        {"bad": {}},
        "plan",
        "acme-bad 1.0 is not on the list [trust] allow",
        config='[trust]\nallow = ["holdfast", "acme-good"]\n',
    ),
    Bad("unknown slot", {"bad": _hooks(_SLOT, "Services")}, "assemble", "unknown slot 'databse'"),
    Bad(
        "page asks for an unknown service",
        {
            "bad": _hooks(
                "def show(wharehouse): ...\nclass Hooks:\n    @hookimpl\n    def pages(self):\n"
                "        return [Page(path='bad/page', title='Bad', render=show)]"
            )
        },
        "freeze",
        "asks for wharehouse",
    ),
    Bad(
        "page path of another plugin",
        {"bad": _page("path='good/hello', title='Bad', render=show")},
        "freeze",
        "page 'good/hello' belongs to plugin good",
    ),
    Bad(
        "permission of another plugin",
        {"bad": _answers("permissions", "[Permission(name='good.edit', title='Edit')]")},
        "freeze",
        "permission 'good.edit' belongs to plugin good",
    ),
    Bad(
        "text of another plugin",
        {"bad": _answers("translations", "[Catalogue(language='en', texts={'good.title': 'Bad'})]")},
        "freeze",
        "text 'good.title' belongs to plugin good",
    ),
    Bad(
        "wrong type in a contribution",
        {"bad": _page("path='bad/page', title='Bad', render=show, order='first'")},
        "freeze",
        "Page.order: Input should be a valid integer",
    ),
    Bad(
        "async page",
        {"bad": _page("path='bad/page', title='Bad', render=show", define="async def")},
        "freeze",
        "page 'bad/page' is async, and nobody would await it",
    ),
    Bad(
        "page takes a service by position only",
        {"bad": _page("path='bad/page', title='Bad', render=show", parameters="principal, /")},
        "freeze",
        "page 'bad/page' asks for principal",
    ),
    Bad(
        "route that can't be parsed",
        {"bad": _answers("routes", "[Route(path='/{x:nosuch}', endpoint=print, permission='')]", "services")},
        "start",
        "route '/{x:nosuch}': Unknown path convertor 'nosuch'",
    ),
    Bad(
        "handler of something that is no event",
        {"bad": _answers("event_handlers", "{'shipped': print}", "services")},
        "start",
        "hook event_handlers returned 'shipped'",
    ),
    Bad(
        "health check declared twice",
        {"bad": _answers("health_checks", "[HealthCheck(name='link', check=print)] * 2", "services")},
        "start",
        "health check 'link' is declared twice",
    ),
    Bad(
        "provider kind with traps",
        {"bad": _hooks(_RESOURCE, "Services")},
        "assemble",
        "service 'line' is a Resource, which the host doesn't take",
    ),
    Bad(
        "command group of another plugin",
        {"other": _GROUP, "worse": _GROUP},
        "freeze",
        "command group 'tea' is taken by plugin other",
        culprit="worse",
    ),
    Bad("start raises", {"bad": _hooks(_START)}, "start", "RuntimeError: no licence"),
    Bad("listed, not installed", {}, "plan", "not installed", state="missing", config="[plugins.bad]\n"),
)
RUNNING = (
    Bad("stop raises", {"bad": _hooks(_STOP)}, "stop", "RuntimeError: can't let go"),
    Bad("render raises", {"bad": _hooks(_RENDER)}, "run", "RuntimeError: render raises"),
    Bad("health check hangs", {"bad": _hooks(_HANGS)}, "run", "no answer within 0.2 s"),
    Bad("event handler raises", {"bad": _hooks(_HANDLER)}, "run", "RuntimeError: handler raises"),
)
