"""Adoption databases as everyone sees them: the list, a file of it, and the page of an entry."""

import csv
from io import StringIO
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.adoptions import queries, words
from market.adoptions.types import Asked, EntryView
from market.catalogue import queries as catalogue
from market.db.session import reading
from market.exchange.sheets import escaped
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.web.access import PUBLIC, policy
from market.web.context import language, now
from market.web.paging import page_number
from market.web.templating import name_of, render

blueprint = Blueprint("adoptions", __name__)
Page = str | Response | tuple[str, int]
STATES = ("listed", "exited")


@blueprint.get("/adoptions")
@policy(PUBLIC)
def list_entries() -> str:
    """What is or was adopted, by region, kind, words and state."""
    asked = asked_for()
    with reading() as session:
        page = queries.list_public(session, asked, now(), page_number())
        kinds = {one.code: one for one in catalogue.list_kinds(session, include_closed=True)}
        provinces = queries.public_provinces(session)
        chosen = [asked.region.digits] if asked.region else []
        places = regions.paths(
            session, [*provinces, *chosen, *(one.region.digits for one in page.items)]
        )
        used = queries.public_kinds(session)
    return render(
        "adoptions/list_entries.html", page=page, asked=asked, kinds=kinds, used=used,
        provinces=provinces, places=places, words=words, query=query_of(asked),
    )  # fmt: skip


@blueprint.get("/adoptions.csv")
@policy(PUBLIC)
def export_entries() -> Response:
    """The same as a file for sheet programs."""
    with reading() as session:
        found = queries.all_public(session, asked_for(), now())
        places = regions.paths(session, {one.region.digits for one in found})
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(_headings())
    for one in found:
        writer.writerow([escaped(cell) for cell in _cells(one, places)])
    response = Response("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=adoptions.csv"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/adoptions/<adoption_id>")
@policy(PUBLIC)
def show_entry(adoption_id: str) -> str:
    """One entry with its whole history and where the product went."""
    with reading() as session:
        entry = queries.get_public(session, adoption_id, now())
        history = queries.history_of(session, adoption_id)
        uses = queries.uses_of_entry(session, entry)
        codes = {entry.region.digits, *(step.office.digits for step in history)}
        codes |= {use.region.digits for use in uses.items}
        places = regions.paths(session, codes - {""})
        kind = catalogue.find_kind(session, entry.kind_code)
    return render(
        "adoptions/show_entry.html", entry=entry, history=history, uses=uses, places=places,
        kind=kind, words=words,
    )  # fmt: skip


def asked_for() -> Asked:
    """What the address asks for; what makes no sense is passed over."""
    given = request.args
    try:
        region = RegionCode(given.get("region", ""))
    except ValueError:
        region = RegionCode("")
    state = given.get("state", "")
    return Asked(
        region if region.digits and len(region.digits) <= 6 else None,
        given.get("kind", "")[:20], given.get("q", "").strip()[:60],
        state if state in STATES else "",
    )  # fmt: skip


def query_of(asked: Asked) -> dict[str, str]:
    """The same as values of an address."""
    found = {
        "region": asked.region.digits if asked.region else "", "kind": asked.kind,
        "q": asked.words, "state": asked.state,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _headings() -> list[str]:
    return [
        _("编号"), _("状态"), _("商品"), _("型号"), _("厂家"), _("品类"), _("地区代码"),
        _("地区"), _("证书编号"), _("适用范围"), _("文号"), _("开始日期"), _("有效期"),
        _("退出原因"), _("退出时间（UTC）"), _("最后变动（UTC）"),
    ]  # fmt: skip


def _cells(one: EntryView, places: Any) -> list[str]:
    place = places.get(one.region.digits)
    name = one.name_en if language() == "en" and one.name_en else one.name_zh
    return [
        one.number, _(words.STATES[one.state][0]), name, one.model, one.maker_name, one.kind_code,
        one.region.digits, name_of(place) if place else "", one.certificate_number,
        one.use_scope, one.document_no, one.starts_on.isoformat() if one.starts_on else "",
        one.ends_on.isoformat(), _(words.cause_word(one.exit_cause)) if one.exit_cause else "",
        one.exited_at.isoformat() if one.exited_at else "", one.updated_at.isoformat(),
    ]  # fmt: skip
