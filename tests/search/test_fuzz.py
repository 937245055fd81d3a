"""Whatever is typed into the search field is read, and quickly. `FUZZ_EXAMPLES`: how many tries."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from market.search import service, types
from market.search.suggestions import marked, nearest_kinds, suggest, words_to_mark
from market.search.understanding import understand
from tests.factories.catalogue import ensure_kinds

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
PIECES = [
    "屋顶漏水", "防水卷材", "fangshui", "fs", "600x600", "６００＊６００", "DN25", "10公分", "防氺",
    "塗料", "PE", " ", "\t", "'", "%", "\\", "\0", "\ud800", "\u200b", "é", "\ufdfa", "\U00020bb7",
    "-", "x", "1e9", "\u00b2",
]  # fmt: skip


@pytest.fixture
def vocabulary(session):
    ensure_kinds(session)
    return service.vocabulary(session)


def test_any_text_is_read_within_a_moment(vocabulary):
    typed = st.one_of(
        st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
    )

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
    )  # fmt: skip
    @given(typed)
    def read(text):
        began = time.process_time()
        found = understand(text, vocabulary)
        asked = service.asked_words(text, found)
        assert len(asked) <= service.WORDS_ASKED
        assert all(word and " " not in word for word in asked)
        assert all(types.word_points(word) > 0 for word in asked)
        assert all(score > 0 for _, score in found.kinds)
        assert len(suggest(text, vocabulary)) <= 8
        nearest_kinds(text, vocabulary)
        parts = marked(text, words_to_mark(text, found.terms))
        assert "".join(part for part, _ in parts) == text
        assert time.process_time() - began < 1

    read()
