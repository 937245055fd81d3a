"""Loading the data and changing what officials may change."""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.regions import queries
from market.regions.access import may_override_climate
from market.regions.errors import NotACounty, NotYourRegion, ReasonMissing, UnknownZone
from market.regions.models import ClimateOverrideRow, ClimateZoneRow, DivisionRow
from market.regions.types import ZONES, LoadReport

DATA = Path(__file__).parent / "data"


def load(session: Session, directory: Path = DATA) -> LoadReport:
    """Load all places, points and climate zones; safe to repeat.

    Rows that are there already are brought up to date, overrides by officials stay.
    """
    points = _points(directory)
    places = list(_places(directory, points))
    zones = list(_zones(directory))
    _merge(session, DivisionRow, places)
    _merge(session, ClimateZoneRow, zones)
    return LoadReport(len(places), len(points), len(zones))


def _merge(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    table = model.__table__
    columns = list(rows[0])
    present = {
        row.code: tuple(row)
        for row in session.execute(select(*(table.c[name] for name in columns)))
    }
    new = [row for row in rows if row["code"] not in present]
    changed = [
        row
        for row in rows
        if row["code"] in present and present[row["code"]] != tuple(row.values())
    ]
    if new:
        _insert(session, table, new)
    if changed:
        statement = update(table).where(table.c.code == bindparam("_code"))
        values: dict[Any, Any] = {name: bindparam(name) for name in columns if name != "code"}
        session.connection().execute(
            statement.values(values), [{**row, "_code": row["code"]} for row in changed]
        )


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """All rows at once: COPY where there is one, a prepared statement run many times elsewhere."""
    if session.get_bind().dialect.name != "postgresql":
        session.execute(insert(table), rows)
        return
    connection: Any = session.connection().connection.driver_connection
    statement = f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _read(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix == ".gz":
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    else:
        text = path.read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _points(directory: Path) -> dict[str, tuple[float, float, str]]:
    return {
        RegionCode(row["code"]).digits: (float(row["lat"]), float(row["lon"]), row["precision"])
        for row in _read(directory / "division_points.csv")
    }


def _places(
    directory: Path, points: dict[str, tuple[float, float, str]]
) -> Iterator[dict[str, Any]]:
    for row in _read(directory / "divisions.csv.gz"):
        lat, lon, precision = points.get(row["code"], (None, None, None))
        yield {
            "code": row["code"],
            "name": row["name"],
            "display_name": row["display_name"] or row["name"],
            "level": row["level"],
            "parent_code": row["parent"] or None,
            "is_placeholder": row["placeholder"] == "1",
            "is_stat_zone": row["stat_zone"] == "1",
            "name_en": row["name_en"],
            "pinyin": row["pinyin"],
            "initials": row["initials"],
            "lat": lat,
            "lon": lon,
            "point_precision": precision,
        }


def _zones(directory: Path) -> Iterator[dict[str, Any]]:
    seen = set()
    for row in _read(directory / "climate_zones_prefecture.csv"):
        code = RegionCode(row["adcode"]).digits
        seen.add(code)
        yield {
            "code": code,
            "zone": row["zone"],
            "confidence": row["confidence"],
            "hdd18": int(row["hdd18"]) if row["hdd18"] else None,
            "cdd26": int(row["cdd26"]) if row["cdd26"] else None,
            "basis": row["basis"],
        }
    for row in _read(directory / "climate_zones_province_default.csv"):
        code = RegionCode(row["adcode"]).digits
        if code not in seen:
            yield {
                "code": code,
                "zone": row["default_zone"],
                "confidence": "D",
                "hdd18": None,
                "cdd26": None,
                "basis": row["basis"],
            }


def override_climate_zone(
    session: Session, actor: Actor, county: RegionCode, zone: str, reason: str, *, now: datetime
) -> None:
    """An official of the region (or the operator) sets the zone of one county; audited.

    Raises UnknownRegion, NotACounty, NotYourRegion, UnknownZone, ReasonMissing.
    """
    place = _county_of(session, actor, county)
    if zone not in ZONES:
        raise UnknownZone(field="zone")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    before = queries.climate_zone(session, county).zone
    row = session.get(ClimateOverrideRow, place)
    if row is None:
        row = ClimateOverrideRow(code=place)
        session.add(row)
    row.zone, row.reason = zone, reason.strip()
    row.set_by, row.set_at = actor.account_id or "", now
    session.flush()
    audit.record(
        session,
        actor,
        "climate_zone.override",
        "county",
        place,
        before={"zone": before},
        after={"zone": zone, "reason": row.reason},
        region=county,
        now=now,
    )


def remove_climate_override(
    session: Session, actor: Actor, county: RegionCode, *, now: datetime
) -> None:
    """Go back to the zone of the data; audited. Nothing happens without an override."""
    place = _county_of(session, actor, county)
    row = session.get(ClimateOverrideRow, place)
    if row is None:
        return
    before = row.zone
    session.delete(row)
    session.flush()
    after = queries.climate_zone(session, county).zone
    audit.record(
        session,
        actor,
        "climate_zone.remove_override",
        "county",
        place,
        before={"zone": before},
        after={"zone": after},
        region=county,
        now=now,
    )


def _county_of(session: Session, actor: Actor, county: RegionCode) -> str:
    place = queries.get(session, county)
    if not may_override_climate(actor, county):
        raise NotYourRegion()
    if place.level != "county":
        raise NotACounty(field="county")
    return place.code
