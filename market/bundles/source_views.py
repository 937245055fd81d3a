"""The page that says where every coefficient comes from and how far it may be trusted."""

from typing import Any

from flask_babel import gettext as _

from market.bundles import wording
from market.bundles.archetypes import constructions
from market.bundles.blueprint import blueprint
from market.bundles.materials import limit_rows, materials
from market.bundles.reference import coefficients, fuels, places
from market.bundles.wording import number
from market.kernel.quantity import UNITS
from market.web.access import PUBLIC, policy
from market.web.templating import name_of, render

Row = dict[str, Any]


@blueprint.get("/bundles/sources")
@policy(PUBLIC)
def show_sources() -> str:
    """Every coefficient with its value, unit, source and level of trust."""
    tables = {
        "coefficients": _coefficients(),
        "fuels": _fuels(),
        "constructions": _constructions(),
        "materials": _materials(),
        "limits": _limits(),
        "places": _places(),
    }
    return render("bundles/show_sources.html", sources=tables, words=wording)


def _row(name: str, value: str, source: str, trust: str, key: str = "") -> Row:
    return {"name": name, "value": value, "source": source, "trust": trust, "id": key}


def _coefficients() -> list[Row]:
    rows = []
    for item in coefficients().values():
        value = f"{number(item.range.usual, 3)} {item.unit}".strip()
        if not item.range.is_exact:
            value += _("（%(range)s）", range=wording.range_of(item.range, 2))
        rows.append(_row(name_of(item), value, item.source, item.trust, item.key))
    return rows


def _fuels() -> list[Row]:
    rows = []
    for item in fuels().values():
        unit = UNITS.get(item.unit, item.unit)
        value = _(
            "%(price)s 元/%(unit)s，%(heat)s kWh，效率 %(share)s %%",
            price=wording.range_of(item.price_yuan, 2), unit=_(unit),
            heat=number(item.kwh_per_unit), share=number(item.efficiency * 100, 0),
        )  # fmt: skip
        rows.append(_row(name_of(item), value, item.source, item.trust, item.key))
    return rows


def _constructions() -> list[Row]:
    return [
        _row(
            name_of(item),
            number(item.resistance, 3)
            if item.resistance is not None
            else number(item.u_value or 0),
            f"{item.how}{_('；')}{item.source}",
            item.trust,
            item.key,
        )
        for item in constructions().values()
    ]


def _materials() -> list[Row]:
    rows = []
    for item in materials().values():
        parts = [f"λ {item.conductivity}"] if item.conductivity else []
        parts += [f"U {item.u_value}"] if item.u_value else []
        if item.carbon_kg is not None:
            parts.append(f"{number(item.carbon_kg, 2)} kg")
        value = _("，").join(parts) or _("暂无数据")
        trust = "unverified" if item.carbon_level == "average" else "estimate"
        rows.append(_row(name_of(item), value, item.carbon_basis, trust, item.key))
    return rows


def _limits() -> list[Row]:
    rows = []
    for row in limit_rows():
        zone = row["zone_major"] if row["zone"] == "all" else row["zone"]
        name = " ".join(filter(None, (_(zone), _(row["element"]), row["condition"])))
        source = f"{row['standard']}{_('；')}{row['basis']}"
        rows.append(_row(name, row["u_max_w_m2k"], source, "unverified"))
    return rows


def _places() -> list[Row]:
    rows = []
    for row in places().values():
        parts = [f"{row['kg_per_kwh']} kg/kWh"] if row["kg_per_kwh"] else [_("电网按全国")]
        parts += [f"{row['solar_kwh_per_kw']} kWh/kW"] if row["solar_kwh_per_kw"] else []
        rows.append(_row(name_of(row), _("，").join(parts), _("见表头"), "unverified"))
    return rows
