"""Construction service providers of the demonstration world."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.kernel.region_code import RegionCode
from market.providers import service as providers
from market.providers.types import ProviderApplication, Verdict
from market.seed.people import People, register
from market.seed.sellers import sample_document
from market.seed.tables import crews


def register_all(session: Session, people: People, shared_hash: str, now: datetime) -> None:
    """Crews with trades, areas, roster and documents; a few still wait for approval."""
    for position, row in enumerate(crews(), 1):
        account = register(session, row["phone"], row["contact"], shared_hash, now)
        applicant = accounts.load_actor(session, account)
        trades = tuple(dict.fromkeys(row["trades"].split("|")))
        application = ProviderApplication(
            row["name"], row["contact"], row["phone"], row["region"], trades,
            int(row["capacity"]), "示例施工队",
        )  # fmt: skip
        crew = providers.apply(session, applicant, application, now=now)
        owner = accounts.load_actor(session, account)
        areas = [RegionCode(area) for area in row["areas"].split("|")]
        providers.add_areas(session, owner, crew, areas)
        providers.add_craftsman(
            session, owner, crew, name=row["contact"], trade=trades[0],
            certificate_number=f"SL-GJ-{position:04d}", now=now,
        )  # fmt: skip
        for kind in ("identity", "training"):
            file = sample_document(f"{kind}.pdf")
            providers.add_document(session, owner, crew, file, kind=kind, now=now)
        providers.submit(session, owner, crew, now=now)
        if row["state"] == "approved":
            providers.decide(session, people.operator, crew, Verdict.APPROVE, "示例", now=now)
