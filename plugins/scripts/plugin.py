"""The plugin: one page per script, one permission per name that an entry asks for."""

from collections.abc import Callable, Sequence
from pathlib import Path

from host import SIGNED_IN, Catalogue, Finding, Page, Permission, Plugin, hookimpl, load_catalogues, project_root
from plugins.scripts import folder
from plugins.scripts.catalogue import Script, Scripts, read_catalogue
from plugins.scripts.settings import ScriptsSettings


def _catalogue(settings: ScriptsSettings) -> Scripts:
    return read_catalogue(settings, project_root())


def _render(script: Script, hosted: dict[Path, str]) -> Callable[[], None]:
    """Return the page's function; Streamlit and the runner are imported by the first visit."""

    def render() -> None:
        from plugins.scripts.pages.runner import run_page

        run_page(script, hosted)

    return render


class ScriptsHooks:
    """What the plugin contributes."""

    @hookimpl
    def checks(self, settings: ScriptsSettings) -> Sequence[Finding]:
        """Name entries that lead nowhere, and what this system can't do for scripts."""
        found = _catalogue(settings)
        if not found.scripts or folder.available():
            return found.findings
        return (*found.findings, _NO_FOLDER)

    @hookimpl
    def permissions(self, settings: ScriptsSettings) -> Sequence[Permission]:
        """Declare the permissions that entries name."""
        named = {script.permission for script in _catalogue(settings).scripts if script.permission}
        return [Permission(name=name, title=name) for name in sorted(named)]

    @hookimpl
    def pages(self, settings: ScriptsSettings) -> Sequence[Page]:
        """Make a page of each script."""
        scripts = _catalogue(settings).scripts
        hosted = {script.file: script.path for script in scripts}
        return [_page(script, hosted) for script in scripts]

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add the texts of error cards and of the menu's section."""
        return load_catalogues(Path(__file__).parent / "texts")


def _page(script: Script, hosted: dict[Path, str]) -> Page:
    return Page(
        path=script.path,
        title=script.title,
        render=_render(script, hosted),
        permission=script.permission or SIGNED_IN,
        icon=script.icon,
        section=script.section,
        order=script.order,
        fragment=False,
    )


_NO_FOLDER = Finding(
    code="scripts.no_working_directory",
    severity="warning",
    message="this system gives threads no working directory of their own: relative file names in scripts reach "
    "only the built-in open(), not pandas or pathlib",
    remedy="Run on Linux with unshare allowed in the seccomp profile, or open files by Path(__file__).parent.",
)

plugin = Plugin(settings=ScriptsSettings, hooks=ScriptsHooks)
