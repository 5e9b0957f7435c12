from __future__ import annotations

import pytest

from knowledge.search import Searcher
from tests.conftest import MakeStore
from tests.samples import both, make_document, make_entry, make_zone, rule

WORK_PERMIT = make_entry(
    "procedure.work-permit",
    "Cấp giấy phép lao động cho người nước ngoài",
    "Work permit for foreigners",
    aliases={"vi": ["GPLĐ", "giấy phép lao động"], "en": ["work permit"]},
    facets={
        "time_limit": {
            "asks": {
                "vi": ["xin giấy phép lao động mất bao lâu"],
                "en": ["how long does a work permit take"],
            },
            "rules": [rule("Trong 10 ngày làm việc.", "Within 10 working days.")],
        },
        "overview": [rule("Người nước ngoài cần giấy phép.", "Foreigners need a permit.")],
    },
)
CONSTRUCTION = make_entry(
    "procedure.construction-permit",
    "Cấp giấy phép xây dựng",
    "Construction permit",
    facets={"overview": [rule("Nhà xưởng cần giấy phép xây dựng.", "A factory needs it.")]},
)
TRANG_DUE = make_zone("trang-due", "KCN Tràng Duệ", "Trang Due industrial park", area_ha=400)
DECREE = make_document("96/2026/NĐ-CP", title=both("Nghị định về đầu tư", "Decree on investment"))


@pytest.fixture
def searcher(make_store: MakeStore) -> Searcher:
    return Searcher(make_store(WORK_PERMIT, CONSTRUCTION, TRANG_DUE, DECREE))


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("giấy phép lao động", "procedure.work-permit"),
        ("giay phep lao dong", "procedure.work-permit"),
        ("GIẤY PHÉP LAO ĐỘNG", "procedure.work-permit"),
        ("giấy phép loa động", "procedure.work-permit"),
        ("work pemrit for foreigners", "procedure.work-permit"),
        ("xin gplđ ở đâu", "procedure.work-permit"),
        ("gpld", "procedure.work-permit"),
        ("giấy phép xây dựng nhà xưởng", "procedure.construction-permit"),
        ("construction permit", "procedure.construction-permit"),
        ("trang due rong bao nhieu", "zone.trang-due"),
        ("KCN Trangf Due", "zone.trang-due"),
        ("nghị định 96/2026", "document.96-2026-nd-cp"),
        ("96/2026/NĐ-CP", "document.96-2026-nd-cp"),
        ("decree 96/2026/ND-CP", "document.96-2026-nd-cp"),
        ("NĐ 35/2022 còn hiệu lực không", "document.35-2022-nd-cp"),
    ],
)
def test_a_question_finds_its_entry(searcher: Searcher, question: str, entry: str) -> None:
    assert searcher.search(question)[0].entry == entry


def test_a_question_form_leads_to_its_facet(searcher: Searcher) -> None:
    best = searcher.search("xin giay phep lao dong mat bao lau")[0]
    assert (best.entry, best.facet) == ("procedure.work-permit", "time_limit")
    assert best.ask == pytest.approx(1.0)


def test_the_hits_are_pairs_in_order_of_their_score(searcher: Searcher) -> None:
    hits = searcher.search("giấy phép")
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({(h.entry, h.facet) for h in hits}) == len(hits)
    assert all(0 <= h.score <= 1 for h in hits)


@pytest.mark.parametrize("question", ["constructionpermit", "giấyphéplaođộng", "unpermitted"])
def test_a_hit_has_something_in_common_with_the_question(searcher: Searcher, question: str) -> None:
    assert [hit for hit in searcher.search(question) if hit.score <= 0] == []


def test_no_more_hits_come_than_were_asked_for(searcher: Searcher) -> None:
    assert len(searcher.search("giấy phép", limit=2)) == 2


@pytest.mark.parametrize("question", ["", "?!", "   ", "…", "z", "zq", "z q", "zqxwvk"])
def test_a_question_that_says_nothing_known_finds_nothing(searcher: Searcher, question: str) -> None:
    assert searcher.search(question) == []


@pytest.mark.parametrize("question", ['"', "giấy* OR phép NOT", "folded:giấy", "(giấy AND", "NEAR(a b)"])
def test_the_operators_of_the_index_are_ordinary_text(searcher: Searcher, question: str) -> None:
    assert {hit.entry for hit in searcher.search(question)} <= {
        "procedure.work-permit",
        "procedure.construction-permit",
        "document.35-2022-nd-cp",
        "document.96-2026-nd-cp",
        "zone.trang-due",
    }


def test_a_typo_counts_less_than_the_word_itself(searcher: Searcher) -> None:
    right, wrong = (searcher.search(q)[0] for q in ("construction permit", "constructoin permit"))
    assert right.entry == wrong.entry == "procedure.construction-permit"
    assert wrong.score < right.score


def test_a_word_that_nothing_resembles_counts_against_every_entry(searcher: Searcher) -> None:
    plain, padded = (
        searcher.search(q)[0].score for q in ("construction permit", "construction permit zqxwvk")
    )
    assert padded < plain


def test_unknown_words_are_read_as_the_closest_known_ones(searcher: Searcher) -> None:
    query = searcher.read("giay pehp 7777")
    assert query["giay"] == 1.0
    assert 0 < query["phep"] < 1
    assert query["7777"] == 0.0


def test_coverage_is_the_share_of_what_a_question_says(searcher: Searcher) -> None:
    query = searcher.read("giấy phép lao động")
    assert searcher.coverage(query, set(query)) == pytest.approx(1.0)
    assert searcher.coverage(query, set()) == 0.0
    assert 0 < searcher.coverage(query, {"giay"}) < 1
    assert searcher.coverage({}, {"giay"}) == 0.0


def test_fillers_weigh_less_than_words_of_their_rarity(searcher: Searcher) -> None:
    assert searcher.weight("unheard") > 3 * searcher.weight("please")
