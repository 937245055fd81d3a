"""Money is an integer number of fen (1/100 yuan)."""

import re
import unicodedata
from collections.abc import Sequence

from market.kernel.quantity import without_thousands

Fen = int

_YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>\d{1,12})(?:\.(?P<fen>\d{1,2}))?")


def format_fen(fen: Fen) -> str:
    """Fen as yuan with thousands commas and two decimals; a true minus sign when negative."""
    yuan, rest = divmod(abs(fen), 100)
    sign = "\u2212" if fen < 0 else ""
    return f"{sign}{yuan:,}.{rest:02d}"


def parse_yuan(text: str, *, allow_negative: bool = False) -> Fen:
    """Read a yuan amount typed by a person.

    Accepts full-width digits, spaces around and thousands commas.
    Raises ValueError on anything else: commas elsewhere, more than two decimals, exponents,
    signs not allowed.
    """
    try:
        plain = without_thousands(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        plain = ""
    match = _YUAN.fullmatch(plain)
    if match is None or (match["sign"] and not allow_negative):
        raise ValueError("not an amount in yuan")
    fen = int(match["yuan"]) * 100 + int((match["fen"] or "0").ljust(2, "0"))
    return -fen if match["sign"] else fen


def allocate(total: Fen, weights: Sequence[int]) -> list[Fen]:
    """Split `total` in proportion to non-negative `weights`, to the fen (largest remainder).

    The parts sum to `total` exactly. Ties go to the earlier weight. With all weights zero
    the whole goes to the first part. Raises ValueError without weights.
    """
    if not weights:
        raise ValueError("nothing to allocate to")
    whole = sum(weights)
    if whole == 0:
        return [total, *([0] * (len(weights) - 1))]
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    if rest := size - sum(parts):
        over = [size * weight % whole for weight in weights]
        for i in sorted(range(len(parts)), key=over.__getitem__, reverse=True)[:rest]:
            parts[i] += 1  # equal remainders stay in their order
    return parts if total >= 0 else [-part for part in parts]


def allocate_shares(parts: Sequence[Fen], weights: Sequence[int]) -> list[list[Fen]]:
    """Split every one of non-negative `parts` over `weights`, to the fen; a row for each part.

    Each row sums to its part, and each column to what `allocate` gives its weight of the sum of
    all parts: shares are rounded once, on the whole, and not again with every part. Raises
    ValueError without weights.
    """
    left = list(parts)
    columns = []
    for share in allocate(sum(left), weights):
        column = allocate(share, left) if left else []
        left = [rest - fen for rest, fen in zip(left, column, strict=True)]
        columns.append(column)
    return [list(row) for row in zip(*columns, strict=True)]


def percent_of(amount: Fen, basis_points: int) -> Fen:
    """`basis_points` hundredths of a percent of a non-negative amount, floored to the fen."""
    return amount * basis_points // 10_000
