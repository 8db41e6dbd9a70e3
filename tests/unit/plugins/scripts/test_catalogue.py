"""Which scripts settings lead to, under which paths and titles; entries that lead nowhere are named."""

import pytest
from pydantic import ValidationError

from plugins.scripts.catalogue import read_catalogue
from plugins.scripts.settings import ScriptsSettings
from plugins.scripts.titles import names, slug


def catalogue(project, **settings):
    return read_catalogue(ScriptsSettings.model_validate(settings), project)


def test_single_script(samples):
    entry = {"file": "counter/counter.py", "title": "Counter", "section": "Tools", "permission": "scripts.count"}
    (script,) = catalogue(samples, pages=[entry]).scripts
    assert (script.path, script.title, script.section) == ("scripts/counter", "Counter", "Tools")
    assert script.permission == "scripts.count"
    assert script.root == samples / "counter"


def test_folder_with_streamlits_pages(samples):
    scripts = catalogue(samples, folders=["sales"]).scripts
    assert [(each.path, each.title, each.icon) for each in scripts] == [
        ("scripts/sales", "Sales", ":material/description:"),
        ("scripts/sales/trends", "Trends", "📈"),
        ("scripts/sales/settings", "Settings", ":material/description:"),
    ]
    assert {each.root for each in scripts} == {samples / "sales"}


def test_folder_without_main_gives_every_script_but_no_helper(samples):
    scripts = catalogue(samples, folders=[{"folder": "counter", "path": "count"}]).scripts
    assert [each.path for each in scripts] == ["scripts/count"]
    assert [each.path for each in catalogue(samples, folders=["tools"]).scripts] == [
        "scripts/tools/live",
        "scripts/tools/magic",
        "scripts/tools/order-form",
        "scripts/tools/paths",
        "scripts/tools/pickled",
        "scripts/tools/report-tool",
    ]


def test_script_with_a_syntax_error_is_a_page_that_says_so(samples):
    assert "scripts/errors/syntax" in {each.path for each in catalogue(samples, folders=["errors"]).scripts}


@pytest.mark.parametrize(
    ("settings", "code", "says"),
    [
        ({"pages": [{"file": "gone.py"}]}, "scripts.missing", "file 'gone.py' does not exist"),
        ({"folders": ["gone"]}, "scripts.missing", "folder 'gone' does not exist"),
        ({"folders": [{"folder": "sales", "main": "x.py"}]}, "scripts.missing", "main script 'sales/x.py'"),
        ({"pages": [{"file": "tools/notes.txt"}]}, "scripts.not_python", "no Python script"),
        ({"folders": ["sales/data"]}, "scripts.empty", "holds no Streamlit script"),
        (
            {"pages": [{"file": "counter/other.py", "path": "counter"}]},
            "scripts.duplicate",
            "both want the page 'scripts/counter'",
        ),
    ],
)
def test_entry_that_leads_nowhere_is_named_and_the_others_go_on(samples, settings, code, says):
    good = {"file": "counter/counter.py"}
    found = catalogue(samples, **{**settings, "pages": [good, *settings.get("pages", [])]})
    assert [each.path for each in found.scripts] == ["scripts/counter"]
    assert [(each.code, each.severity) for each in found.findings] == [(code, "warning")]
    assert says in found.findings[0].message


@pytest.mark.parametrize(
    "settings", [{"pages": [{"title": "no file"}]}, {"pages": [{"file": "a.py", "path": "A B"}]}, {"x": 1}]
)
def test_settings_that_cannot_be_meant_are_refused(settings):
    with pytest.raises(ValidationError):
        ScriptsSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("3_📈_Sales_report.py", (3, "📈", "Sales report")),
        ("home.py", (10**6, None, "Home")),
        ("2024.py", (10**6, None, "2024")),
        ("1-first-look.py", (1, None, "First look")),
    ],
)
def test_names_are_read_as_streamlit_does(tmp_path, file, expected):
    assert names(tmp_path / file) == expected


def test_slug_is_a_page_path_part():
    assert slug("Größe & Maß") == "grosse-mass"
    assert slug("📈") == "script"
