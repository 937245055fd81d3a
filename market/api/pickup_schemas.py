"""Pick-up points as documents, and how an order says that it is fetched there."""

from marshmallow import fields

from market.api.fields import Choice, Document, Region, Word, said
from market.api.operation import Query
from market.kernel.i18n import N_

HOME, POINT = "home", "point"


class PointsQuery(Query):
    """Of which township."""

    region = Region(required=True, metadata=said(N_("乡镇，或没有乡镇的县")))


class PointOut(Document):
    """A village pick-up point."""

    id = fields.String(required=True)
    region = Region(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    where = fields.String(required=True)
    hours = fields.String(required=True, metadata=said(N_("到货那天几点到几点有人")))
    weekdays = fields.List(fields.Integer(), required=True, metadata=said(N_("1 是星期一")))
    agent_name = fields.String(required=True)
    agent_phone = fields.String(required=True)
    capacity_g = fields.Integer(required=True, metadata=said(N_("一个到货日最多放的重量，单位克")))
    max_pack_g = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("最重的一包，单位克；不限是 null"))
    )
    max_piece_mm = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("最长的一件，单位毫米；不限是 null"))
    )
    open_from = fields.Date(required=True)
    open_until = fields.Date(
        required=True, allow_none=True, metadata=said(N_("最后一个到货日，一直开是 null"))
    )


class PointsOut(Document):
    """The points of a township that take goods, or will."""

    items = fields.List(fields.Nested(PointOut), required=True)


class PickupIn(Document):
    """At which point and on which drop day."""

    point_id = Word(most=20, required=True)
    day = fields.Date(required=True, metadata=said(N_("到货日，要有空位")))


class PickupThenOut(Document):
    """Where an order is fetched, as it was chosen."""

    point_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    town = fields.String(required=True)
    where = fields.String(required=True)
    hours = fields.String(required=True)
    agent_name = fields.String(required=True)
    agent_phone = fields.String(required=True)
    day = fields.Date(required=True)


def delivery() -> fields.String:
    """To the door, or dropped at a point."""
    return fields.String(
        validate=Choice([HOME, POINT]), load_default=HOME,
        metadata=said(N_("home 送到家门口，point 送到自提点；运费可能不一样")),
    )  # fmt: skip
