"""Contracts of the own regions, for officials: to read only, without anybody's name."""

from flask import request

from market.contracts import queries
from market.contracts.blueprint import blueprint
from market.contracts.types import CONTRACT_LABELS, CONTRACT_TONES, ContractState
from market.db.session import reading
from market.providers import queries as providers
from market.regions import queries as regions
from market.web import context
from market.web.access import STAFF, policy
from market.web.paging import page_number
from market.web.templating import render


@blueprint.get("/official/contracts")
@policy(STAFF)
def list_region_contracts() -> str:
    """Where turnkey contracts of the region stand."""
    asked = request.args.get("state", "")
    state = asked if asked in set(ContractState) else ""
    with reading() as session:
        page = queries.list_in_regions(session, context.actor(), state, page_number())
        places = regions.paths(session, [card.region for card in page.items])
        crews = providers.names(session, [card.provider_id for card in page.items])
    return render(
        "contracts/list_region_contracts.html", page=page, places=places, crews=crews,
        state=state, labels=CONTRACT_LABELS, tones=CONTRACT_TONES,
    )  # fmt: skip
