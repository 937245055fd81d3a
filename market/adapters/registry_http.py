"""A registry of certificates over HTTP: JSON pages, with an end to every wait.

`GET {address}` answers {"certificates": [...], "next": "<address of the next page>" or null}.
Only the pages of the same server are followed. Nothing is handed on before the last page has
arrived whole.
"""

import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

from market.config import Settings
from market.kernel.ports import CertificateRegistry, RegistryUnreachable

CALL_SECONDS, ALL_SECONDS = 5.0, 20.0
MOST_BYTES, MOST_PAGES, TRIES = 10_000_000, 200, 2
_PIECE = 65_536


class HttpRegistry:
    """Asks one address. Waits at most `call_seconds` for each answer and `all_seconds` in all."""

    def __init__(
        self, address: str, *, call_seconds: float = CALL_SECONDS, all_seconds: float = ALL_SECONDS
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the registry must be reached over http or https")
        self.name = parts.hostname
        self._address, self._server = address, (parts.scheme, parts.netloc)
        self._call, self._all = call_seconds, all_seconds

    def fetch(self) -> list[Any]:
        """Every row the registry has. Raises RegistryUnreachable; then nothing was fetched."""
        end = time.monotonic() + self._all
        rows: list[Any] = []
        address: str | None = self._address
        for _ in range(MOST_PAGES):
            page = self._page(address or "", end)
            rows += page["certificates"]
            following = page.get("next")
            if not following:
                return rows
            address = urljoin(address or "", str(following))
            if urlsplit(address)[:2] != self._server:
                raise RegistryUnreachable("leads to another server")
        raise RegistryUnreachable("too many pages")

    def _page(self, address: str, end: float) -> dict[str, Any]:
        for left in reversed(range(TRIES)):
            try:
                return self._once(address, end)
            except _Passing as error:
                if not left:
                    raise RegistryUnreachable(str(error)) from error
        raise AssertionError

    def _once(self, address: str, end: float) -> dict[str, Any]:
        call = urllib.request.Request(  # noqa: S310 (checked above)
            address, headers={"Accept": "application/json"}
        )
        try:
            with _OPENER.open(call, timeout=self._wait(end)) as answer:
                page = json.loads(self._body(answer, end))
        except urllib.error.HTTPError as error:
            kind = _Passing if error.code >= 500 or error.code == 429 else RegistryUnreachable
            raise kind(f"answers {error.code}") from error
        except (OSError, HTTPException) as error:
            raise _Passing(type(error).__name__) from error
        except (ValueError, RecursionError) as error:
            raise RegistryUnreachable("answers no JSON") from error
        if not isinstance(page, dict) or not isinstance(page.get("certificates"), list):
            raise RegistryUnreachable("answers something else")
        return page

    def _body(self, answer: Any, end: float) -> bytes:
        """The whole body; a slow trickle ends with the time for everything."""
        length = answer.headers.get("Content-Length")
        body = b""
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > MOST_BYTES:
                raise RegistryUnreachable("answers too much")
            self._wait(end)
        if length is not None and length.isdigit() and len(body) != int(length):
            raise _Passing("cut off")
        return body

    def _wait(self, end: float) -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise RegistryUnreachable("takes too long")
        return min(self._call, left)


class _Passing(Exception):
    """May work at once when asked again."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirections are not followed: the address is the operator's own setting."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def make_registry(settings: Settings) -> CertificateRegistry | None:
    """The registry of the settings; None without an address."""
    url = settings.certificate_registry_url
    return HttpRegistry(url) if url else None
