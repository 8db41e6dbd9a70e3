"""Where values come from: environment, file, database, declaration; bad ones are refused at the start, all at once."""

import time

import pytest

from host.config import load_config
from host.errors import ConfigError
from host.kernel.boot import boot
from host.testing import HostApp
from host.testing.distributions import TemporaryDistributions
from host.testing.principals import reader

ANNA = reader(user_id="anna")
FILE = '[plugins.shop]\n\n[flags]\n"shop.rows" = 20\nshop.size = "large"\n'


def value(app: HostApp, name: str):
    return app.application.feature_flags.value(name, ANNA)


@pytest.fixture
def project(tmp_path, shop, monkeypatch: pytest.MonkeyPatch):
    """A folder whose plugins.toml sets flags."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "plugins.toml").write_text(FILE)
    monkeypatch.setenv("HOLDFAST_ROOT", str(root))
    return root


@pytest.fixture
def start(project):
    """Boot the project."""
    opened = []

    def run(role="web") -> HostApp:
        opened.append(boot(role, load_config(project)))
        return HostApp(opened[-1])

    yield run
    for application in opened:
        application.close()


def test_the_file_sets_flags_with_and_without_quotes(start):
    app = start()
    assert (value(app, "shop.rows"), value(app, "shop.size"), value(app, "shop.quick")) == (20, "large", False)


def test_operators_stand_above_the_file_and_the_environment_above_both(start, monkeypatch: pytest.MonkeyPatch):
    app = start()
    app.set_flag("shop.rows", 30)
    assert value(app, "shop.rows") == 30
    monkeypatch.setenv("FLAG_SHOP_ROWS", "40")
    assert value(start(), "shop.rows") == 40


def test_an_edit_of_the_file_takes_effect_by_itself_and_a_wrong_one_leaves_the_last_good_one(start, project, caplog):
    app = start()
    (project / "plugins.toml").write_text(FILE.replace("20", "21"))
    _until(lambda: value(app, "shop.rows") == 21)
    (project / "plugins.toml").write_text(FILE.replace("20", '"many"').replace("large", "small"))
    _until(lambda: value(app, "shop.rows") and "[flags] in plugins.toml has faults" in caplog.text)
    assert (value(app, "shop.rows"), value(app, "shop.size")) == (21, "large")
    (project / "plugins.toml").write_text(FILE.replace("20", "22"))
    _until(lambda: value(app, "shop.rows") == 22)


def test_every_bad_value_is_named_at_the_start(start, project, monkeypatch: pytest.MonkeyPatch):
    (project / "plugins.toml").write_text(FILE.replace("20", "true"))
    monkeypatch.setenv("FLAG_SHOP_QUICK", "maybe")
    monkeypatch.setenv("FLAG_SHOP_SIZE", "larg")
    with pytest.raises(ConfigError) as error:
        start()
    assert error.value.faults == [
        "FLAG_SHOP_QUICK (environment): 'maybe' is no value of flag shop.quick. Give true or false.",
        "FLAG_SHOP_SIZE (environment): 'larg' is no value of flag shop.size. "
        "Give one of small, large. Did you mean 'large'?",
        "plugins.toml [flags]: 'true' is no value of flag shop.rows. Give a whole number of at most 18 digits.",
    ]


def test_a_list_is_no_value(start, project):
    (project / "plugins.toml").write_text(FILE.replace("20", "[1]"))
    with pytest.raises(ConfigError, match="flags"):
        start()


def test_values_that_name_no_flag_are_told_with_the_nearest(start, project, monkeypatch: pytest.MonkeyPatch):
    (project / "plugins.toml").write_text(FILE + '"shop.quik" = true\n')
    monkeypatch.setenv("FLAG_SHOP_ROW", "3")
    notes = start().application.feature_flags.snapshot().notes
    assert notes == (
        "FLAG_SHOP_ROW (environment) pins no flag of an active plugin. Did you mean 'FLAG_SHOP_ROWS'?",
        "plugins.toml [flags]: 'shop.quik' is no flag of an active plugin. Did you mean 'shop.quick'?",
    )


@pytest.mark.parametrize("fault", ["default=None", 'owner=""', 'name="size"'])
def test_a_plugin_with_a_wrong_flag_is_out_and_says_why(fault, project, start, temporary_distributions):
    flag = f'Flag(**{{**dict(name="bad.x", title="X", default=True, owner="O"), **dict({fault})}})'
    code = f"from host import Flag, Plugin, hookimpl\nclass H:\n    @hookimpl\n    def flags(self): return [{flag}]\n"
    temporary_distributions.add("acme-bad", {"bad": {"plugin.py": f"{code}plugin = Plugin(hooks=H)\n"}})
    (project / "plugins.toml").write_text(FILE.replace("[flags]", "[plugins.bad]\n[flags]"))
    app = start()
    row = app.application.report.row("bad")
    assert (row.state, row.stage) == ("failed", "freeze")
    assert "flag" in row.reason.lower()
    assert value(app, "shop.rows") == 20


def _declares(flag: str) -> dict[str, str]:
    declared = f'return [Flag(name="{flag}", title="X", default=1, owner="O")]'
    code = f"from host import Flag, Plugin, hookimpl\nclass H:\n    @hookimpl\n    def flags(self): {declared}\n"
    return {"plugin.py": f"{code}plugin = Plugin(hooks=H)\n"}


def test_two_flags_with_one_variable_are_refused(project, start, temporary_distributions: TemporaryDistributions):
    plugins = {"a": _declares("a.b_c"), "a_b": _declares("a_b.c")}
    temporary_distributions.add("acme-pair", plugins)
    (project / "plugins.toml").write_text(FILE + "[plugins.a]\n[plugins.a_b]\n")
    row = start().application.report.row("a_b")
    assert row.reason == "flag variable 'FLAG_A_B_C' is taken by plugin a"


def _until(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
