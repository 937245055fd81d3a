"""A public project becomes the draft of somebody's bundle."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles import service as bundles
from market.bundles.errors import SlugTaken
from market.bundles.types import BundleDraft, LabourRow, Origin
from market.catalogue import queries as catalogue
from market.demonstrations import drafting, queries
from market.demonstrations.errors import NoFreeAddress
from market.demonstrations.rules import limits
from market.demonstrations.types import ProjectKind, ProjectView
from market.kernel.actor import Actor
from market.regions import queries as regions

COPIES = 99


def clone(
    session: Session, actor: Actor, project_id: str, seller_id: str = "", *, now: datetime
) -> str:
    """A draft of the operator's, or of a graded supplier's, with a slot for each kind of the
    bill; returns the bundle's id. The editor, the review and the versions are those of any.

    Raises ProjectNotFound, Forbidden, NotGraded, NoFreeAddress.
    """
    project = queries.get_public(session, project_id)
    slots = drafting.slots_of(
        project.bill, drafting.values_of(project.draft.house), _offered(session, project)
    )
    zone = regions.climate_zone(session, project.region).zone
    origin = Origin(project.id, project.name_zh, project.name_en)
    for number in range(1, COPIES + 1):
        draft = draft_of(project, _slug(project.id, number), zone)
        try:
            made = bundles.create_bundle(session, actor, draft, now, seller_id, origin)
        except SlugTaken:
            continue
        for slot in slots:
            bundles.add_slot(session, actor, made, slot, now)
        return made
    raise NoFreeAddress


def draft_of(project: ProjectView, slug: str, zone: str) -> BundleDraft:
    """The bundle apart from its slots: for the climate and the county of the project, with its
    measures for those who do not know theirs, and its labour as it was paid."""
    draft, numbers = project.draft, project.draft.house.numbers or {}
    county = project.region.county or project.region
    paid = draft.labour_fen
    return BundleDraft(
        slug=slug,
        name_zh=draft.title_zh,
        name_en=draft.title_en,
        summary_zh=draft.summary_zh,
        summary_en=draft.summary_en,
        zones=(zone,),
        days=(draft.work_days, draft.work_days),
        defaults={key: float(value) for key, value in numbers.items()},
        ranges=limits(draft.kind) if draft.kind is ProjectKind.FACILITY else {},
        labour=(LabourRow("施工，照示范工程", "Work, as in the project", "set", "1", paid, paid),)
        if paid
        else (),
        regions=(county.digits,),
    )


def _slug(project_id: str, number: int) -> str:
    return f"demo-{project_id[-8:]}" + (f"-{number}" if number > 1 else "")


def _offered(session: Session, project: ProjectView) -> frozenset[str]:
    """Products that a slot may still name: published, of the kind and unit they had."""
    about = catalogue.products_about(session, [line.product_id for line in project.bill])
    return frozenset(
        line.product_id
        for line in project.bill
        if (now := about.get(line.product_id)) is not None
        and now.published_at is not None
        and (now.kind_code, now.unit.lower()) == (line.kind_code, line.unit.lower())
    )
