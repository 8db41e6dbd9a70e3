"""An operator reads the audit in a browser, follows one record and brings an earlier version back."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Reader, RunningApp, app_run
from tests.e2e.ui.test_accessibility import faults
from tests.integration.serving import APP, environment

PLUGINS = "[plugins.home]\n\n[plugins.admin]\n\n[plugins.scripts]\nenabled = false\n"
HISTORY = {"table": "host_toggle", "key": "scripts"}


def _app(root: Path, *arguments: str) -> None:
    subprocess.run([*APP, *arguments], env=environment(root), check=True, capture_output=True)


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    root = tmp_path_factory.mktemp("audited")
    (root / "plugins.toml").write_text(PLUGINS)
    # Three records of one row: made, and taken away, and made again.
    for word in ("enable", "disable", "enable"):
        _app(root, "plugins", word, "scripts")
    with app_run(root, PLUGINS) as app:
        yield app


def test_records_are_found_followed_and_read(read: Callable[..., Reader]) -> None:
    reader = read(locale="de-DE").open("admin/audit").sees("host_toggle scripts").sees("Angelegt").sees("Gelöscht")
    main = reader.page.get_by_test_id("stMain")
    main.get_by_label("Wer", exact=True).fill("nobody-at-all")
    main.get_by_label("Wer", exact=True).press("Enter")
    reader.sees("Kein Eintrag passt")
    expect(reader.page).to_have_url(re.compile("user=nobody-at-all"))
    reader.page.go_back()
    reader.drawn().sees("host_toggle scripts")
    assert main.get_by_label("Wer", exact=True).input_value() == ""
    main.get_by_text(re.compile(r"\d Werte")).first.click()
    reader.sees("changed_by")
    main.get_by_role("button", name="Verlauf").first.click()
    reader.sees("Verlauf von host_toggle scripts")
    expect(reader.page).to_have_url(re.compile("key=scripts"))
    reader.press("Alle Einträge").sees("Letzte Prüfung")


def test_what_was_deleted_comes_back_and_that_is_recorded(read: Callable[..., Reader]) -> None:
    root = read().app.root
    reader = read().open("admin/audit", **HISTORY).sees("History of host_toggle scripts")
    main = reader.page.get_by_test_id("stMain")
    expect(main.get_by_role("button", name="Restore this version …")).to_have_count(3)
    _app(root, "plugins", "disable", "scripts")
    reader.open("admin/audit", **HISTORY)
    expect(main.get_by_role("button", name="Restore this version …")).to_have_count(4)
    main.get_by_role("button", name="Restore this version …").first.click()
    reader.sees("What restoring would change").press("Cancel")
    expect(main.get_by_text("What restoring would change")).to_have_count(0)
    expect(main.get_by_role("button", name="Restore this version …")).to_have_count(4)
    reader.drawn()
    main.get_by_role("button", name="Restore this version …").first.click()
    reader.sees("What restoring would change").press("Restore").sees("Restored")
    reader.drawn()
    expect(main.get_by_role("button", name="Restore this version …")).to_have_count(5)
    told = subprocess.run(
        [*APP, "audit", "show", "--table", "host_toggle", "--action", "restore", "--json"],
        env=environment(root), check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert '"page": "admin/audit"' in told.stdout
    assert '"plugin": "admin"' in told.stdout


def test_the_page_fits_a_phone_and_axe_finds_nothing_serious(read: Callable[..., Reader]) -> None:
    for color_scheme in ("light", "dark"):
        reader = read(width=360, height=740, color_scheme=color_scheme, has_touch=True)
        for params in ({}, HISTORY):
            reader.open("admin/audit", **params)
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
            assert faults(reader) == []
