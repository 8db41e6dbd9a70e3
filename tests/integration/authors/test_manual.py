"""The plugin authors' manual: its tables equal the code, its commands exist, and the plugin that it builds works."""

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from host.hookspecs import Hooks
from host.kernel.boot import StartRefusedError
from host.kernel.manifest import Manifest
from host.testing import HostAppFactory, TemporaryDistributions
from tests.environments import CHECKOUT
from tests.integration.authors.shipping import run

MANUAL = Path(__file__).parents[3] / "docs" / "plugin-authors.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASKER = """
    from dependency_injector import containers, providers
    from host import Plugin

    class Services(containers.DeclarativeContainer):
        zzzzzz = providers.Dependency()

    plugin = Plugin(services=Services)
"""
FILE = re.compile(r"# file: (\S+)\n")


@pytest.fixture(scope="module")
def manual() -> str:
    return MANUAL.read_text("utf-8")


def part(manual: str, name: str) -> list[str]:
    """Return the rows of the table between two markers, without its heading."""
    return manual.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- end of {name} -->")[0].splitlines()[2:]


def first_column(rows: list[str]) -> set[str]:
    """Return the names in the first column."""
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def hook_rows() -> list[str]:
    """Return the rows as the hooks have them."""
    hooks = {name: hook for name, hook in vars(Hooks).items() if inspect.isfunction(hook) and not name.startswith("_")}
    rows = []
    for name, hook in hooks.items():
        signature = inspect.signature(hook)
        parameters = ", ".join(list(signature.parameters)[1:])
        returns = inspect.formatannotation(signature.return_annotation)
        returns = re.sub(r"\b(?:[a-z_]+\.)+", "", returns).replace("|", "\\|")
        rows.append(
            f"| `{name}({parameters})` | `{returns}` | {inspect.cleandoc(hook.__doc__ or '').replace('``', '`')} |"
        )
    return rows


def blocks(manual: str) -> dict[str, str]:
    """Return file → content of every block that is a file."""
    found = {}
    for language, code in BLOCK.findall(manual):
        if language in ("python", "toml"):
            name = FILE.match(code)
            assert name, f"a block without '# file: …':\n{code}"
            found[name[1]] = code.removeprefix(name[0])
    return found


def test_the_hook_table_equals_the_hooks(manual: str) -> None:
    assert part(manual, "hooks") == hook_rows(), "\n" + "\n".join(hook_rows())


ELSEWHERE = ("protection.md", "permissions.md", "flags.md", "sign-in.md")
"""Manuals that show the hooks of their own matter."""


def test_every_hook_is_shown_in_use(manual: str) -> None:
    others = "".join((CHECKOUT / "docs" / name).read_text("utf-8") for name in ELSEWHERE)
    shown = set(re.findall(r"@hookimpl\n    def (\w+)\(", blocks(manual)["harbour/plugin.py"] + others))
    assert shown == {row.split("`")[1].partition("(")[0] for row in hook_rows()}


def test_the_slot_table_equals_the_slots(
    manual: str, temporary_distributions: TemporaryDistributions, make_host_app: HostAppFactory
) -> None:
    temporary_distributions.add("acme-asker", {"asker": {"plugin.py": ASKER}})
    with pytest.raises(StartRefusedError, match="unknown slot") as refused:
        make_host_app(["asker"])
    offered = str(refused.value).partition("There are:")[2].partition(".")[0]
    assert first_column(part(manual, "slots")) == set(re.findall(r"\w+", offered))


def test_the_manifest_table_equals_the_manifest(manual: str) -> None:
    assert first_column(part(manual, "manifest")) == set(Manifest.model_fields)


def test_every_command_exists(manual: str) -> None:
    lines = [line for language, code in BLOCK.findall(manual) if language == "sh" for line in code.splitlines()]
    commands = [shlex.split(line, comments=True) for line in lines if line.startswith("app ")]
    assert len(commands) >= 6
    for command in commands:
        words = [str(Path(sys.executable).with_name("app")), *command[1:3], "--help"]
        assert subprocess.run(words, capture_output=True, check=False).returncode == 0, command


@pytest.mark.timeout(300)
def test_the_plugin_of_the_manual_passes_its_tests(manual: str, tmp_path: Path) -> None:
    for name, content in blocks(manual).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    (tmp_path / "harbour" / "__init__.py").touch()
    output = run([sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"], tmp_path)
    assert "skipped" not in output
