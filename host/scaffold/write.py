"""Writes a plugin's files from the templates, whole or not at all."""

import secrets
import shutil
from pathlib import Path
from typing import Final

from host.errors import ValidationError
from host.scaffold.names import Names

TEMPLATES: Final = Path(__file__).parent / "templates"
SUFFIX: Final = ".tmpl"
_PACKAGE: Final = "package"


def write_package(names: Names, folder: Path) -> Path:
    """Write the package into a new folder named like the distribution, and return that folder.

    Args:
        folder: where the new folder goes; must exist.

    Raises:
        ValidationError: `folder` is no folder, or the new one is there already.
        OSError: it can't be written; nothing is left behind.
    """
    target = folder / names.distribution
    if not folder.is_dir():
        raise ValidationError(f"{folder} is not a folder.", remedy="Create it, or name another one with --folder.")
    if target.exists():
        raise ValidationError(f"{target} exists already.", remedy="Take another name or folder, or remove it.")
    draft = folder / f".{names.distribution}-{secrets.token_hex(4)}"
    draft.mkdir()
    try:
        for path, content in rendered(names).items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_text(content, encoding="utf-8")
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft)
        raise
    return target


def rendered(names: Names) -> dict[str, str]:
    """Return relative path → content of every file of the package."""
    templates = sorted(path for path in TEMPLATES.rglob(f"*{SUFFIX}") if path.is_file())
    return {_target(path, names): _filled(path.read_text(encoding="utf-8"), names) for path in templates}


def _target(template: Path, names: Names) -> str:
    first, *rest = template.relative_to(TEMPLATES).parts
    parts = [names.package if first == _PACKAGE else first, *rest]
    return "/".join(parts).removesuffix(SUFFIX)


def _filled(content: str, names: Names) -> str:
    for field in ("plugin", "distribution", "package", "prefix", "title"):
        content = content.replace(f"{{{{{field}}}}}", getattr(names, field))
    return content
