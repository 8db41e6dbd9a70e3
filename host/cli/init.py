"""``app init``: makes a folder a project of its own, with the settings and the list of plugins to be edited."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from host.cli.faults import RefusedError
from host.resources import packaged, project_root

_NEXT = """
Next:
  app run                 serve the app and open the address it prints
  app config show         see every setting and where it comes from
  app plugins list        see which plugins run; plugins.toml chooses them
Secrets and settings of this machine belong into .env (copy .env.example)."""


def init(
    folder: Annotated[Path | None, typer.Argument(help="The folder, made if missing; the current one without.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
) -> None:
    """Make an empty folder a project: config/, plugins.toml, .env.example."""
    target = (folder or project_root()).expanduser().resolve()
    files = _files()
    there = sorted(str(name) for name in files if (target / name).exists())
    if there and not force:
        what = f"{target} holds {', '.join(there)} already; nothing was written."
        raise RefusedError(what, remedy="Give --force to replace them, or another folder.")
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        typer.echo(f"  {name}")
    typer.echo(f"{target} is a project now.{'' if target == Path.cwd() else f' Go there: cd {target}'}")
    typer.echo(_NEXT)


def _files() -> Mapping[Path, str]:
    from host.config.manual import env_example

    config = packaged("config")
    files = {
        Path("config") / path.relative_to(config): path.read_text(encoding="utf-8")
        for path in sorted(config.rglob("*.toml"))
    }
    files[Path("plugins.toml")] = packaged("plugins.toml").read_text(encoding="utf-8")
    files[Path(".env.example")] = env_example()
    return files
