"""Plugins with one planted fault each, and the check of `PluginConformance` that must find it."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

Files = Mapping[str, str]

_HEAD: Final = """
    from collections.abc import Iterator
    from pathlib import Path
    from dependency_injector import containers, providers
    from pydantic import BaseModel, ConfigDict
    from host import Catalogue, Migrations, Page, Permission, Plugin, hookimpl, load_catalogues

    HERE = Path(__file__).parent

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        limit: int = 3
"""
_SERVICES: Final = """
    class Services(containers.DeclarativeContainer):
        database = providers.Dependency()
"""
_HOOKS: Final = """
    class Hooks:
        @hookimpl
        def pages(self):
            from {package}.pages import show
            return [Page(path="{id}/show", title="{id}.title", render=show, permission="{id}.read")]

        @hookimpl
        def permissions(self):
            return [Permission(name="{id}.read", title="{id}.title")]

        @hookimpl
        def migrations(self):
            return Migrations(folder=HERE / "migrations")

        @hookimpl
        def translations(self):
            return load_catalogues(HERE / "texts")
"""
_FOOT: Final = """
    plugin = Plugin(settings=Settings, services=Services, hooks=Hooks)
"""
_PAGES: Final = """
    import streamlit as st
    from host import text

    def show() -> None:
        st.write(text("{id}.title"))
