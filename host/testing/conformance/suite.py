"""`PluginConformance`: one test a promise, each failure says what is wrong with the plugin."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pytest

from host.contributions import Plugin
from host.testing.conformance.imports import ImportReport, probe_import
from host.testing.conformance.schema import objects, strays, tables
from host.testing.conformance.settings import round_trip_faults, settings_faults
from host.testing.conformance.subject import Subject, before_start, hook_faults, load_faults, manifest_faults
from host.testing.conformance.texts import dangling_keys, looks_like_key, permission_faults, text_faults
from host.testing.conformance.wheel import missing_files

if TYPE_CHECKING:
    from host.testing.host_app import HostApp
    from host.testing.plugin import HostAppFactory

LANGUAGES: Final = ("en", "de")
END_S: Final = 10.0
"""Seconds that a thread may take to end after the stop."""


class PluginConformance:
    """What every plugin keeps to. Subclass it and name the plugin::

    class TestConformance(PluginConformance):
        plugin = "notes"
    """

    plugin: ClassVar[str]
    """Its id."""
    beside: ClassVar[Sequence[str]] = ()
    """Plugins that must be enabled too, such as a provider of a capability that it needs."""
    settings: ClassVar[Mapping[str, Any]] = {}
    """Settings, where its defaults don't do."""
    page_params: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Page path → parameters, for pages that can't be opened without."""

    def arrange(self, host_app: "HostApp") -> None:
        """Make the data that pages need, before they are opened; by default there is none."""

    @pytest.fixture
    def subject(self) -> Subject:
        """The plugin under test."""
        return Subject(self.plugin, self.beside, self.settings, self.page_params)

    @pytest.fixture(scope="class")
    @classmethod
    def imported(cls) -> ImportReport:
        """What importing it does."""
        subject = Subject(cls.plugin)
        return probe_import(subject.package, subject.folder)

    @pytest.fixture
    def start(self, subject: Subject, make_host_app: "HostAppFactory") -> "Start":
        """Start it as often as wanted."""
        return Start(subject, make_host_app)

    def test_manifest_is_valid(self, subject: Subject) -> None:
        """The manifest parses and admits this host."""
        _expect_none(manifest_faults(subject))

    def test_import_has_no_side_effects(self, imported: ImportReport, subject: Subject) -> None:
        """Importing starts no thread or process, opens no socket, writes no file."""
        assert not imported.error, imported.error
        _expect_none([*load_faults(subject), *imported.effects])

    def test_only_pages_and_widgets_import_streamlit(self, imported: ImportReport) -> None:
        """Workers and commands don't pay for what only pages need."""
        _expect_none([f"{module} imports Streamlit" for module in imported.streamlit])

    def test_settings_refuse_unknown_names(self, subject: Subject) -> None:
        """A typo in plugins.toml is an error."""
        _expect_none(settings_faults(_loaded(subject).settings, subject.settings))

    def test_settings_survive_a_round_trip(self, subject: Subject) -> None:
        """What is written to plugins.toml means the same when it is read back."""
        _skip_known_faults(subject)
        _expect_none(round_trip_faults(subject.plugin.settings, subject.settings))

    def test_hooks_match_the_specifications(self, subject: Subject) -> None:
        """Every hook exists, with the parameters that it takes."""
        _loaded(subject)
        _expect_none(hook_faults(subject))

    def test_starts_and_stops_twice(self, start: "Start", subject: Subject) -> None:
        """It starts, stops cleanly, and starts again on the data it left."""
        _skip_known_faults(subject)
        first = start()
        start.stop(first)
        start.stop(start(again=True))

    def test_leaves_no_threads(self, start: "Start") -> None:
        """After the stop every thread that the start began has ended."""
        before = set(threading.enumerate())
        app = start.or_skip()
        app.application.close()
        begun = [thread for thread in threading.enumerate() if thread not in before]
        for thread in begun:
            thread.join(END_S)
        _expect_none([f"thread {thread.name} still runs" for thread in begun if thread.is_alive()])

    def test_migrations_go_up_down_and_up(self, start: "Start", subject: Subject) -> None:
        """Downgrading leaves nothing behind, upgrading again gives the same schema, which is what the models say.

        Also on PostgreSQL, where the variable ``TEST_POSTGRES_URL`` names a server.
        """
        from host.data import Migrator
        from host.data.migrate.drift import drift
        from host.errors import SchemaError
        from host.kernel.schema import plugin_target
        from host.testing.conformance.postgres import postgres_faults

        application = start.or_skip().application
        target = plugin_target(application.plugins[subject.id], application.registry.of(subject.id))
        if target is None:
            return
        database = application.host.database()
        migrator, upgraded = Migrator(database, [target]), objects(database)
        try:
            migrator.downgrade_all(target.id)
        except SchemaError as error:
            raise AssertionError(str(error)) from error
        left = {name for name in tables(database) if target.owns(name)}
        _expect_none([f"{name} is left after the downgrade" for name in sorted(left)])
        migrator.upgrade(target.id)
        assert objects(database) == upgraded, "the schema differs after downgrade and upgrade"
        with database.single.connect() as connection:
            _expect_none(drift(connection, target))
        _expect_none(postgres_faults(target))

    def test_owns_only_its_tables(self, start: "Start") -> None:
        """Every table that comes with it bears the manifest's prefix."""
        application = start.or_skip().application
        manifests = {id_: active.manifest for id_, active in application.plugins.items()}
        _expect_none([f"creates {name}" for name in strays(manifests, tables(application.host.database()))])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_pages_render(self, language: str, start: "Start", subject: Subject) -> None:
        """Every page runs without an exception and shows no bare text key."""
        app = start.or_skip()
        self.arrange(app)
        pages = {path: owned.value for path, owned in app.application.pages.items() if owned.plugin == subject.id}
        # Titles stand in the menu, around every page; test_texts_agree_in_every_language looks at them.
        titles = {text for page in pages.values() for text in (page.title, page.section)}
        for path in pages:
            page = app.call(path, language=language, **subject.page_params.get(path, {})).assert_success()
            bare = [text for text in page.texts if looks_like_key(subject.id, text) and text not in titles]
            _expect_none([f"{path} shows the bare key {text!r}" for text in bare])

    def test_texts_agree_in_every_language(self, subject: Subject) -> None:
        """The same keys and fields in each language, all in the plugin's namespace."""
        _skip_known_faults(subject)
        catalogues = subject.hooks.translations()
        pages = subject.hooks.pages(validated(subject))
        _expect_none([*text_faults(subject.id, catalogues), *dangling_keys(subject.id, catalogues, pages)])

    def test_permissions_are_its_own(self, subject: Subject) -> None:
        """Every permission is named after the plugin and has a title."""
        _skip_known_faults(subject)
        _expect_none(permission_faults(subject.id, subject.hooks.permissions(validated(subject))))

    def test_ships_every_file(self, subject: Subject, tmp_path: Path) -> None:
        """The distribution carries the manifest, the texts, the revisions and everything else of the package."""
        missing = missing_files(subject.candidate.distribution, subject.package, subject.folder, tmp_path)
        _expect_none([f"{name} is not in the distribution" for name in missing])


