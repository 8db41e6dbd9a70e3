"""Evaluation through OpenFeature: our own store, another flag service, and whatever that one does."""

import sys
import types
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.hook import Hook
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from host import Flag
from host.errors import ConfigError
from host.kernel.flags.definition import Decision, Definition
from host.kernel.flags.evaluator import Evaluator
from host.kernel.flags.overrides import Override
from host.kernel.flags.rules import Rule
from host.kernel.flags.subject import Subject

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANNA = Subject("anna", frozenset({"editor"}), {"language": "de"})
QUICK = Flag(name="shop.quick", title="Quick", default=False, owner="Olga")
SIZE = Flag(name="shop.size", title="Size", default="small", owner="Olga", choices=("small", "large"))
SHARE = Flag(name="shop.share", title="Share", default=0.5, owner="Olga")
ROWS = Flag(name="shop.rows", title="Rows", default=7, owner="Olga")


EDITORS, OTHERS = {"roles": frozenset({"editor"})}, {"roles": frozenset({"boss"})}


def definition(flag: Flag, **layers) -> Definition:
    return Definition("shop", flag, **layers)


def stored(flag: Flag, value, *rules: Rule, **layers) -> Definition:
    return definition(flag, override=Override(value, rules), **layers)


@pytest.fixture
def own() -> Iterator[Evaluator]:
    made = Evaluator()
    yield made
    made.close()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch):
    """Return an evaluator that asks the given provider, as the setting names it."""
    made = []

    def connect(factory) -> Evaluator:
        module = types.ModuleType("acme_flags")
        module.provider = factory
        monkeypatch.setitem(sys.modules, "acme_flags", module)
        made.append(Evaluator("acme_flags:provider"))
        return made[-1]

    yield connect
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("asked", "decision"),
    [
        (definition(QUICK), Decision(False, "default")),
        (definition(QUICK, in_file=True), Decision(True, "plugins.toml")),
        (stored(QUICK, False, in_file=True), Decision(False, "database")),
        (stored(QUICK, False, Rule(True, **EDITORS)), Decision(True, "rule", 1)),
        (stored(QUICK, True, Rule(False, **OTHERS)), Decision(True, "database")),
        (stored(QUICK, True, Rule(True, percent=99.9), pinned=False), Decision(False, "pinned")),
        (stored(ROWS, None, Rule(1, **OTHERS), Rule(2, until=NOON), Rule(3, since=NOON)), Decision(3, "rule", 3)),
        (stored(ROWS, 9, Rule(8, percent=0)), Decision(9, "database")),
        (stored(SIZE, None, Rule("large", percent=99.99)), Decision("large", "rule", 1, True)),
        (definition(SHARE, in_file=2.0), Decision(2.0, "plugins.toml")),
    ],
    ids=str,
)
def test_pin_rule_stored_value_file_default_in_this_order(own: Evaluator, asked, decision):
    assert own.decide(asked, ANNA, NOON) == decision


def test_our_provider_answers_only_what_the_host_asks(own: Evaluator):
    client = api.get_client(own._domain)
    assert client.get_boolean_value("shop.quick", True)
    assert client.get_object_value("shop.quick", {"a": 1}) == {"a": 1}


def test_another_service_decides_and_is_told_who_asks(service):
    told = []

    def judge(flag: InMemoryFlag, context: EvaluationContext) -> FlagResolutionDetails:
        told.append((context.targeting_key, dict(context.attributes)))
        return FlagResolutionDetails(True, reason=Reason.TARGETING_MATCH)

    flags = {
        "shop.quick": InMemoryFlag("off", {"off": False}, context_evaluator=judge),
        "shop.size": InMemoryFlag("l", {"l": "large"}),
        "shop.share": InMemoryFlag("x", {"x": 0.25}),
        "shop.rows": InMemoryFlag("x", {"x": 40}),
    }
    evaluator = service(lambda: InMemoryProvider(flags))
    assert evaluator.decide(stored(QUICK, False, Rule(False, percent=50)), ANNA, NOON) == Decision(True, "provider")
    assert evaluator.decide(definition(SIZE), ANNA, NOON).value == "large"
    assert evaluator.decide(definition(SHARE), ANNA, NOON).value == 0.25
    assert evaluator.decide(definition(ROWS), ANNA, NOON).value == 40
    assert told == [("anna", {"roles": ["editor"], "plugin": "shop", "language": "de"})]
    assert evaluator.faults == {}


