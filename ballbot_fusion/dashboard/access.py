"""Who may talk to the dashboard: a layer around the whole web application (ASGI).

Two dangers. The network: whoever reaches an open port could drive the robot, so it asks for a
token. And other pages in the operator's own browser, which may send requests to 127.0.0.1: their
``Origin`` is not ours, or (by a name that was made to point here) the ``Host`` is not.
"""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ballbot_fusion.dashboard.settings import is_local

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
COOKIE = "ballbot_token"
ASK = "This dashboard asks for a token: open http://HOST:PORT/?token=TOKEN (parameter `token`)."
FOREIGN = "This request comes from another page, or by another name, than the dashboard's own."


class Access:
    """Lets requests through to ``application`` that may come through."""

    def __init__(self, application: Application, host: str, token: str) -> None:
        """Guard ``application``, which listens on ``host``; an empty ``token`` asks for none."""
        self._application, self._host, self._token = application, host, token

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one request or web socket, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal:
            await _refuse(scope, send, refusal)
        elif self._token and scope["type"] == "http":
            await self._application(scope, receive, self._remembering(send))
        else:
            await self._application(scope, receive, send)

    def refusal(self, scope: Scope) -> str:
        """Say why a request may not come through; empty when it may."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        origin = headers.get(b"origin", "")
        if origin and urlsplit(origin).netloc != host:
            return FOREIGN
        if is_local(self._host) and not is_local(urlsplit(f"//{host}").hostname or ""):
            return FOREIGN
        return "" if not self._token or self._knows(scope, headers) else ASK

    def _knows(self, scope: Scope, headers: dict[bytes, str]) -> bool:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        offered = query.get("token", [])
        try:
            cookie = SimpleCookie(headers.get(b"cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is not None:
            offered = [*offered, cookie.value]
        known = self._token.encode()
        return any(hmac.compare_digest(text.encode(), known) for text in offered)

    def _remembering(self, send: Any) -> Any:
        """Give the browser a cookie: what the page loads has no token in its address."""
        cookie = f"{COOKIE}={self._token}; HttpOnly; SameSite=Strict; Path=/".encode("latin-1")

        async def sent(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"set-cookie", cookie)]
            await send(message)

        return sent


async def _refuse(scope: Scope, send: Any, why: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})
