"""More visitors than threads: some wait, the rest is told at once to come again."""

import asyncio
import threading

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from host import Credentials
from host.web.identity import CREDENTIALS, PRINCIPAL
from plugins.auth.web.endpoint import MOST_WAITING, endpoint
from tests.attacks import attack


def request():
    scope = {
        "type": "http", "method": "GET", "path": "/x/auth/sign-in", "query_string": b"next=/%3Fpage%3Dhome",
        "headers": [(b"host", b"app.example")], PRINCIPAL: None, CREDENTIALS: Credentials(),
    }  # fmt: skip
    return Request(scope)


@attack(
    "more people sign in at once than can be served",
    "those beyond are told at once to come again",
)
def test_a_crowd_is_told_to_come_again(make_host_app):
    go_on = threading.Event()

    def slow(_):
        assert go_on.wait(30)
        return Response("done")

    async def arrive():
        threads = CapacityLimiter(1)
        door = endpoint(slow, threads)
        first = [asyncio.create_task(door(request())) for _ in range(1 + MOST_WAITING)]
        await asyncio.sleep(0.2)
        assert threads.statistics().tasks_waiting == MOST_WAITING
        one_too_many = await door(request())
        go_on.set()
        return one_too_many, await asyncio.gather(*first)

    with make_host_app(["auth"]).context():
        refused, served = asyncio.run(arrive())
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert "One moment" in refused.body.decode()
    assert 'href="/x/auth/sign-in?next=%2F%3Fpage%3Dhome"' in refused.body.decode()
    assert {each.status_code for each in served} == {200}