def test_the_environments_pin_stands_above_another_service(service):
    evaluator = service(lambda: InMemoryProvider({"shop.quick": InMemoryFlag("on", {"on": True})}))
    assert evaluator.decide(definition(QUICK, pinned=False), ANNA, NOON) == Decision(False, "pinned")


class _Raising(InMemoryProvider):
    def __init__(self, error: BaseException) -> None:
        super().__init__({})
        self._error = error

    def resolve_boolean_details(self, *_: object, **__: object):
        raise self._error


class _RaisingHook(Hook):
    def before(self, **_: object) -> None:
        raise RuntimeError("no hook")

    def finally_after(self, **_: object) -> None:
        raise SystemExit("after all")


class _Hooked(InMemoryProvider):
    def get_provider_hooks(self) -> list[Hook]:
        return [_RaisingHook()]


class _NotReady(InMemoryProvider):
    def initialize(self, _: EvaluationContext) -> None:
        raise OSError("no route to the flag service")


QUICK_ON = {"shop.quick": InMemoryFlag("on", {"on": True})}


@pytest.mark.parametrize(
    ("provider", "reason"),
    [
        (lambda: InMemoryProvider({}), "FLAG_NOT_FOUND"),
        (lambda: InMemoryProvider({"shop.quick": InMemoryFlag("on", {"on": "yes"})}), "TYPE_MISMATCH"),
        (lambda: _Raising(RuntimeError("no luck")), "no luck"),
        (lambda: _Raising(SystemExit(3)), "SystemExit"),
        (lambda: _Hooked(QUICK_ON), "after all"),
    ],
)
def test_whatever_another_service_does_the_caller_gets_the_fallback(service, provider, reason, caplog):
    evaluator = service(provider)
    assert evaluator.decide(definition(QUICK, in_file=True), ANNA, NOON) == Decision(True, "plugins.toml")
    assert evaluator.decide(definition(QUICK), ANNA, NOON) == Decision(False, "default")
    assert reason in evaluator.faults["shop.quick"]
    lines = [each for each in caplog.records if "falls back" in str(each.msg)]
    assert len(lines) == 1


def test_a_value_that_is_no_choice_is_not_taken(service):
    evaluator = service(lambda: InMemoryProvider({"shop.size": InMemoryFlag("x", {"x": "huge"})}))
    assert evaluator.decide(definition(SIZE), ANNA, NOON) == Decision("small", "default")
    assert "huge" in evaluator.faults["shop.size"]


def test_a_service_that_recovers_is_taken_at_its_word_again(service):
    flags = {}
    evaluator = service(lambda: InMemoryProvider(flags))
    evaluator.decide(definition(QUICK), ANNA, NOON)
    api.get_client(evaluator._domain).provider._flags.update(QUICK_ON)
    assert evaluator.decide(definition(QUICK), ANNA, NOON) == Decision(True, "provider")
    assert evaluator.faults == {}


def test_a_service_that_does_not_get_ready_holds_up_nothing_for_long(service):
    evaluator = service(lambda: _NotReady(QUICK_ON))
    assert evaluator.decide(definition(QUICK), ANNA, NOON) == Decision(True, "provider")


@pytest.mark.parametrize("factory", [lambda: 1 / 0, lambda: sys.exit(1), object])
def test_a_factory_that_fails_leaves_every_flag_at_its_default(service, factory):
    evaluator = service(factory)
    assert evaluator.absent
    assert evaluator.decide(definition(QUICK, override=Override(True)), ANNA, NOON) == Decision(False, "default")


@pytest.mark.parametrize("reference", ["acme_nowhere:provider", "host.errors:nothing", "host.errors:PROJECT"])
def test_a_setting_that_names_nothing_is_an_error_of_the_start(reference):
    with pytest.raises(ConfigError, match=r"flags\.provider"):
        Evaluator(reference)
