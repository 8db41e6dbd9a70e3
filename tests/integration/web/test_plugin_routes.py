"""Routes of plugins: authorised, in their plugin's context, and no fault of theirs reaches anybody else."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.attacks import attack
from tests.integration.raw import connect, get, head, read_head
from tests.integration.serving import WebUnderTest, until

PLUGIN = """
import threading

from starlette.responses import JSONResponse, Response, StreamingResponse

from host.contributions import Permission, Plugin, Route
from host.errors import PermissionDeniedError, ValidationError
from host.hookspecs import hookimpl
from host.kernel.context import current


def where(request):
    context = current()
    return JSONResponse({
        "plugin": context.plugin, "user": context.principal.user_id, "request": context.correlation_id,
        "language": context.language, "id": request.path_params["id"],
    })


async def where_async(request):
    return where(request)


def boom(request):
    raise RuntimeError("secret detail")


def leave(request):
    raise SystemExit(3)


def refuse(request):
    raise PermissionDeniedError("not yours")


def invalid(request):
    raise ValidationError("line 3: no number")


def stream(request):
    def chunks():
        yield current().plugin

    return StreamingResponse(chunks())


def boom_midway(request):
    def chunks():
        yield "begun"
        raise RuntimeError("secret detail")

    return StreamingResponse(chunks())


def leave_midway(request):
    def chunks():
        yield "begun"
        raise SystemExit(3)

    return StreamingResponse(chunks())


def inject(request):
    return Response("x", headers={"X-A": "b\\r\\nSet-Cookie: forged=1"})


def cookies(request):
    return JSONResponse(request.cookies)


go_on = threading.Event()


def wait(request):
    go_on.wait()
    return Response("waited")


async def release(request):
    go_on.set()
    return Response("released")


class Hooks:
    @hookimpl
    def permissions(self):
        return [Permission(name="probe.use", title="Use")]

    @hookimpl
    def routes(self, services):
        paths = {"boom": boom, "leave": leave, "refuse": refuse, "invalid": invalid,
                 "stream": stream, "boom_midway": boom_midway, "leave_midway": leave_midway, "inject": inject,
                 "cookies": cookies, "wait": wait, "release": release}
        plain = [Route(path=f"/{name}", endpoint=call, permission="probe.use") for name, call in paths.items()]
        return [
            *plain,
            Route(path="/where/{id}", endpoint=where, permission="probe.use"),
            Route(path="/async/{id}", endpoint=where_async, permission="probe.use", methods=("GET", "POST")),
        ]


plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    root, site = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("site")
    TemporaryDistributions(site).add("acme-probe", {"probe": {"plugin.py": PLUGIN}})
    (root / "plugins.toml").write_text("[plugins.probe]\nenabled = true\n", encoding="utf-8")
    process = WebUnderTest(root, {"PYTHONPATH": str(site)})
    assert process.ready.get("ready"), process.log.read_text(encoding="utf-8")[-3000:]
    yield process
    process.close()


@pytest.mark.parametrize("path", ["/x/probe/where/7", "/x/probe/async/7"])
def test_an_endpoint_runs_in_its_plugins_context(web, path):
    answer = get(web.port, path, Accept_Language="de")
    assert answer.status == 200
    expected = {"plugin": "probe", "user": "local", "language": "de", "id": "7"}
    assert answer.json() == expected | {"request": answer.header("x-request-id")}


@attack("a foreign page posts to a plugin's route", "403")
def test_a_change_needs_the_own_origin(web):
    own = f"http://127.0.0.1:{web.port}"
    assert get(web.port, "/x/probe/async/7", "POST", b"{}", Origin=own).status == 200
    assert get(web.port, "/x/probe/async/7", "POST", b"{}").status == 403
    assert get(web.port, "/x/probe/where/7", "POST", b"{}", Origin=own).status == 405


@pytest.mark.parametrize("path", ["/x/probe/nothing", "/x/nobody/where/7", "/x/probe"])
def test_what_no_plugin_serves_is_not_there(web, path):
    assert get(web.port, path).status == 404


@pytest.mark.parametrize("path", ["/x/probe/boom", "/x/probe/leave"])
def test_a_raising_endpoint_is_answered_with_an_error_id_that_leads_to_the_log(web, path):
    answer = get(web.port, path)
    assert answer.status == 500
    assert "secret" not in answer.body.decode()
    error_id = answer.json()["request_id"]
    lines = until(lambda: [line for line in web.lines() if line.get("error_id") == error_id], "the log line")
    assert [line["plugin"] for line in lines] == ["probe"]
    assert get(web.port, "/x/probe/where/7").status == 200


def test_the_body_of_an_answer_is_produced_in_the_plugins_context(web):
    assert b"probe" in get(web.port, "/x/probe/stream").body


@pytest.mark.parametrize("path", ["/x/probe/boom_midway", "/x/probe/leave_midway"])
def test_an_answer_that_breaks_off_is_seen_as_such_and_the_process_goes_on(web, path):
    answer = get(web.port, path)
    assert answer.status == 200
    assert b"begun" in answer.body
    assert not answer.body.endswith(b"0\r\n\r\n")
    assert b"secret" not in answer.body
    request_id = answer.header("x-request-id")

    def failures():
        return [each for each in web.lines() if each.get("correlation_id") == request_id and each.get("error_id")]

    (line,) = until(failures, "the log line")
    assert line["plugin"] == "probe"
    assert get(web.port, "/livez").status == 200


@attack("a line break in what becomes a header", "no header more")
def test_a_header_with_a_line_break_adds_no_header(web):
    answer = get(web.port, "/x/probe/inject")
    assert answer.status == 500
    assert not [cookie for cookie in answer.all("set-cookie") if "forged" in cookie]


@attack("every thread of one plugin is kept busy", "others are served")
def test_slow_endpoints_of_a_plugin_keep_nobody_else_waiting(web):
    waiting = [connect(web.port) for _ in range(50)]
    try:
        for each in waiting:
            each.sendall(head("GET", "/x/probe/wait", [("Host", f"127.0.0.1:{web.port}"), ("Connection", "close")]))
        # Answered while all fifty wait: had they taken the host's threads, nobody could come in to end that.
        assert get(web.port, "/").status == 200
        assert get(web.port, "/readyz").status == 200
    finally:
        get(web.port, "/x/probe/release")
    for each in waiting:
        with each, each.makefile("rb") as reader:
            assert read_head(reader)[0] == 200


@attack("a cookie made so that reading it takes seconds", "dropped")
def test_a_cookie_that_takes_seconds_to_read_is_dropped(web):
    costly = 'costly="' + "\\" * 60_000 + '"'
    answer = get(web.port, "/x/probe/cookies", Cookie=f"{costly}; kept=1")
    assert answer.json() == {"kept": "1"}


def test_a_denial_and_bad_input_are_told_apart_from_faults(web):
    assert get(web.port, "/x/probe/refuse").status == 403
    assert get(web.port, "/x/probe/invalid").status == 422


@attack("a route of a plugin that isn't shown to this person", "404")
def test_a_plugin_that_is_not_exposed_has_no_routes(web):
    plugins = web.log.parent / "plugins.toml"
    before = plugins.read_text(encoding="utf-8")
    plugins.write_text(
        '[plugins.probe]\nenabled = true\n[plugins.probe.expose]\nroles = ["nobody"]\n', encoding="utf-8"
    )
    until(lambda: get(web.port, "/x/probe/where/7").status == 404, "it disappears")
    plugins.write_text(before, encoding="utf-8")
    until(lambda: get(web.port, "/x/probe/where/7").status == 200, "it comes back")
