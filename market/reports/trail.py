"""Searching the audit trail, with names beside the keys. A fixed number of statements."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.accounts.types import AccountView
from market.audit import queries as audit
from market.audit.queries import AuditFilter, AuditRow
from market.catalogue import queries as catalogue
from market.certification import queries as certification
from market.kernel.actor import SYSTEM, Actor
from market.kernel.clock import end_of_day, start_of_day
from market.kernel.money import format_fen
from market.kernel.region_code import RegionCode
from market.providers import queries as providers
from market.regions import queries as regions
from market.reports.errors import RegionElsewhere
from market.reports.types import Act, Change, Trail
from market.sellers import queries as sellers

# Page of a thing by its kind: (endpoint, argument, only for operators).
PAGES = {
    "seller": ("sellers.review_application", "seller_id", False),
    "certificate": ("certification.review_certificate", "certificate_id", False),
    "carbon_declaration": ("footprints.review_declaration", "declaration_id", False),
    "factory_claim": ("factories.review_claim", "profile_claim_id", False),
    "supplier": ("suppliers.review_application", "supplier_application_id", False),
    "provider": ("providers.show_application", "provider_id", False),
    "account": ("accounts.show_account", "account_id", True),
    "demonstration": ("demonstrations.manage_project", "demonstration_id", False),
    "adoption": ("adoptions.review_entry", "adoption_id", False),
    "bundle_review": ("bundles.show_review", "bundle_review_id", False),
    "bundle": ("bundles.edit_bundle", "bundle_id", True),
    "partner": ("interchange.show_partner", "partner_id", True),
    "kind": ("catalogue.edit_kind", "code", True),
}


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields match everything."""

    text: str = ""
    object_type: str = ""
    who: str = ""
    region: RegionCode | None = None
    first: date | None = None
    last: date | None = None


def find(session: Session, actor: Actor, asked: Asked, number: int, now: datetime) -> Trail:
    """Acts the actor may see, newest first: all for operators, the own regions' for officials.

    Raises RegionElsewhere for a region of somebody else.
    """
    if asked.region is not None and not actor.governs(asked.region):
        raise RegionElsewhere()
    wanted = AuditFilter(
        text=asked.text,
        object_type=asked.object_type,
        account_ids=_people(session, asked.who),
        region=asked.region,
        regions=None if actor.is_operator else actor.official_regions,
        since=start_of_day(asked.first) if asked.first else None,
        until=end_of_day(asked.last) if asked.last else None,
    )
    page = audit.search(session, wanted, number)
    return Trail(
        page, tuple(_acts(session, actor, page.items, now)), tuple(audit.object_types(session))
    )


def places_to_choose(session: Session, actor: Actor, chosen: RegionCode | None) -> list[Any]:
    """Paths one may narrow the trail to: the own regions, what is above and below the chosen."""
    codes = [] if actor.is_operator else [region.digits for region in actor.official_regions]
    roots = [""] if actor.is_operator else codes
    for code in roots if chosen is None else [chosen.digits]:
        codes += [division.code for division in regions.children(session, code)]
    if chosen is not None:
        codes += [code for code in chosen.prefixes if actor.governs(RegionCode(code))]
    known = regions.paths(session, codes)
    return [known[code] for code in sorted(known)]


def _people(session: Session, typed: str) -> frozenset[str] | None:
    if not typed:
        return None
    found = {account.id for account in accounts.list_accounts(session, typed).items}
    if typed == SYSTEM.account_id:
        found.add(typed)
    return frozenset(found)


def _acts(session: Session, actor: Actor, rows: Collection[AuditRow], now: datetime) -> list[Act]:
    people = accounts.accounts_by_ids(session, [row.account_id for row in rows if row.account_id])
    places = regions.paths(session, [row.region for row in rows if row.region])
    names = _names(session, rows, now)
    return [
        Act(
            row=row,
            who=_name(people.get(row.account_id or ""), row),
            phone=_phone(actor, people.get(row.account_id or "")),
            what=names.get((row.object_type, row.object_id), row.object_id),
            place=places.get(row.region),
            endpoint=_page(actor, row)[0],
            values=_page(actor, row)[1],
            changes=changes(row.before, row.after),
        )
        for row in rows
    ]


def _name(person: AccountView | None, row: AuditRow) -> str:
    return person.display_name if person and person.display_name else row.account_id or ""


def _phone(actor: Actor, person: AccountView | None) -> str:
    return person.phone or "" if person and actor.is_operator else ""


def _page(actor: Actor, row: AuditRow) -> tuple[str | None, dict[str, str]]:
    endpoint, argument, for_operators = PAGES.get(row.object_type, (None, "", False))
    if endpoint is None or (for_operators and not actor.is_operator):
        return None, {}
    return endpoint, {argument: row.object_id}


def _names(
    session: Session, rows: Collection[AuditRow], now: datetime
) -> dict[tuple[str, str], str]:
    def ids(kind: str) -> list[str]:
        return [row.object_id for row in rows if row.object_type == kind]

    found: dict[str, Mapping[str, str]] = {
        "seller": {k: v.name for k, v in sellers.sellers_by_ids(session, ids("seller")).items()},
        "provider": providers.names(session, ids("provider")),
        "certificate": {
            key: view.number
            for key, view in certification.certificates_by_ids(
                session, ids("certificate"), now
            ).items()
        },
        "account": {
            key: view.display_name or view.phone or key
            for key, view in accounts.accounts_by_ids(session, ids("account")).items()
        },
        "kind": {kind.code: kind.name_zh for kind in catalogue.list_kinds(session)}
        if ids("kind")
        else {},
    }
    return {(kind, key): name for kind, names in found.items() for key, name in names.items()}


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[Change, ...]:
    """What differs between two states, by name of the value; what stayed the same is left out."""
    old, new = before or {}, after or {}
    return tuple(
        Change(key, _shown(key, old.get(key)), _shown(key, new.get(key)))
        for key in [*old, *(key for key in new if key not in old)]
        if old.get(key) != new.get(key)
    )


def _shown(key: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if key.endswith("_fen") and isinstance(value, int) and not isinstance(value, bool):
        return format_fen(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
