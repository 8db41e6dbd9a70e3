"""Routes of plugins: authorised, in their plugin's context, and no fault of theirs reaches anybody else."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.raw import get
from tests.integration.serving import WebUnderTest, until

PLUGIN = """
from starlette.responses import JSONResponse

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


class Hooks:
    @hookimpl
    def permissions(self):
        return [Permission(name="probe.use", title="Use")]

    @hookimpl
    def routes(self, services):
        paths = {"boom": boom, "leave": leave, "refuse": refuse, "invalid": invalid}
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


def test_a_denial_and_bad_input_are_told_apart_from_faults(web):
    assert get(web.port, "/x/probe/refuse").status == 403
    assert get(web.port, "/x/probe/invalid").status == 422


def test_a_plugin_that_is_not_exposed_has_no_routes(web):
    plugins = web.log.parent / "plugins.toml"
    before = plugins.read_text(encoding="utf-8")
    plugins.write_text(
        '[plugins.probe]\nenabled = true\n[plugins.probe.expose]\nroles = ["nobody"]\n', encoding="utf-8"
    )
    until(lambda: get(web.port, "/x/probe/where/7").status == 404, "it disappears")
    plugins.write_text(before, encoding="utf-8")
    until(lambda: get(web.port, "/x/probe/where/7").status == 200, "it comes back")
