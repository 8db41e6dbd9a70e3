"""`app authz`: the same parts that decide say why, and what is mistyped is named with the nearest."""

import json

import pytest

from host import Credentials, Principal, ValidationError
from host.cli.root import run
from host.contracts.principal import SIGNED_IN
from host.kernel.explaining import explain
from host.security.authorization import Explanation, Policy, RoleDefinition
from host.testing import HostApp, HostAppFactory
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.order_input import LineInput, OrderInput

POLICY = Policy(
    [
        RoleDefinition("viewer"),
        RoleDefinition("editor", inherits=frozenset({"viewer"})),
        RoleDefinition("temp", inherits=frozenset({"editor"}), denies=frozenset({"warehouse.import"})),
    ],
    {"warehouse.read": {"viewer"}, "warehouse.cancel": {"editor"}, "warehouse.import": {"editor"}},
)


class Keeper:
    """Knows Mia, who has the role ``temp``."""

    def resolve(self, credentials: Credentials) -> Principal | None:
        """Let nobody in."""
        return None

    def principal(self, user_id: str) -> Principal | None:
        """Tell what Mia may."""
        may = POLICY.effective(["temp"])
        return Principal("m1", "Mia", frozenset({"temp"}), may.permissions, may.denied) if user_id == "m1" else None

    def person(self, login: str) -> Principal | None:
        """Tell what Mia may."""
        return self.principal("m1") if login == "mia" else None

    def explain(self, user_id: str, permission: str) -> Explanation | None:
        """Tell why."""
        return POLICY.explain(permission, ["temp"]) if user_id == "m1" else None

    def logins(self, limit: int) -> list[str]:
        """Tell who there is."""
        return ["mia"][:limit]


@pytest.fixture
def app(make_host_app: HostAppFactory) -> HostApp:
    """The warehouse, with people."""
    app = make_host_app(["warehouse"])
    app.application.authenticator = Keeper()
    return app


@pytest.mark.parametrize("who", ["mia", "m1"])
def test_a_person_is_known_by_login_and_by_id(app: HostApp, who: str) -> None:
    decision = explain(app.application, who, "warehouse.read")
    assert decision.allowed
    assert decision.explanation.reasons[0].chain == ("temp", "editor", "viewer")


def test_a_denial_is_named_beside_what_it_overrides(app: HostApp) -> None:
    decision = explain(app.application, "mia", "warehouse.import")
    assert not decision.allowed
    assert [reason.kind for reason in decision.explanation.reasons] == ["denied", "default"]


def test_a_resource_is_judged_by_the_rules(app: HostApp) -> None:
    services = app.services("warehouse")
    with app.context():
        article = services.articles.create(ArticleInput(number="T-1", name="Tea"))
        order = services.orders.create(OrderInput("Cafe", [LineInput(article.id, 1)]))  # type: ignore[arg-type]
        decision = explain(app.application, "mia", "warehouse.cancel", order.number)
    assert decision.explanation.held
    assert not decision.allowed
    assert [rule.answer for rule in decision.rules] == ["no"]


def test_without_a_resource_the_rules_are_named_only(app: HostApp) -> None:
    decision = explain(app.application, "mia", "warehouse.cancel")
    assert decision.allowed
    assert [rule.answer for rule in decision.rules] == [None]


def test_to_be_signed_in_needs_nothing_else(app: HostApp) -> None:
    assert explain(app.application, "mia", SIGNED_IN).allowed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("mai", "warehouse.read"), "Did you mean mia"),
        (("nobody at all", "warehouse.read"), "app users list"),
        (("mia", "warehouse.raed"), "Did you mean warehouse.read"),
        (("mia", "zzz"), "app authz list"),
        (("mia", "warehouse.cancel", "no such order"), "no such order"),
        (("mia", "warehouse.read", "A-1"), "No rule narrows"),
    ],
)
def test_what_is_mistyped_is_named(app: HostApp, arguments: tuple[str, ...], says: str) -> None:
    with app.context(), pytest.raises(ValidationError) as caught:
        explain(app.application, *arguments)
    assert says in str(caught.value)


@pytest.fixture
def project(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project folder with the warehouse and no sign-in."""
    (tmp_path / "plugins.toml").write_text("[plugins.warehouse]\n")
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("project")
def test_without_sign_in_the_command_explains_the_local_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["authz", "explain", "local", "warehouse.edit"]) == 0
    said = capsys.readouterr().out
    assert "(local) may: warehouse.edit  Book movements" in said
    assert "granted by *: the person itself" in said

    assert run(["authz", "explain", "local", "warehouse.cancel", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["allowed"] is True
    assert found["rules"][0]["answer"] is None

    assert run(["authz", "explain", "maria", "warehouse.edit"]) == 3
    assert "one local person: `local`" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_the_list_names_holders_and_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["authz", "list", "--json"]) == 0
    found = {row["permission"]: row for row in json.loads(capsys.readouterr().out)["permissions"]}
    assert found["warehouse.export"]["roles"] == ["editor", "operator"]
    assert found["warehouse.cancel"]["rules"]
    assert found["host.pii"]["plugin"] == "host"
    assert run(["authz", "list", "local"]) == 0
    assert "warehouse.cancel_any" in capsys.readouterr().out
