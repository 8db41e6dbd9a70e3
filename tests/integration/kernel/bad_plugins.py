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
    head += "from host import Event, HealthCheck, Page, Plugin, hookimpl\nimport time\n"
    text = textwrap.dedent(body)
    return {"plugin.py": f"{head}\n{text}\n\nplugin = Plugin(hooks=Hooks, services={services})\n"}


def _manifest(text: str) -> Files:
    return {"plugin.toml": f'[plugin]\nhost = ">=1.0,<2"\n{text}\n'}


_SETTINGS = """
    from pydantic import BaseModel, ConfigDict
    from host import Plugin

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        limit: int = 3

    plugin = Plugin(settings=Settings)
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
        {
            "worse": _hooks(
                "def show(): ...\nclass Hooks:\n    @hookimpl\n    def pages(self):\n"
                "        return [Page(path='good/hello', title='Bad', render=show)]"
            )
        },
        "freeze",
        "page 'good/hello' is taken by plugin good",
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
