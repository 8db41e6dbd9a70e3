"""Every hook of host API 1.0."""

from pathlib import Path
from typing import Annotated

import typer
from starlette.responses import PlainTextResponse

from frozen_one_frozen.services import FrozenServices, LineWritten
from frozen_one_frozen.settings import FrozenSettings, from_one
from host import (
    Command,
    Finding,
    Guard,
    HealthCheck,
    Migrations,
    Page,
    Permission,
    Plugin,
    Route,
    Seed,
    Verdict,
    Visit,
    hookimpl,
    load_catalogues,
)

HERE = Path(__file__).parent


def judge(visit: Visit):
    if visit.params.get("word") == "forbidden":
        return Verdict(allowed=False, reason="frozen.forbidden")
    if visit.params.get("word") == "elsewhere":
        return Verdict(allowed=False, redirect="frozen/detail")
    return Verdict(allowed=True)


def write(lines, text: str, times: Annotated[int, typer.Option()] = 1):
    """Write a line."""
    for _ in range(times):
        lines.write(text)
    typer.echo(f"{len(lines.all())} lines")


class Hooks:
    @hookimpl
    def checks(self, settings):
        if settings.limit < 0:
            return [Finding(code="frozen.limit", severity="error", message="limit is negative", remedy="Raise it.")]
        return []

    @hookimpl
    def settings_migrations(self):
        return {1: from_one}

    @hookimpl
    def permissions(self, settings):
        return [Permission(name="frozen.read", title="Read"), Permission(name="frozen.write", title="Write")]

    @hookimpl
    def migrations(self):
        return Migrations(folder=HERE / "migrations")

    @hookimpl
    def pages(self, settings):
        from frozen_one_frozen.pages import Detail, overview

        return [
            Page(path="frozen", title="frozen.title", render=overview, permission="frozen.read", section="Old", order=5),
            Page(path="frozen/detail", title="frozen.detail", render=Detail, menu=False, icon=":material/home:"),
            Page(path="frozen/whole", title="frozen.whole", render=overview, fragment=False),
        ]

    @hookimpl
    def guards(self, services):
        return [Guard(name="words", judge=judge)]

    @hookimpl
    def translations(self):
        return load_catalogues(HERE / "texts")

    @hookimpl
    def commands(self):
        return [Command(group="frozen", name="write", run=write)]

    @hookimpl
    def routes(self, services):
        def lines(request):
            return PlainTextResponse("\n".join(services.lines.all()))

        return [Route(path="/lines", endpoint=lines, permission="frozen.read", methods=("GET",))]

    @hookimpl
    def health_checks(self, services):
        return [HealthCheck(name="lines", check=services.lines.health, timeout_s=1.0, depends_on=("database",))]

    @hookimpl
    def event_handlers(self, services):
        return {LineWritten: services.lines.hear}

    @hookimpl
    def seeds(self, services):
        def run():
            services.lines.write("seeded")
            yield "one line"

        return [Seed(name="frozen", title="frozen.title", run=run)]

    @hookimpl
    def lifespan(self, services):
        services.lines.life.append("started")
        yield
        services.lines.life.append("stopped")


plugin = Plugin(
    settings=FrozenSettings, services=FrozenServices, hooks=Hooks, lifespan_roles=frozenset({"web", "worker"})
)
