"""``app pages``: entries in plugins.toml that keep its comments, and are checked before anything is written."""

import json
import shutil
from pathlib import Path

import pytest

from host.cli.root import run
from host.resources import packaged

SAMPLES = Path(__file__).parents[2] / "scripts_samples"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    shutil.copytree(SAMPLES, tmp_path / "reports")
    return tmp_path


def plugins_toml(project, text):
    (project / "plugins.toml").write_text(text)


def listed(capsys):
    capsys.readouterr()
    assert run(["pages", "list", "--json"]) == 0
    return {page["path"]: page for page in json.loads(capsys.readouterr().out)["pages"]}


def test_add_keeps_the_shipped_file_with_its_comments(project, capsys):
    shipped = packaged("plugins.toml").read_text()
    script = project / "reports" / "tools" / "live.py"
    assert run(["pages", "add", str(script), "--title", "Live", "--section", "Reports", "--icon", "🔥"]) == 0
    assert "is the page scripts/live" in capsys.readouterr().out
    written = (project / "plugins.toml").read_text()
    assert [line for line in written.splitlines() if line in shipped.splitlines()] == shipped.splitlines()
    page = listed(capsys)["scripts/live"]
    assert (page["title"], page["section"], page["icon"], page["plugin"]) == ("Live", "Reports", "🔥", "scripts")


def test_add_to_an_inline_list(project, capsys):
    pages = 'pages = [\n  {file = "reports/tools/live.py"},  # first\n]\n'
    plugins_toml(project, f"[plugins.scripts]  # ours\n[plugins.scripts.settings]\n{pages}")
    assert run(["pages", "add", str(project / "reports/tools/magic.py"), "--permission", "scripts.magic"]) == 0
    written = (project / "plugins.toml").read_text()
    assert "# ours" in written
    assert "# first" in written
    assert set(listed(capsys)) == {"scripts/live", "scripts/magic"}
    assert listed(capsys)["scripts/magic"]["permission"] == "scripts.magic"


def test_remove_takes_the_page_out_and_leaves_the_rest(project, capsys):
    before = "# mine\n[plugins.scripts]\n\n[plugins.home] # home\n"
    plugins_toml(project, before)
    script = str(project / "reports/tools/live.py")
    assert run(["pages", "add", script]) == 0
    assert "scripts/live" in listed(capsys)
    assert run(["pages", "remove", script]) == 0
    assert set(listed(capsys)) == {"home"}
    assert "# mine" in (project / "plugins.toml").read_text()
    assert "[plugins.home] # home" in (project / "plugins.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "gone.py"], "Correct its name"),
        (["add", "reports/tools/notes.txt"], "no Python script"),
        (["add", "reports/tools/live.py"], "is a page already"),
        (["add", "reports/counter/counter.py", "--path", "live"], "both want the page"),
        (["add", "reports/counter/counter.py", "--path", "A B"], "path"),
        (["add", "reports/counter/counter.py", "--permission", "admin.read"], "scripts.<what>"),
        (["remove", "reports/counter/counter.py"], "no entry of plugins.toml"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(project, capsys, monkeypatch, arguments, says):
    monkeypatch.chdir(project)
    before = '[[plugins.scripts.settings.pages]]\nfile = "reports/tools/live.py"\n'
    plugins_toml(project, before)
    assert run(["pages", *arguments]) == 3
    assert says in capsys.readouterr().err
    assert (project / "plugins.toml").read_text() == before


def test_add_says_so_when_scripts_are_switched_off(project, capsys):
    plugins_toml(project, "[plugins.scripts]\nenabled = false\n")
    assert run(["pages", "add", str(project / "reports/tools/live.py")]) == 2
    assert "app plugins enable scripts" in capsys.readouterr().err
