"""Groups whose commands are known by name and line, and imported when one of them is used."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, Final

import typer
from typer.core import TyperCommand, TyperGroup

from host.cli.catalogue import Entry

Load = Callable[[typer.Context], Any]


class Stub(TyperCommand):
    """Stands in the list of commands until it is used."""

    def __init__(self, name: str, text: str, load: Load, *, hidden: bool = False) -> None:
        super().__init__(name, help=text, hidden=hidden, rich_markup_mode=None)
        self.load: Final = load


class LazyGroup(TyperGroup):
    """Lists stubs; replaces the one that is used by the command itself."""

    entries: ClassVar[tuple[Entry, ...]] = ()

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {entry.name: Stub(entry.name, entry.help, _loader(entry)) for entry in self.entries}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command itself."""
        name, stub, rest = super().resolve_command(ctx, args)
        return name, loaded(stub, ctx), rest


def loaded(command: Any, ctx: typer.Context) -> Any:
    """Return the command that a stub stands for; what is none stays as it is."""
    return command.load(ctx) if isinstance(command, Stub) else command


def _loader(entry: Entry) -> Load:
    def load(ctx: typer.Context) -> Any:
        module, _, attribute = entry.target.partition(":")
        return as_command(getattr(import_module(module), attribute), entry.name, entry.help)

    return load


def as_command(target: Any, name: str, text: str) -> Any:
    """Return the command of a function or of a `typer.Typer`, under `name`, its help without markup."""
    command = typer.main.get_command(_as_typer(target))
    command.name, command.help = name, command.help or text
    _without_markup(command)
    return command


def _as_typer(target: Any) -> typer.Typer:
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    if isinstance(target, typer.Typer):
        target._add_completion = False
        if target.registered_callback is None and target.info.cls in (None, TyperGroup):
            # Without a callback Typer drops the level of a group that holds one command only.
            target.callback()(_nothing)
        return target
    single.command()(target)
    return single


def _nothing() -> None: ...


def _without_markup(command: Any) -> None:
    """Rich takes longer to import than everything else here, and its boxes are no text to search in."""
    command.rich_markup_mode = None
    for each in getattr(command, "commands", {}).values():
        _without_markup(each)
