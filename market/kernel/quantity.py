"""Units of sale and how numbers with units are written."""

import re
from decimal import Decimal

from market.kernel.i18n import N_

# By three digits, or by four (万), but not both in one number.
_GROUPED = re.compile(r"(?<![\d.])[1-9](?:\d{0,2}(?:,\d{3})+|\d{0,3}(?:,\d{4})+)(?![\d,])")

UNITS: dict[str, str] = {
    "m2": "m²",
    "m3": "m³",
    "m": N_("米"),
    "kg": "kg",
    "t": N_("吨"),
    "l": "L",
    "kwp": "kWp",
    "w": "W",
    "piece": N_("个"),
    "block": N_("块"),
    "set": N_("套"),
    "unit": N_("台"),
    "roll": N_("卷"),
    "pack": N_("包"),
    "bag": N_("袋"),
    "drum": N_("桶"),
    "tube": N_("支"),
    "pallet": N_("托"),
    "pair": N_("副"),
    "leaf": N_("樘"),
}


def without_thousands(text: str) -> str:
    """A typed number without the commas between its thousands, or its 万.

    Raises ValueError for a comma anywhere else: who writes 12,3 may mean 12.3, and never 123.
    """
    plain = _GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    if "," in plain:
        raise ValueError("a comma that separates no thousands")
    return plain


def decimal_text(value: Decimal | int | float) -> str:
    """A number without trailing zeros or exponent, thousands separated by commas."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "\u2212")
