"""Turns settings into scripts with their page paths and titles, and says which entries lead nowhere."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from host import Finding
from plugins.scripts.settings import FolderEntry, PageEntry, ScriptsSettings
from plugins.scripts.titles import names, slug

MAIN_NAMES: Final = ("streamlit_app.py", "app.py", "main.py", "home.py")
SECTION: Final = "scripts.section"
PAGES: Final = "pages"
"""Name of the folder that Streamlit looks for beside a main script."""
DEFAULT_ICON: Final = ":material/description:"


@dataclass(frozen=True, kw_only=True)
class Script:
    """One script that is a page.

    Args:
        path: page path, below ``scripts/``.
        file: absolute path of the script.
        root: the folder it imports from and opens files in.
        arguments: what it finds in ``sys.argv`` after its own name.
    """

    path: str
    title: str
    file: Path
    root: Path
    icon: str = DEFAULT_ICON
    section: str = SECTION
    permission: str | None = None
    order: int = 100
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scripts:
    """The scripts that can be pages, and what is wrong with the entries that can't."""

    scripts: tuple[Script, ...]
    findings: tuple[Finding, ...]


def read_catalogue(settings: ScriptsSettings, project: Path) -> Scripts:
    """Find every script that `settings` names; a fault in one entry leaves the others alone."""
    scripts: dict[str, Script] = {}
    findings: list[Finding] = []
    for found in _every(settings, project):
        if isinstance(found, Finding):
            findings.append(found)
        elif found.path in scripts:
            findings.append(_twice(found, scripts[found.path]))
        else:
            # Numbered through, so that a folder's pages stay together and in their order.
            scripts[found.path] = replace(found, order=found.order + len(scripts))
    return Scripts(tuple(scripts.values()), tuple(findings))


def _every(settings: ScriptsSettings, project: Path) -> Iterator[Script | Finding]:
    for page in settings.pages:
        yield _single(page, project)
    for folder in settings.folders:
        yield from _folder(folder, project)


def _single(entry: PageEntry, project: Path) -> Script | Finding:
    file = (project / entry.file).resolve()
    if not file.is_file():
        return _missing("file", entry.file, file)
    if file.suffix != ".py":
        return _finding("not_python", f"{entry.file} is no Python script", "Name a file that ends in .py.")
    _, icon, title = names(file)
    return Script(
        path=f"scripts/{entry.path or slug(title)}",
        title=entry.title or title,
        file=file,
        root=file.parent.parent if file.parent.name == PAGES else file.parent,
        icon=entry.icon or icon or DEFAULT_ICON,
        section=entry.section,
        permission=entry.permission,
        order=entry.order,
        arguments=entry.arguments,
    )


def _folder(entry: FolderEntry, project: Path) -> Iterator[Script | Finding]:
    folder = (project / entry.folder).resolve()
    if not folder.is_dir():
        yield _missing("folder", entry.folder, folder)
        return
    if entry.main is not None and not (folder / entry.main).is_file():
        yield _missing("main script", f"{entry.folder}/{entry.main}", folder / entry.main)
        return
    base = f"scripts/{entry.path or slug(folder.name)}"
    files = _files(folder, entry.main)
    if not files:
        yield _finding("empty", f"{entry.folder} holds no Streamlit script", "Add a .py file that imports streamlit.")
    for index, file in enumerate(files):
        is_main = index == 0 and file.parent == folder and _is_main(file, folder, entry.main)
        yield _member(entry, folder, file, base, is_main=is_main)


def _member(entry: FolderEntry, root: Path, file: Path, base: str, *, is_main: bool) -> Script:
    _, icon, title = names(root if is_main and file.name in MAIN_NAMES else file)
    return Script(
        path=base if is_main else f"{base}/{slug(title)}",
        title=title,
        file=file,
        root=root,
        icon=icon or entry.icon or DEFAULT_ICON,
        section=entry.section,
        permission=entry.permission,
        order=entry.order,
    )


def _is_main(file: Path, folder: Path, main: str | None) -> bool:
    return file.name == main or file.name.lower() in (*MAIN_NAMES, f"{folder.name.lower()}.py")


def _files(folder: Path, main: str | None) -> list[Path]:
    """Return the folder's scripts, the main one first."""
    beside = sorted(file for file in folder.glob("*.py") if not file.name.startswith((".", "_")))
    first = [file for file in beside if _is_main(file, folder, main)][:1]
    if main is not None:
        first = [folder / main]
    pages = sorted((folder / PAGES).glob("*.py"), key=lambda file: (names(file)[0], file.name.lower()))
    pages = [file for file in pages if not file.name.startswith((".", "_"))]
    if first or pages:
        return first + pages
    imported = set().union(*(_imports(file) for file in beside)) if beside else set()
    return [file for file in beside if file.stem not in imported and "streamlit" in _imports(file)]


def _imports(file: Path) -> set[str]:
    """Return the top-level names that `file` imports; a file that can't be parsed counts as a script."""
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError):
        return {"streamlit"}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding(code=f"scripts.{code}", severity="warning", message=message, remedy=remedy)


def _missing(kind: str, written: str, path: Path) -> Finding:
    remedy = "Correct its name, or take its entry out of plugins.toml."
    return _finding("missing", f"{kind} {written!r} does not exist ({path})", remedy)


def _twice(script: Script, first: Script) -> Finding:
    return _finding(
        "duplicate",
        f"{script.file} and {first.file} both want the page {script.path!r}; the first has it",
        'Give one of them its own path = "…".',
    )
