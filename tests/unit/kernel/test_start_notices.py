"""Notices at the start: each is asked with the wished-for name; one that fails keeps nothing from starting."""

from host.kernel.start_notices import StartNotice, StartNotices


def test_everybody_is_asked_and_a_failing_one_is_left_out() -> None:
    notices = StartNotices()
    asked: list[str] = []

    def broken(as_user: str) -> StartNotice | None:
        asked.append(as_user)
        raise RuntimeError("kaputt")

    notices.ask(broken)
    notices.ask(lambda _: None)
    notices.ask(lambda as_user: StartNotice(f"for {as_user}", "/x/a/secret"))
    (told,) = notices.told("demo")
    assert told.text == "for demo"
    assert asked == ["demo"]
    assert "secret" not in repr(told)
    assert StartNotices().told() == []