def validated(subject: Subject) -> Any:
    """Return the plugin's settings as its hooks get them."""
    from host.kernel.load import validate_settings

    return validate_settings(subject.plugin.settings, dict(subject.settings))


class Start:
    """Boots the plugin under test with its surroundings."""

    def __init__(self, subject: Subject, factory: "HostAppFactory") -> None:
        self._subject = subject
        self._factory = factory

    def __call__(self, *, again: bool = False) -> "HostApp":
        """Boot it.

        Args:
            again: on the data of the boot before.
        """
        plugins = [*self._subject.surroundings, self._subject.id]
        return self._factory(plugins, settings={self._subject.id: self._subject.settings}, again=again)

    def stop(self, app: "HostApp") -> None:
        """Close the app.

        Raises:
            AssertionError: the plugin raised while it stopped.
        """
        app.application.close()
        row = app.application.report.row(self._subject.id)
        assert row is not None
        assert row.state == "active", f"it fails to stop: {row.reason}"

    def or_skip(self) -> "HostApp":
        """Boot it, or leave it to the check of the start to say why it doesn't."""
        from host.kernel.boot import StartRefusedError

        _skip_known_faults(self._subject)
        try:
            return self()
        except StartRefusedError:
            pytest.skip("it does not start, which test_starts_and_stops_twice reports")


def _loaded(subject: Subject) -> Plugin:
    if load_faults(subject):
        pytest.skip("it can't be imported, which test_import_has_no_side_effects reports")
    return subject.plugin


def _skip_known_faults(subject: Subject) -> None:
    """Leave to their own checks what keeps the plugin from starting."""
    if before_start(subject):
        pytest.skip("manifest, import, hooks or settings have faults, which their own checks report")


def _expect_none(faults: Sequence[str]) -> None:
    assert not faults, "\n" + "\n".join(faults)