"""
_REVISION: Final = """
    import sqlalchemy as sa
    from alembic import op

    revision = "0001"
    down_revision = None

    def upgrade() -> None:
        op.create_table("{id}_row", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
        op.create_index("ix_{id}_row_name", "{id}_row", ["name"])

    def downgrade() -> None:
        op.drop_table("{id}_row")
"""
_MANIFEST: Final = '[plugin]\nhost = ">=1.0,<2"\ntables = "{id}_"\n'
_TEXTS: Final = '"{id}.title" = "Title of {{name}}"\n'


@dataclass(frozen=True)
class Planted:
    """A plugin with a fault.

    Args:
        fails: names of exactly the checks that fail.
        files: what differs from the sound plugin; an empty content leaves a file out.
        unshipped: files that the distribution's record leaves out.
        written: files that the plugin itself writes, in the record though they aren't there yet.
    """

    id: str
    fails: frozenset[str]
    files: Files = field(default_factory=dict)
    unshipped: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    @property
    def distribution(self) -> str:
        """Its distribution's name."""
        return f"acme-{self.id}"

    @property
    def package(self) -> str:
        """Its package's name, as `TemporaryDistributions` makes it."""
        return f"acme_{self.id}_{self.id}"

    def content(self) -> dict[str, str]:
        """Return every file."""
        sound = {
            "plugin.toml": _MANIFEST,
            "plugin.py": plugin_code(),
            "pages.py": _PAGES,
            "migrations/0001_rows.py": _REVISION,
            "texts/en.toml": _TEXTS,
            "texts/de.toml": _TEXTS.replace("Title of", "Titel von"),
        }
        return {name: self._filled(text) for name, text in {**sound, **self.files}.items()}

    def _filled(self, text: str) -> str:
        text = textwrap.dedent(text)
        return text.replace("{id}", self.id).replace("{package}", self.package).replace("{{name}}", "{name}")


def plugin_code(*, top: str = "", services: str = _SERVICES, hooks: str = "") -> str:
    """Return ``plugin.py`` with something added."""
    method = textwrap.indent(textwrap.dedent(hooks), " " * 4)
    return "\n".join([*map(textwrap.dedent, (_HEAD, top, services, _HOOKS)), method, textwrap.dedent(_FOOT)])


def _planted(id_: str, *fails: str, **files: str) -> Planted:
    """Plant a fault; ``texts__en_toml`` names the file ``texts/en.toml``."""
    return Planted(id_, frozenset(fails), {_file(name): text for name, text in files.items()})


def _file(name: str) -> str:
    stem, _, suffix = name.replace("__", "/").rpartition("_")
    return f"{stem}.{suffix}"


def _lifespan(body: str) -> str:
    """Return ``plugin.py`` with a lifespan."""
    head = "@hookimpl\ndef lifespan(self, services):\n"
    return plugin_code(
        top="import threading\nfrom sqlalchemy import text", hooks=head + textwrap.indent(textwrap.dedent(body), "    ")
    )


MANIFEST: Final = "test_manifest_is_valid"
IMPORT: Final = "test_import_has_no_side_effects"
STREAMLIT: Final = "test_only_pages_and_widgets_import_streamlit"
TYPOS: Final = "test_settings_refuse_unknown_names"
ROUND_TRIP: Final = "test_settings_survive_a_round_trip"
HOOKS: Final = "test_hooks_match_the_specifications"
START: Final = "test_starts_and_stops_twice"
THREADS: Final = "test_leaves_no_threads"
MIGRATIONS: Final = "test_migrations_go_up_down_and_up"
TABLES: Final = "test_owns_only_its_tables"
ENGLISH: Final = "test_pages_render[en]"
GERMAN: Final = "test_pages_render[de]"
TEXTS: Final = "test_texts_agree_in_every_language"
PERMISSIONS: Final = "test_permissions_are_its_own"
FILES: Final = "test_ships_every_file"

_DOUBLING: Final = """
    from typing import Annotated
    from pydantic import AfterValidator

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        limit: Annotated[int, AfterValidator(lambda value: value * 2)] = 3
"""
_NESTED: Final = """
    class Inner(BaseModel):
        deep: int = 1

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        inner: Inner = Inner()
"""
_TOUCH: Final = '(HERE / "touched.log").write_text("hello")'
_THREAD: Final = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
_INSERT: Final = """
    with services.database.begin() as unit:
        unit.session.execute(text("INSERT INTO {id}_row (id) VALUES (1)"))
    yield
"""
_CREATE: Final = """
    with services.database.begin() as unit:
        unit.session.execute(text("CREATE TABLE IF NOT EXISTS warehouse_shadow (id INTEGER)"))
    yield
"""
_LEAK: Final = """
    threading.Thread(target=threading.Event().wait, name="leak", daemon=True).start()
    yield
"""
_GERMANLESS: Final = """
    from host import current

    def show() -> None:
        if current().language == "de":
            raise RuntimeError("nein")
"""
_RAISING: Final = "def show() -> None:\n    raise RuntimeError('no')\n"
_BARE: Final = _PAGES.replace('"{id}.title"', '"{id}.no_such_key"')
_GRABBING: Final = plugin_code().replace("[Permission(", '[Permission(name="admin.all", title="All"), Permission(')
_UNTITLED: Final = plugin_code().replace('title="{id}.title", render', 'title="{id}.heading", render')

SOUND: Final = Planted("sound", frozenset())
PLANTED: Final = (
    _planted("badrange", MANIFEST, plugin_toml=_MANIFEST.replace(">=1.0,<2", ">=2")),
    _planted("notoml", MANIFEST, plugin_toml="[plugin\n"),
    _planted("noimport", IMPORT, plugin_py="import no_such_module\n"),
    _planted("noplugin", IMPORT, plugin_py="plugin = 3\n"),
    replace(_planted("writer", IMPORT, plugin_py=plugin_code(top=_TOUCH)), written=frozenset({"touched.log"})),
    _planted("threader", IMPORT, plugin_py=plugin_code(top=_THREAD)),
    _planted("caller", IMPORT, plugin_py=plugin_code(top="import socket\nsocket.socket().close()")),
    _planted("drawer", STREAMLIT, plugin_py=plugin_code(top="import streamlit as st")),
    _planted("indirect", STREAMLIT, services_py="from host import navigate\n"),
    _planted("open", TYPOS, plugin_py=plugin_code().replace('extra="forbid"', 'extra="ignore"')),
    _planted("nested", TYPOS, plugin_py=plugin_code(top=_NESTED)),
    _planted("doubler", ROUND_TRIP, plugin_py=plugin_code(top=_DOUBLING)),
    _planted("unknownhook", HOOKS, plugin_py=plugin_code(hooks="@hookimpl\ndef pagez(self):\n    return []")),
    _planted("wronghook", HOOKS, plugin_py=plugin_code(hooks="@hookimpl\ndef seeds(self, servises):\n    return []")),
    _planted("nostart", START, plugin_py=_lifespan("raise RuntimeError('no')\nyield")),
    _planted("nostop", START, plugin_py=_lifespan("yield\nraise RuntimeError('no')")),
    _planted("once", START, plugin_py=_lifespan(_INSERT)),
    _planted("leaker", THREADS, plugin_py=_lifespan(_LEAK)),
    _planted("leftover", MIGRATIONS, migrations__0001_rows_py=_REVISION.replace('op.drop_table("{id}_row")', "pass")),
    _planted("squatter", TABLES, plugin_py=_lifespan(_CREATE)),
    _planted("raiser", ENGLISH, GERMAN, pages_py=_RAISING),
    _planted("germanless", GERMAN, pages_py=_GERMANLESS),
    _planted("barekey", ENGLISH, GERMAN, pages_py=_BARE),
    _planted("untranslated", TEXTS, texts__en_toml=_TEXTS + '"{id}.more" = "More"\n'),
    _planted("otherfields", TEXTS, texts__de_toml='"{id}.title" = "Titel von {wem}"\n'),
    _planted("strangekey", TEXTS, texts__en_toml=_TEXTS + '"x.y" = "Z"\n', texts__de_toml=_TEXTS + '"x.y" = "Z"\n'),
    _planted("nottitled", TEXTS, plugin_py=_UNTITLED),
    _planted("grabber", PERMISSIONS, plugin_py=_GRABBING),
    replace(_planted("unshipped", FILES), unshipped=frozenset({"migrations/0001_rows.py"})),
)
