"""``app pages``: lists the app's pages, puts Streamlit scripts among them and takes them out again."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.output import Json, write_json, write_table
from host.errors import PluginError, ValidationError

if TYPE_CHECKING:
    from host.cli.page_entries import PageEntries
    from host.contributions import Finding, Page

app = typer.Typer(no_args_is_help=True, help="List pages; put Streamlit scripts under the app.")


@app.command("list")
def list_pages(as_json: Json = False) -> None:
    """Print every page with its plugin and the permission it asks for."""
    from dataclasses import fields

    from host.contributions import Page

    names = [field.name for field in fields(Page) if field.name != "render"]
    rows = [{"plugin": plugin, **{name: getattr(page, name) for name in names}} for plugin, page in _all_pages()]
    if as_json:
        write_json({"pages": rows})
        return
    heads = ("path", "title", "plugin", "section", "permission")
    write_table(heads, [[row[head] or "-" for head in heads] for row in rows])


@app.command()
def add(
    script: Annotated[Path, typer.Argument(help="The script, a .py file; it stays as it is.")],
    *,
    title: Annotated[str, typer.Option(help="Its title in the menu; by default from its name.")] = "",
    section: Annotated[str, typer.Option(help="The menu's section.")] = "",
    icon: Annotated[str, typer.Option(help='A Material symbol such as ":material/bar_chart:", or an emoji.')] = "",
    permission: Annotated[str, typer.Option(help="Permission needed to open it, such as scripts.finance.")] = "",
    path: Annotated[str, typer.Option(help="Its address below scripts/; by default from its name.")] = "",
) -> None:
    """Make a page of a Streamlit script, by an entry in plugins.toml; what runs takes it over by itself."""
    entries, file = _entries(), _written(script)
    if file in entries.files:
        raise ValidationError(f"{script} is a page already.", remedy="`app pages list` shows all pages.")
    before = {page.path for page in _scripts(entries)[0]}
    options = {"path": path, "title": title, "section": section, "icon": icon, "permission": permission}
    entries.add({"file": file, **{name: value for name, value in options.items() if value}})
    pages, findings = _scripts(entries)
    new = [page for page in pages if page.path not in before]
    if not new:
        _refuse(script, findings)
    entries.save()
    typer.echo(f"{script} is the page {new[0].path}.")
    _warn_if_off()


@app.command()
def remove(script: Annotated[Path, typer.Argument(help="The script whose page goes; the file stays.")]) -> None:
    """Take a script's page out again."""
    entries = _entries()
    entries.remove(_written(script))
    entries.save()
    typer.echo(f"{script} is no page any more.")


def _entries() -> "PageEntries":
    from host.cli.page_entries import PageEntries
    from host.kernel.choices import FILE_NAME
    from host.kernel.ground import plugins_file
    from host.resources import project_root

    root = project_root()
    return PageEntries(plugins_file(root), root / FILE_NAME)


def _written(script: Path) -> str:
    """Return the script as the entry names it: relative to the project folder where it lies inside."""
    from host.resources import project_root

    root, file = project_root().resolve(), script.resolve()
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _scripts(entries: "PageEntries") -> tuple[Sequence["Page"], Sequence["Finding"]]:
    """Return the pages and findings that the scripts plugin makes of the edited settings, before they are saved."""
    from host.kernel.discovery import discover
    from host.kernel.hooks import PluginHooks
    from host.kernel.load import import_plugin, validate_settings

    candidate = next(iter(discover().get("scripts", ())), None)
    if candidate is None:
        raise PluginError("the plugin 'scripts' is not installed.", remedy="Install holdfast again.")
    plugin = import_plugin(candidate)
    try:
        settings = validate_settings(plugin.settings, entries.settings)
    except PluginError as error:
        raise ValidationError(error.message, remedy=error.remedy) from error
    hooks = PluginHooks(candidate.id, plugin.hooks)
    return hooks.pages(settings), hooks.checks(settings)


def _refuse(script: Path, findings: Sequence["Finding"]) -> None:
    message, remedy = next(((each.message, each.remedy) for each in reversed(findings)), ("it makes no page", ""))
    raise ValidationError(f"{script}: {message}.", remedy=remedy)


def _warn_if_off() -> None:
    from host.cli.ground import ground
    from host.kernel.plan import make_plan

    with ground() as laid:
        out = make_plan(laid.question()).out.get("scripts")
    if out is not None:
        typer.echo(
            f"It is not shown: scripts is out ({out.reason}). `app plugins enable scripts` brings it in.", err=True
        )
        raise typer.Exit(2)


def _all_pages() -> list[tuple[str, Any]]:
    from dataclasses import replace

    from host.cli.ground import ground
    from host.kernel.boot import prepared
    from host.texts import FALLBACK_LANGUAGE, Texts

    with ground() as laid:
        registry = prepared(laid).registry
    texts = Texts(owned.value for owned in registry.owned("catalogues"))

    def shown(page: Any) -> Any:
        language = FALLBACK_LANGUAGE
        named = {name: texts.lookup(language, getattr(page, name)) for name in ("title", "section", "summary")}
        return replace(page, **named)

    return sorted(
        ((owned.plugin, shown(owned.value)) for owned in registry.owned("pages")), key=lambda each: each[1].path
    )
