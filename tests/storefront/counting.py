"""Follows every number of a list to the page it promises, and tells those that lie."""

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

Get = Callable[[str], str]

TOTAL = re.compile(r'<p class="small muted count">(\d+) 个')
CHIP = re.compile(r'<a href="([^"]+)"[^>]*>[^<]*<span class="muted nb">(\d+)</span></a>')
FACET = re.compile(
    r'<input type="checkbox" name="(\w+)" value="([^"]+)"[^>]*><span>[^<]*</span><i>(\d+)</i>'
)
KIND = re.compile(r'<a href="(/materials/[^"]+)">(?:(?!</a>).)*?(\d+) 个在卖', re.DOTALL)
GROUP = re.compile(
    r'<a[^>]*href="(/materials/[^"]+)"[^>]*>(?:(?!</a>).)*?看在卖的 (\d+) 个', re.DOTALL
)


def total(page: str) -> int:
    """How many results the page says it has."""
    found = TOTAL.search(page)
    return int(found[1]) if found else 0


def promises(path: str, page: str) -> Iterator[tuple[str, int]]:
    """(address, number) of everything on the page that can be chosen."""
    for pattern in (CHIP, KIND, GROUP):
        for address, number in pattern.findall(page):
            yield html.unescape(address), int(number)
    where, query = urlsplit(path).path, parse_qsl(urlsplit(path).query)
    for name, value, number in FACET.findall(page):
        others = [pair for pair in query if pair[0] not in (name, "page")]
        yield f"{where}?{urlencode([*others, (name, value)])}", int(number)


def lies(get: Get, path: str) -> list[str]:
    """Every number on the page that differs from what choosing it shows."""
    return [
        f"{path}: {address} promises {number}, shows {shown}"
        for address, number in promises(path, get(path))
        if (shown := total(get(address))) != number
    ]
