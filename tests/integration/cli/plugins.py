"""Plugins that the tests install."""

GREETER = {
    "plugin.toml": """
        [plugin]
        host = ">=1.0,<2"
        tables = "greeter_"
        commands = { greet = "Greets people" }
    """,
    "plugin.py": """
        from typing import Annotated
        import typer
        from dependency_injector import containers, providers
        from host.contributions import Command, Plugin
        from host.errors import ValidationError
        from host.hookspecs import hookimpl

        class Greeter:
            def greet(self, name):
                return f"Hello {name}"

        class Services(containers.DeclarativeContainer):
            greeter = providers.ThreadSafeSingleton(Greeter)

        def hello(greeter: Greeter, name: str, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
            text = greeter.greet(name)
            typer.echo(text.upper() if loud else text)

        def whoami() -> None:
            from structlog.contextvars import get_contextvars
            from host.kernel.context import current
            context = current()
            typer.echo(f"{context.principal.user_id} {context.principal.may('any.thing')} {context.plugin}")
            typer.echo(f"{context.language} {get_contextvars()['correlation_id'] == context.correlation_id}")

        def refuse() -> None:
            raise ValidationError("row 3: no amount", remedy="Give one.")

        def crash() -> None:
            raise RuntimeError("kaputt")

        class Hooks:
            @hookimpl
            def commands(self):
                named = {"hello": hello, "whoami": whoami, "refuse": refuse, "crash": crash}
                return [Command(group="greet", name=name, run=run) for name, run in named.items()]

        plugin = Plugin(services=Services, hooks=Hooks)
    """,
}
TELLTALE = {
    "plugin.toml": """
        [plugin]
        host = ">=1.0,<2"
        commands = { telltale = "Tells" }
    """,
    "plugin.py": """
        import pathlib
        pathlib.Path(__file__).with_name("imported").write_text("yes")
        from host.contributions import Plugin
        plugin = Plugin()
    """,
}
BROKEN = {"plugin.py": "raise RuntimeError('no licence found')"}
NEEDS_GREETER = {"plugin.toml": '[plugin]\nhost = ">=1.0,<2"\nrequires = ["greeter"]\n'}
