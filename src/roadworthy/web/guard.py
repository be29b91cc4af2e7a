"""What every request passes: size, pace, headers, and a count for /metrics.

One bucket of tokens per address: it fills at a steady rate and holds a burst. The machine's own address has a wider one, because a
room of readers behind one proxy looks the same. Nothing of a request is logged or kept but counts.
"""

from __future__ import annotations

import json
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

MOST_BODY = 64 * 1024
"""Bytes of a request's body; a described vehicle is below 4 kB."""
MOST_URL = 4096
RATE_PER_S, BURST = 20.0, 120.0
LOOPBACK_FACTOR = 20.0
MOST_ADDRESSES = 4096
LOOPBACK = ("127.0.0.1", "::1", "testclient")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-elem 'self' 'unsafe-inline'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
)
"""No script but the page's own files; drawings carry style attributes and their own style elements."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), clipboard-write=(self)",
}
Scope = MutableMapping[str, Any]


@dataclass(slots=True)
class Bucket:
    """Tokens of one address."""

    tokens: float
    at: float


@dataclass(slots=True)
class Counts:
    """What /metrics prints."""

    began: float = field(default_factory=time.monotonic)
    seen: Counter[str] = field(default_factory=Counter)
    sockets: int = 0
    quick_s: list[float] = field(default_factory=list)

    def took(self, seconds: float, most: int = 512) -> None:
        """Remember how long a quick answer took."""
        self.quick_s.append(seconds)
        del self.quick_s[:-most]

    def text(self) -> str:
        """The counts in the text form that collectors read."""
        lines = [f"roadworthy_uptime_seconds {time.monotonic() - self.began:.0f}", f"roadworthy_sockets {self.sockets}"]
        lines += [f'roadworthy_events_total{{kind="{kind}"}} {n}' for kind, n in sorted(self.seen.items())]
        ordered = sorted(self.quick_s)
        for share in (0.5, 0.95):
            if ordered:
                lines.append(
                    f'roadworthy_quick_seconds{{quantile="{share}"}} {ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.4f}'
                )
        return "\n".join(lines) + "\n"


class Pace:
    """Whether an address may ask once more."""

    def __init__(self, rate: float = RATE_PER_S, burst: float = BURST) -> None:
        self._rate, self._burst, self._rows = rate, burst, OrderedDict[str, Bucket]()

    def allows(self, address: str, cost: float = 1.0) -> bool:
        """Take a token; False when there is none."""
        wide = LOOPBACK_FACTOR if address in LOOPBACK else 1.0
        now = time.monotonic()
        row = self._rows.get(address) or Bucket(self._burst * wide, now)
        row.tokens = min(row.tokens + (now - row.at) * self._rate * wide, self._burst * wide)
        row.at = now
        self._rows[address] = row
        self._rows.move_to_end(address)
        while len(self._rows) > MOST_ADDRESSES:
            self._rows.popitem(last=False)
        if row.tokens < cost:
            return False
        row.tokens -= cost
        return True


def address_of(scope: Scope) -> str:
    """The peer's address as the transport knows it; no header is believed."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: Callable[..., Awaitable[None]], counts: Counts, pace: Pace) -> None:
        self.app, self.counts, self.pace = app, counts, pace

    async def __call__(self, scope: Scope, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        """Refuse, or pass on with measured body and marked head."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.counts.seen["http"] += 1
        refused = self._refused(scope)
        if refused:
            self.counts.seen[f"refused_{refused[0]}"] += 1
            await _refuse(send, *refused)
            return
        taken = 0

        async def measured() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BODY:
                self.counts.seen["refused_413"] += 1
                return {"type": "http.disconnect"}
            return message

        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {key.lower() for key, _ in message["headers"]}
                more = {
                    **HEADERS,
                    "content-security-policy": POLICY
                    + ("frame-ancestors *" if scope["path"].startswith("/embed/") else "frame-ancestors 'self'"),
                }
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in more.items() if k.encode() not in given)]
                self.counts.seen[f"status_{message['status'] // 100}xx"] += 1
            await send(message)

        await self.app(scope, measured, marked)

    def _refused(self, scope: Scope) -> tuple[int, str, str] | None:
        if not self.pace.allows(address_of(scope)):
            return 429, "too many requests from this address", "wait a second and ask again"
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"") > MOST_URL:
            return 414, f"the address is longer than {MOST_URL} bytes", "shorten it"
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return 413, f"the body is larger than {MOST_BODY} bytes", "send less"
        return None


async def _refuse(send: Callable[[Any], Awaitable[None]], status: int, message: str, hint: str) -> None:
    body = json.dumps({"error": {"code": f"request.{status}", "message": message, "hint": hint, "where": ""}}).encode()
    headers = [(b"content-type", b"application/json"), *((k.encode(), v.encode()) for k, v in HEADERS.items())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
