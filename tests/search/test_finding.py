"""What stands first among the goods that a query means."""

import pytest

from market.adapters.whoosh_index import WhooshIndex
from market.search import service
from tests.factories.catalogue import make_maker, make_offer, make_stamp


@pytest.fixture
def find_numbered(session, tmp_path, now):
    """A search among goods whose names hold lone digits and characters."""
    made = make_offer(session, product={"name_zh": "罩 1 5 2"})
    session.commit()
    index = WhooshIndex(tmp_path / "numbered")
    index.rebuild(service.all_documents(session))

    def find(query):
        hits = service.find(session, index, query, service.SearchChoice(), now=now)
        assert set(hits.product_ids) <= {made.product_id}
        return ["罩 1 5 2" for _ in hits.product_ids]

    return find


@pytest.fixture
def found(session, tmp_path, now):
    """Names in the order of a search among goods of which the wrong ones are cheaper."""
    maker = make_maker(session)
    bath = make_stamp(session, maker, kinds=["G209"])
    pipes = make_stamp(session, maker, kinds=["G403"])

    def offer(name, price, certificate=None, **product):
        made = make_offer(
            session, maker, certificate, product={"name_zh": name, **product},
            listing={"price_fen": price},
        )  # fmt: skip
        names[made.product_id] = name

    names: dict[str, str] = {}
    offer("玻璃棉毡", 1_000)
    offer("挤塑聚苯板", 9_000)
    offer("无障碍洗面盆", 1_000, bath, kind_code="G209", unit="piece")
    offer("节水坐便器", 9_000, bath, kind_code="G209", unit="piece")
    offer("PP-R 给水管 DN25", 1_000, pipes, kind_code="G403", unit="m")
    offer("PVC-U 排水管 DN110", 9_000, pipes, kind_code="G403", unit="m")
    session.commit()
    index = WhooshIndex(tmp_path / "index")
    index.rebuild(service.all_documents(session))

    def find(query):
        hits = service.find(session, index, query, service.SearchChoice(), now=now)
        return [names[key] for key in hits.product_ids]

    return find


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("挤塑板", "挤塑聚苯板"), ("jsb", "挤塑聚苯板"), ("马桶", "节水坐便器"),
        ("下水管", "PVC-U 排水管 DN110"), ("DN25", "PP-R 给水管 DN25"),
        ("dn 110", "PVC-U 排水管 DN110"),
    ],
)  # fmt: skip
def test_goods_called_otherwise_come_before_their_kind(found, query, first):
    assert found(query)[0] == first


def test_a_word_is_marked_where_it_begins():
    assert service.marked("Waterproof roof 屋顶", ("roof", "屋顶")) == (
        ("Waterproof ", False), ("roof", True), (" ", False), ("屋顶", True),
    )  # fmt: skip


@pytest.mark.parametrize("query", ["挖掘机 5台", "qqqq 1", "1", "冰箱 2个", "<b>1=1"])
def test_a_lone_digit_finds_no_goods(find_numbered, query):
    """What is not on sale leads to the nearest kinds and to a request, not to any goods."""
    assert find_numbered(query) == []


def test_a_lone_character_finds_what_bears_it(find_numbered):
    assert find_numbered("罩") == ["罩 1 5 2"]


def test_a_size_alone_finds_only_what_has_it(found):
    assert found("DN25") == ["PP-R 给水管 DN25"]
    assert found("250 mm") == []
