"""The overlap of what somebody holds and what a token is for: exactly what both stand for, never more."""

from hypothesis import given
from hypothesis import strategies as st

from host import PermissionDeniedError, Principal
from host.contracts.principal import covers
from plugins.auth.services.giving import require_held
from plugins.auth.services.scopes import TokenUse, overlap, unknown_scopes

PLUGINS = ("a", "b", "ab")
NAMES = tuple(f"{plugin}.{action}" for plugin in PLUGINS for action in ("read", "edit", "edit.all"))
PATTERNS = ("*", *(f"{plugin}.*" for plugin in PLUGINS), *NAMES)
patterns = st.frozensets(st.sampled_from(PATTERNS), max_size=5)


@given(patterns, patterns)
def test_the_overlap_is_what_both_cover(held: frozenset[str], scopes: frozenset[str]) -> None:
    both = overlap(held, scopes)
    for name in (*NAMES, "c.read", "read"):
        assert covers(both, name) == (covers(held, name) and covers(scopes, name)), name


@given(patterns, patterns, patterns)
def test_a_token_never_gives_more_than_its_owner_holds(
    held: frozenset[str], denied: frozenset[str], scopes: frozenset[str]
) -> None:
    owner = Principal("1", "One", permissions=held, denied=denied, epoch="7")
    narrowed = TokenUse("1", scopes, "token.x").narrow(owner)
    assert all(owner.may(name) for name in NAMES if narrowed.may(name))
    assert all(covers(scopes, name) for name in NAMES if narrowed.may(name))
    assert (narrowed.session, narrowed.user_id) == ("token.x", "1")
    assert narrowed.epoch != owner.epoch


@given(patterns, patterns, patterns)
def test_what_is_given_is_held(held: frozenset[str], denied: frozenset[str], wanted: frozenset[str]) -> None:
    giver = Principal("1", "One", permissions=held, denied=denied)
    try:
        require_held(giver, wanted)
    except PermissionDeniedError:
        return
    assert all(giver.may(name) for name in NAMES if covers(wanted, name))


def test_unknown_scopes_are_found() -> None:
    known = {"a.read", "ab.edit"}
    assert unknown_scopes(["a.read", "a.*", "*"], known) == []
    assert unknown_scopes(["a.edit", "b.*", "a*", "", "A.*", "a.*.*"], known) == [
        "a.edit",
        "b.*",
        "a*",
        "",
        "A.*",
        "a.*.*",
    ]
