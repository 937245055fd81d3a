"""Reading demonstration projects: houses with the goods that were really delivered."""

from typing import Any

from marshmallow import fields

from market.api import paging
from market.api.blueprint import PREFIX, blueprint
from market.api.fields import Amount, Choice, Document, Region, fen, said
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.read_schemas import INSTANT, UNIT, page_of
from market.api.types import Call
from market.bundles import queries as bundles
from market.bundles.house import ARCHETYPES
from market.db.session import reading
from market.demonstrations import queries
from market.demonstrations.types import EnergyBasis, Place, ProjectCard, ProjectKind, ProjectView
from market.kernel.i18n import N_
from market.media.queries import FileView
from market.uses.types import Use
from market.web.access import API, policy

DEMONSTRATIONS = "demonstrations"


class DemonstrationQuery(ListQuery):
    """Those of a kind, in a place and below."""

    kind = fields.String(validate=Choice([kind.value for kind in ProjectKind]))
    region = Region()


class EnergyOut(Document):
    """The energy of a year before and after."""

    basis = fields.String(
        required=True, metadata={"enum": [basis.value for basis in EnergyBasis],
                                 **said(N_("measured 实测，estimated 估算，空的是没有数据"))},
    )  # fmt: skip
    before_kwh = fields.Integer(required=True, allow_none=True)
    after_kwh = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)


class DemonstrationOut(Document):
    """A public project in a list."""

    id = fields.String(required=True)
    region = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in ProjectKind]})
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    summary_zh = fields.String(required=True)
    summary_en = fields.String(required=True)
    archetype = fields.String(required=True, metadata={"enum": list(ARCHETYPES)})
    goods_fen = fen(required=True)
    lines = fields.Integer(required=True, metadata=said(N_("用了几样货")))
    energy = fields.Nested(EnergyOut, required=True)
    photo = fields.String(required=True, allow_none=True, metadata=said(N_("第一张照片的地址")))
    published_at = fields.AwareDateTime(required=True, metadata=INSTANT)


class BillLineOut(Document):
    """Goods that were delivered, at their price when they were ordered."""

    kind = fields.String(required=True, attribute="kind_code")
    product_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    variant = fields.String(required=True, attribute="variant_label")
    unit = fields.String(required=True, metadata=UNIT)
    pack_size = Amount(required=True)
    packs = fields.Integer(required=True)
    quantity = Amount(required=True)
    unit_price_fen = fen(required=True)
    amount_fen = fen(required=True)
    place = fields.String(required=True, metadata={"enum": [place.value for place in Place]})
    use = fields.String(required=True, metadata={"enum": [use.value for use in Use]})


class VisitOut(Document):
    """How many people came on a day."""

    day = fields.Date(required=True)
    people = fields.Integer(required=True)


class DemonstrationDetailOut(DemonstrationOut):
    """A whole project; whose order it was is nobody else's business."""

    numbers = fields.Dict(
        required=True, keys=fields.String(), values=Amount(),
        metadata=said(N_("房子的尺寸，名字和方案的 questions 一样")),
    )  # fmt: skip
    areas = fields.Dict(required=True, keys=fields.String(), values=Amount())
    wall_mm = fields.Integer(required=True, allow_none=True)
    work_days = fields.Integer(required=True)
    finished_on = fields.Date(required=True, allow_none=True)
    labour_fen = fen(required=True, allow_none=True)
    bill = fields.List(fields.Nested(BillLineOut), required=True)
    visits = fields.List(fields.Nested(VisitOut), required=True)
    photos = fields.List(fields.String(), required=True)
    plans = fields.List(fields.String(), required=True, metadata=said(N_("照它做的方案，slug")))


@blueprint.get(f"{PREFIX}/demonstrations")
@policy(API)
@operation(
    N_("公开的示范工程，新的在前"), tag=DEMONSTRATIONS, result=page_of(DemonstrationOut),
    query=DemonstrationQuery,
)  # fmt: skip
def list_demonstrations(call: Call) -> Slice[Any]:
    """Public projects, newest first."""
    key = paging.decode(call.args.get("cursor"), int, str)
    after = (paging.instant(key[0]), str(key[1])) if key is not None else None
    limit = call.args["limit"]
    with reading() as session:
        found = queries.public_after(
            session, call.args.get("kind", ""), call.args.get("region"), after, limit + 1
        )
    cut = paging.cut(found, limit, _key)
    return Slice([_card(card) for card in cut.items], cut.next)


@blueprint.get(f"{PREFIX}/demonstrations/<project_id>")
@policy(API)
@operation(
    N_("一个示范工程：房子、用了什么、花了多少"), tag=DEMONSTRATIONS,
    result=DemonstrationDetailOut, errors=(404,),
)  # fmt: skip
def show_demonstration(call: Call, project_id: str) -> dict[str, Any]:
    """A whole project, while it is public."""
    with reading() as session:
        project = queries.get_public(session, project_id)
        plans = bundles.list_cloned(session, project.id)
    return {**_detail(project), "plans": [plan.slug for plan in plans]}


def _key(card: ProjectCard) -> tuple[int, str]:
    assert card.published_at is not None  # it is public
    return paging.micros(card.published_at), card.id


def _photo(file: FileView | None) -> str | None:
    return file.url() if file is not None else None


def _card(card: ProjectCard) -> dict[str, Any]:
    return {
        "id": card.id, "region": card.region.digits, "kind": card.kind.value,
        "name_zh": card.name_zh, "name_en": card.name_en, "summary_zh": card.summary_zh,
        "summary_en": card.summary_en, "archetype": card.archetype, "goods_fen": card.goods_fen,
        "lines": card.lines, "energy": card.energy, "photo": _photo(card.photo),
        "published_at": card.published_at,
    }  # fmt: skip


def _detail(project: ProjectView) -> dict[str, Any]:
    draft = project.draft
    photos = [file.url() for file in project.photos]
    return {
        "id": project.id, "region": project.region.digits, "kind": draft.kind.value,
        "name_zh": draft.title_zh, "name_en": draft.title_en, "summary_zh": draft.summary_zh,
        "summary_en": draft.summary_en, "archetype": draft.house.archetype,
        "goods_fen": project.goods_fen, "lines": len(project.bill), "energy": draft.energy,
        "photo": next(iter(photos), None), "published_at": project.published_at,
        "numbers": dict(draft.house.numbers or {}), "areas": dict(draft.house.areas or {}),
        "wall_mm": draft.house.wall_mm, "work_days": draft.work_days,
        "finished_on": draft.finished_on, "labour_fen": draft.labour_fen,
        "bill": project.bill, "visits": project.visits, "photos": photos,
    }  # fmt: skip
