"""The wall cut open: layers to scale, and a line that falls where the resistance is."""

import pytest

from market.bundles.archetypes import constructions
from market.bundles.insulation import Layer, check
from market.bundles.section import COLD, ROOM, WALL, WARM, Section, cut

EPS = Layer("聚苯板", 80, 0.039, "EPS", "eps80")


def drawn(wall: str, *layers: Layer) -> Section:
    base = constructions()[wall]
    found = cut(base, check("wall", base.resistance or 0.0, layers, None))
    assert found is not None
    return found


def heights(section: Section) -> list[float]:
    return [float(point.split(",")[1]) for point in section.line.split()]


def test_layers_are_to_scale_and_side_by_side() -> None:
    section = drawn("brick370", EPS)
    brick, board = section.parts
    assert brick.x == ROOM
    assert board.x == pytest.approx(brick.x + brick.width, abs=0.1)
    assert board.width / brick.width == pytest.approx(80 / 370, abs=0.01)
    assert section.end <= ROOM + WALL
    assert (brick.hatch, board.hatch) == ("masonry", "foam")


def test_the_temperature_falls_by_the_share_of_each_layer() -> None:
    section = drawn("brick370", EPS)
    base = constructions()["brick370"].resistance or 0
    whole = 0.11 + base + EPS.resistance + 0.04
    _, _, inner, between, outer, _, _ = heights(section)
    fall = COLD - WARM
    assert inner - WARM == pytest.approx(0.11 / whole * fall, abs=0.1)
    assert between - inner == pytest.approx(base / whole * fall, abs=0.1)
    assert outer - between == pytest.approx(EPS.resistance / whole * fall, abs=0.1)
    assert heights(section) == sorted(heights(section))


@pytest.mark.parametrize("key", [k for k, c in constructions().items() if c.element == "wall"])
def test_every_wall_can_be_drawn(key: str) -> None:
    wool = Layer("岩棉", 100, 0.04, "Rock wool", "rw100")
    section = drawn(key, wool, Layer("抹面", 8, 0.93, "Render", "rendmortar"))
    assert [part.hatch for part in section.parts[1:]] == ["wool", "concrete"]
    assert section.end <= ROOM + WALL + 5
    assert all(part.hatch for part in section.parts)


def test_roofs_are_not_drawn() -> None:
    assert cut(constructions()["brick370"], check("roof", 0.1, [EPS], None)) is None
