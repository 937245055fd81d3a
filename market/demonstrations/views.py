"""Public demonstration projects: the list and the page of one."""

from flask import Blueprint, request

from market.bundles import queries as bundles
from market.bundles.archetypes import ARCHETYPES
from market.db.session import reading
from market.demonstrations import drafting, queries, words
from market.demonstrations.types import ProjectState
from market.regions import queries as regions
from market.uses import wording
from market.web.access import PUBLIC, policy
from market.web.paging import page_number
from market.web.templating import render

blueprint = Blueprint("demonstrations", __name__)


@blueprint.get("/demonstrations")
@policy(PUBLIC)
def list_projects() -> str:
    """Public projects, newest first; `?kind=` shows one sort."""
    kind = request.args.get("kind", "")
    kind = kind if kind in [one.value for one in words.KINDS] else ""
    with reading() as session:
        page = queries.list_public(session, kind, page_number())
        places = regions.paths(session, [card.region.digits for card in page.items])
    return render(
        "demonstrations/list_projects.html", page=page, places=places, shown=kind, words=words
    )


@blueprint.get("/demonstrations/<demonstration_id>")
@policy(PUBLIC)
def show_project(demonstration_id: str) -> str | tuple[str, int]:
    """One project; of a withdrawn one only why it is gone."""
    with reading() as session:
        project = queries.get_shown(session, demonstration_id)
        place = regions.paths(session, [project.region.digits]).get(project.region.digits)
        zone = regions.climate_zone(session, project.region)
        plans = bundles.list_cloned(session, project.id)
    if project.state is not ProjectState.PUBLIC:
        return render("demonstrations/show_withdrawn.html", project=project), 410
    return render(
        "demonstrations/show_project.html", project=project, place=place, plans=plans,
        heat=drafting.heat_of(project.draft, project.bill, zone), words=words,
        house=ARCHETYPES[project.draft.house.archetype],
        sizes=drafting.values_of(project.draft.house), uses=wording,
    )  # fmt: skip
