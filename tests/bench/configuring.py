"""Configuring a bundle of at least twelve slots and choosing anew, in the service."""

from collections.abc import Sequence

from market.app import create_app
from market.bundles import service as bundles
from market.bundles.house import HouseAnswers
from market.bundles.optimise import Aim
from market.bundles.types import Choices, Priced, SelectionLine
from market.checkout.bundle_price import price_selection
from market.db.session import KEPT, database, reading
from market.seed.people import TIANSHENGQIAO
from tests.bench.data import DataSet
from tests.bench.services import Timing, timed, together

CASES = ("configure", "reoptimise", "configure_afresh")
BUNDLE = "cold-clean-heat"  # thirteen slots
TIMES = 40
LEAST_SLOTS = 12
BUDGET_FEN = 3_000_000  # less than it costs: every search is made


def configuring(data: DataSet) -> dict[str, Timing]:
    """Timings by case. Every call asks for another house. What the process keeps of the offers
    is kept, as on a site; `configure_afresh` forgets it every time."""
    app = create_app(data.settings())
    houses = [Choices(HouseAnswers(archetype=key)) for key in
              ("one-pitched", "brick-timber-1", "brick-concrete-2", "two-flat")]  # fmt: skip
    with reading() as session, app.app_context():
        at = app.extensions["market.clock"].now()
        found = bundles.price(session, BUNDLE, houses[0], TIANSHENGQIAO, at)
        if len(found.chosen) < LEAST_SLOTS:
            raise RuntimeError(f"only {len(found.chosen)} slots are filled")

        def configure(number: int) -> None:
            house = houses[number % len(houses)]
            bundles.price(session, BUNDLE, house, TIANSHENGQIAO, at)

        def reoptimise(number: int) -> None:
            aim = list(Aim)[number % len(Aim)]
            house = houses[number % len(houses)]
            bundles.reoptimise(
                session, BUNDLE, house, aim, BUDGET_FEN, pay=pay, region=TIANSHENGQIAO, now=at
            )

        def pay(lines: Sequence[SelectionLine]) -> Priced:
            return price_selection(session, lines, found.bundle.card.id, TIANSHENGQIAO, None, at)

        def afresh(number: int) -> None:
            session.info[KEPT].clear()
            configure(number)

        configure(1)
        timings = {
            "configure": together([timed(lambda n=n: configure(n)) for n in range(TIMES)]),
            "reoptimise": together([timed(lambda n=n: reoptimise(n)) for n in range(TIMES)]),
            "configure_afresh": together([timed(lambda n=n: afresh(n)) for n in range(TIMES)]),
        }
    database().dispose()
    return timings
