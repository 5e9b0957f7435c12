from __future__ import annotations

from datetime import date

import pytest

from knowledge.answer import Answer, Listing, Notice, Outcome, Para, Step, Steps, TableBlock
from knowledge.dates import period_text
from knowledge.model import Entry
from knowledge.observations import newest, observation
from knowledge.rendering import Renderer, When, main_facet
from knowledge.texts import texts
from knowledge.validation import MAX_WORDS
from tests.conftest import MakeStore
from tests.samples import both, make_document, make_entry, make_rule, make_zone, rule

pytestmark = pytest.mark.usefixtures("today")

OLD_LAW = make_document(
    "82/2018/NĐ-CP",
    effective_from="2018-07-10",
    effective_to="2022-07-14",
    status="partly_expired",
    title=both("Nghị định cũ", "Old decree"),
)
DOUBT = {"vi": "thời hạn chưa đối chiếu", "en": "the limit was not checked", "confirm_at": "customs"}
EN = texts("en")
NOW = When()
LONG = "từ " * (MAX_WORDS // 2)


def answer_of(
    make_store: MakeStore, entry: Entry, *facets: str, lang: str = "vi", when: When = NOW, others=()
) -> Answer:
    store = make_store(entry, OLD_LAW, *others)
    return Renderer(store, lang).answer(entry.id, list(facets) or [main_facet(entry)], when)


def permit(*rules, facet: str = "time_limit", **fields) -> Entry:
    return make_entry("procedure.permit", "cấp phép", "permit", facets={facet: list(rules)}, **fields)


def incentive(*rules, **fields) -> Entry:
    return make_entry(
        "incentive.tax", "ưu đãi thuế", "tax incentive", facets={"answer": list(rules)}, **fields
    )


def regimes(before: str, since: str) -> Entry:
    return incentive(
        rule(
            before,
            before,
            scope=both("dự án trước 10/2025", "projects before 10/2025"),
            licensed={"to": "2025-09-30"},
        ),
        rule(
            since,
            since,
            scope=both("dự án từ 10/2025", "projects since 10/2025"),
            licensed={"from": "2025-10-01"},
        ),
    )


def test_one_rule_is_one_paragraph(make_store: MakeStore) -> None:
    answer = answer_of(make_store, permit(rule("Trong 15 ngày.", "Within 15 days.")))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.blocks == [Para(text="Trong 15 ngày.")]
    assert (answer.lang, answer.as_of, answer.licensed_on) == ("vi", "2026-11-22", None)
    assert [(e.id, e.version) for e in answer.entries] == [("procedure.permit", 1)]
    assert answer.release


def test_the_answer_is_in_the_language_asked_for(make_store: MakeStore) -> None:
    answer = answer_of(make_store, permit(rule("Trong 15 ngày.", "Within 15 days.")), lang="en")
    assert (answer.lang, answer.blocks) == ("en", [Para(text="Within 15 days.")])


def test_several_regimes_stand_in_one_paragraph_after_their_scopes(make_store: MakeStore) -> None:
    answer = answer_of(make_store, regimes("thuế 10%.", "thuế 17%."))
    lead = texts("vi")("rules.depends_licensed")
    both_rules = "Dự án trước 10/2025: thuế 10%. Dự án từ 10/2025: thuế 17%."
    assert answer.blocks == [Para(text=f"{lead} {both_rules}")]


def test_a_paragraph_of_eighty_words_is_kept_and_a_longer_one_becomes_a_table(make_store: MakeStore) -> None:
    scopes = len(["Dự", "án", "trước", "10/2025:", "Dự", "án", "từ", "10/2025:"])
    fits = answer_of(make_store, regimes("x", ("y " * (MAX_WORDS - scopes - 1)).strip()))
    assert [len(b.text.split()) for b in fits.blocks if isinstance(b, Para)] == [MAX_WORDS]
    long = ("y " * (MAX_WORDS - scopes)).strip()
    intro, table = answer_of(make_store, regimes("x", long)).blocks
    assert intro == Para(text=texts("vi")("rules.depends_licensed"))
    assert isinstance(table, TableBlock)
    assert table.rows == [["dự án trước 10/2025", "x"], ["dự án từ 10/2025", long]]


def test_the_table_says_what_the_rule_depends_on(make_store: MakeStore) -> None:
    entry = incentive(*(rule(LONG, LONG, scope=both(f"trường hợp {n}")) for n in ("a", "b", "c")))
    intro, table = answer_of(make_store, entry, lang="en").blocks
    assert intro == Para(text=texts("en")("rules.depends"))
    assert isinstance(table, TableBlock)
    assert len(table.rows) == 3


def test_the_licence_date_leaves_the_regime_of_the_project_with_its_scope(make_store: MakeStore) -> None:
    answer = answer_of(make_store, regimes("thuế 10%.", "thuế 17%."), when=When(licensed_on="2019"))
    others = texts("vi")("rules.later_projects", span="từ ngày 01/10/2025", text="35/2022/NĐ-CP.")
    whom = texts("vi")("rules.for_projects", span="trước ngày 01/10/2025")
    assert answer.blocks == [
        Para(text="Dự án trước 10/2025: thuế 10%."),
        Notice(level="info", text=f"{whom} {others}"),
    ]
    assert answer.licensed_on == "2019"


def test_several_facets_of_a_procedure_are_headed(make_store: MakeStore) -> None:
    entry = make_entry(
        "procedure.permit",
        "cấp phép",
        "permit",
        facets={"time_limit": [rule("15 ngày.", "15 days.")], "fee": [rule("Không thu.", "None.")]},
    )
    answer = answer_of(make_store, entry, "fee", "time_limit", lang="en")
    assert answer.blocks == [
        Para(text=f"{EN('facet.fee')}: None."),
        Para(text=f"{EN('facet.time_limit')}: 15 days."),
    ]


def test_items_become_a_list_or_steps_and_details_follow(make_store: MakeStore) -> None:
    items = [{**both("Nộp", "File"), "duration": both("1 ngày", "1 day")}, both("Nhận", "Collect")]
    components = answer_of(
        make_store,
        permit(rule("Gồm:", items=items, details=both("Một bộ.", "One set.")), facet="components"),
        lang="en",
    )
    assert components.blocks[1:] == [Listing(items=["File", "Collect"]), Para(text="One set.")]
    steps = answer_of(make_store, permit(rule("Các bước:", items=items), facet="steps"), lang="en")
    assert steps.blocks[1:] == [Steps(items=[Step(title="File", duration="1 day"), Step(title="Collect")])]


def terms(where: str, rate: str) -> dict[str, dict[str, str]]:
    return {"where": both(where), "rate": both(rate), "holiday": both("miễn 4 năm", "4 years exempt")}


class TestRegimesByLicenceDate:
    BEFORE = rule(
        "10%.", scope=both("cũ", "old"), licensed={"to": "2025-09-30"}, terms=terms("mọi nơi", "10%")
    )
    SINCE = rule(
        "17%.", scope=both("mới", "new"), licensed={"from": "2025-10-01"}, terms=terms("nơi khác", "17%")
    )

    def test_regimes_with_recorded_terms_stand_in_a_table_as_well(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, incentive(self.BEFORE, self.SINCE), lang="en")
        assert answer.blocks[0] == Para(text=f"{EN('rules.depends_licensed')} Old: 10%. New: 17%.")
        assert answer.blocks[1] == TableBlock(
            columns=["Licensed", "Case", "Rate", "Holiday"],
            rows=[
                ["before 1 October 2025", "mọi nơi", "10%", "4 years exempt"],
                ["since 1 October 2025", "nơi khác", "17%", "4 years exempt"],
            ],
        )

    def test_the_licence_date_is_asked_for_first(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, incentive(self.BEFORE, self.SINCE), lang="en")
        assert [(s.text, s.ask.licensed_on) for s in answer.suggestions] == [
            ("Projects licensed before 1 October 2025", "2025-09-30"),
            ("Projects licensed since 1 October 2025", "2025-10-01"),
        ]

    def test_nothing_is_asked_once_the_licence_date_is_known(self, make_store: MakeStore) -> None:
        answer = answer_of(
            make_store, incentive(self.BEFORE, self.SINCE), lang="en", when=When(licensed_on="2026")
        )
        assert answer.suggestions == []
        assert answer.blocks[0] == Para(text="New: 17%.")


class TestTimeOfTheLaw:
    CHANGING = permit(
        rule("15 ngày.", "15 days.", effective_from="2018-07-10", effective_to="2025-09-30"),
        rule("10 ngày.", "10 days.", effective_from="2025-10-01"),
    )

    def test_the_rule_of_today_says_since_when_it_holds(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.CHANGING)
        assert answer.blocks == [
            Para(text="10 ngày."),
            Notice(level="info", text=texts("vi")("rules.since", date="ngày 01/10/2025")),
        ]

    def test_a_former_rule_says_until_when_it_held_and_what_replaced_it(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.CHANGING, lang="en", when=When(as_of="2025-09-30"))
        assert (answer.outcome, answer.as_of) == (Outcome.ANSWERED, "2025-09-30")
        assert answer.blocks[0] == Para(text="15 days.")
        (notice,) = answer.blocks[1:]
        assert isinstance(notice, Notice)
        until = EN("rules.until", date="30 September 2025")
        later = EN("rules.replaced_by_later", date="1 October 2025", text="10 days.")
        assert notice.text == f"{EN('rules.as_of', date='on 30 September 2025')} {until} {later}"

    def test_the_law_that_replaced_a_rule_is_named_where_it_is_known(self, make_store: MakeStore) -> None:
        entry = permit(
            rule("15 ngày.", effective_to="2025-09-30", sources=[{"document": "82/2018/NĐ-CP"}]),
            rule("10 ngày.", effective_from="2025-10-01", sources=[{"document": "35/2022/NĐ-CP"}]),
        )
        notice = answer_of(make_store, entry, lang="en", when=When(as_of="2025-09-30")).blocks[1]
        assert isinstance(notice, Notice)
        later = EN("rules.replaced_by_later", date="1 October 2025", text="35/2022/NĐ-CP.")
        assert notice.text.endswith(later)

    def test_a_year_of_change_shows_both_rules_and_says_so(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.CHANGING, lang="en", when=When(as_of="2025"))
        text, notice = answer.blocks
        assert isinstance(text, Para)
        assert text.text == (
            "From 10 July 2018 to 30 September 2025: 15 days. Since 1 October 2025: 10 days."
        )
        assert notice == Notice(level="info", text=EN("rules.changes", when="in 2025"))

    def test_a_year_in_which_the_records_begin_says_that_they_do(self, make_store: MakeStore) -> None:
        entry = permit(rule("10 ngày.", "10 days.", effective_from="2025-10-01"))
        answer = answer_of(make_store, entry, lang="en", when=When(as_of="2025"))
        begins = EN("rules.begins_within", date="1 October 2025", when="in 2025")
        assert answer.blocks == [Para(text="10 days."), Notice(level="info", text=begins)]

    def test_a_year_stays_a_year(self, make_store: MakeStore) -> None:
        entry = permit(rule("10 ngày.", "10 days.", effective_from="2025"))
        assert answer_of(make_store, entry).blocks[1] == Notice(level="info", text="Áp dụng từ năm 2025.")
        early = answer_of(make_store, entry, lang="en", when=When(as_of="2024-12-31"))
        assert early.blocks == [Para(text=EN("rules.before_records", name="permit", date="2025"))]

    def test_rules_of_a_period_are_shown_in_the_order_of_time(self, make_store: MakeStore) -> None:
        rules = [
            rule("c.", effective_from="2025-09-01"),
            rule("b.", effective_from="2025-03-01", effective_to="2025-08-31"),
            rule("a.", effective_to="2025-02-28"),
        ]
        first = answer_of(make_store, permit(*rules), lang="en", when=When(as_of="2025")).blocks[0]
        assert first == Para(
            text="Until 28 February 2025: a. From 1 March 2025 to 31 August 2025: b. "
            "Since 1 September 2025: c."
        )

    def test_what_belongs_to_a_rule_of_a_period_says_to_which(self, make_store: MakeStore) -> None:
        entry = permit(
            rule("a.", effective_to="2025-09-30", details=both("Một bộ.", "One set.")),
            rule("b.", effective_from="2025-10-01", items=[both("Đơn", "Form")]),
            facet="components",
        )
        answer = answer_of(make_store, entry, lang="en", when=When(as_of="2025"))
        assert answer.blocks[1:4] == [
            Para(text="Until 30 September 2025: One set."),
            Para(text="Since 1 October 2025:"),
            Listing(items=["Form"]),
        ]

    def test_a_law_that_the_new_rule_only_refers_to_did_not_replace_the_old_one(
        self, make_store: MakeStore
    ) -> None:
        entry = permit(
            rule("15 ngày.", effective_to="2022-07-14", sources=[{"document": "82/2018/NĐ-CP"}]),
            rule(
                "10 ngày.",
                effective_from="2022-07-15",
                sources=[
                    {"document": "1/2022/NĐ-CP"},
                    {"document": "82/2018/NĐ-CP"},
                    {"document": "báo cáo"},
                ],
            ),
        )
        others = [
            make_document("1/2022/NĐ-CP", effective_from="2022-07-15"),
            make_document("báo cáo", kind="web"),
        ]
        notice = answer_of(make_store, entry, lang="en", when=When(as_of="2022-07-14"), others=others).blocks[
            1
        ]
        assert isinstance(notice, Notice)
        assert notice.text.endswith(EN("rules.replaced_by_later", date="15 July 2022", text="1/2022/NĐ-CP."))

    def test_a_future_day_says_that_only_issued_law_is_used(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.CHANGING, lang="en", when=When(as_of="2030-01-01"))
        notice = f"{EN('rules.future')} {EN('rules.since', date='1 October 2025')}"
        assert answer.blocks == [Para(text="10 days."), Notice(level="info", text=notice)]

    def test_a_day_before_the_records_has_no_answer_but_says_when_they_begin(
        self, make_store: MakeStore
    ) -> None:
        answer = answer_of(make_store, self.CHANGING, lang="en", when=When(as_of="2010-01-01"))
        assert answer.outcome is Outcome.NO_ANSWER
        assert answer.citations == []
        assert answer.blocks == [Para(text=EN("rules.before_records", name="permit", date="10 July 2018"))]

    def test_before_the_records_the_document_that_applied_is_named_without_its_content(
        self, make_store: MakeStore
    ) -> None:
        entry = permit(
            rule("10 ngày.", effective_from="2025-10-01", sources=[{"document": "3/2025/NĐ-CP"}]),
        )
        others = [
            make_document(
                "3/2025/NĐ-CP", effective_from="2025-10-01", supersedes=["1/2018/NĐ-CP"], title=both("mới")
            ),
            make_document(
                "1/2018/NĐ-CP",
                effective_from="2018-07-10",
                effective_to="2025-09-30",
                superseded_by=["3/2025/NĐ-CP"],
                amended_by=["2/2020/NĐ-CP"],
                title=both("Nghị định (cũ)", "Decree (former)"),
            ),
            make_document("2/2020/NĐ-CP", effective_from="2020-01-01"),
        ]

        def then(as_of: str) -> str:
            when = When(as_of=as_of)
            block = answer_of(make_store, entry, lang="en", when=when, others=others).blocks[-1]
            assert isinstance(block, Para | Notice)
            return block.text

        former = "Decree 1/2018/NĐ-CP (Decree, from 10 July 2018 to 30 September 2025)"
        amended = EN("document.as_amended", document=former, amendments="2/2020/NĐ-CP")
        begins = EN("rules.before_records", name="permit", date="1 October 2025")
        assert then("2025-09-30") == begins + EN("rules.applied_then", documents=amended)
        assert then("2019-12-31") == begins + EN("rules.applied_then", documents=former)
        assert then("2018-07-09") == begins
        within = EN("rules.begins_within", date="1 October 2025", when="in 2025")
        assert then("2025") == within + EN("rules.applied_then", documents=amended)

    def test_a_project_for_which_nothing_is_recorded_has_no_answer(self, make_store: MakeStore) -> None:
        entry = incentive(rule("thuế 17%.", licensed={"from": "2025-10-01"}))
        answer = answer_of(make_store, entry, lang="en", when=When(licensed_on="2019"))
        assert answer.outcome is Outcome.NO_ANSWER
        text = EN("rules.other_projects", name="tax incentive", spans="since 1 October 2025", when="in 2019")
        assert answer.blocks == [Para(text=text)]

    def test_a_rule_that_ended_without_successor_says_until_when_it_held(self, make_store: MakeStore) -> None:
        entry = permit(rule("15 ngày.", "15 days.", effective_from="2018", effective_to="2022-07-14"))
        answer = answer_of(make_store, entry, lang="en")
        assert answer.blocks[1:] == [Notice(level="info", text=EN("rules.until", date="14 July 2022"))]


class TestCertainty:
    def test_a_confident_answer_has_no_caveat(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, permit(rule("15 ngày."), confidence="medium"))
        assert (answer.outcome, answer.caveats) == (Outcome.ANSWERED, [])

    def test_an_unconfirmed_rule_is_stale_and_says_where_to_confirm(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, permit(rule("15 ngày.", unconfirmed=DOUBT)), lang="en")
        (caveat,) = answer.caveats
        assert answer.outcome is Outcome.STALE
        assert (caveat.reason, caveat.confirm_at) == ("unconfirmed", EN("confirm_at.customs"))
        assert caveat.text == EN("caveat.unconfirmed", doubt="the limit was not checked")

    @pytest.mark.parametrize("fields", [{"entry": "low"}, {"rule": "low"}])
    def test_low_confidence_of_the_entry_or_the_rule_is_stale(self, make_store: MakeStore, fields) -> None:
        entry = permit(
            rule("15 ngày.", **({"confidence": fields["rule"]} if "rule" in fields else {})),
            confidence=fields.get("entry", "high"),
        )
        answer = answer_of(make_store, entry)
        assert (answer.outcome, [c.reason for c in answer.caveats]) == (Outcome.STALE, ["low_confidence"])

    def test_the_confidence_of_the_rule_goes_before_that_of_the_entry(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, permit(rule("15 ngày.", confidence="high"), confidence="low"))
        assert answer.outcome is Outcome.ANSWERED

    def test_a_review_that_is_overdue_is_stale_from_the_day_after(self, make_store: MakeStore) -> None:
        due = answer_of(make_store, permit(rule("15 ngày."), review_by="2026-11-22"))
        assert due.outcome is Outcome.ANSWERED
        overdue = answer_of(make_store, permit(rule("15 ngày."), review_by="2026-11-21"))
        assert (overdue.outcome, [c.reason for c in overdue.caveats]) == (Outcome.STALE, ["review_overdue"])

    def test_sources_that_disagree_are_told_but_leave_the_answer_sure(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, permit(rule("15 ngày.", disagreement=DOUBT)))
        assert answer.outcome is Outcome.ANSWERED
        assert [c.reason for c in answer.caveats] == ["sources_disagree"]

    def test_a_doubt_about_a_rule_that_is_not_shown_makes_nothing_stale(self, make_store: MakeStore) -> None:
        entry = permit(
            rule("15 ngày.", effective_to="2025-09-30", unconfirmed=DOUBT),
            rule("10 ngày.", effective_from="2025-10-01"),
        )
        assert answer_of(make_store, entry).outcome is Outcome.ANSWERED
        assert answer_of(make_store, entry, when=When(as_of="2025-01-01")).outcome is Outcome.STALE

    def test_the_same_doubt_of_two_rules_is_told_once(self, make_store: MakeStore) -> None:
        entry = incentive(
            rule("a.", scope=both("một"), unconfirmed=DOUBT), rule("b.", scope=both("hai"), unconfirmed=DOUBT)
        )
        assert len(answer_of(make_store, entry).caveats) == 1


class TestCitations:
    def test_a_citation_belongs_to_the_rule_that_is_shown(self, make_store: MakeStore) -> None:
        entry = permit(
            rule(
                "15 ngày.",
                effective_to="2022-07-14",
                sources=[{"document": "82/2018/NĐ-CP", "article": "Điều 26"}],
            ),
            rule("10 ngày.", effective_from="2022-07-15", sources=[{"document": "35/2022/NĐ-CP"}]),
        )
        assert [c.document for c in answer_of(make_store, entry).citations] == ["35/2022/NĐ-CP"]
        former = answer_of(make_store, entry, when=When(as_of="2020-01-01"))
        (citation,) = former.citations
        assert (citation.document, citation.article, citation.status) == (
            "82/2018/NĐ-CP",
            "Điều 26",
            "expired",
        )
        assert (citation.effective_from, citation.effective_to) == ("2018-07-10", "2022-07-14")
        assert former.outcome is Outcome.ANSWERED

    def test_a_rule_without_sources_cites_those_of_its_entry_once(self, make_store: MakeStore) -> None:
        entry = incentive(rule("a.", scope=both("một")), rule("b.", scope=both("hai")))
        assert [c.document for c in answer_of(make_store, entry).citations] == ["35/2022/NĐ-CP"]

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"effective_to": "2026-11-21"}, "expired"),
            ({"effective_to": "2026-11-22"}, "unverified"),
            ({"effective_to": "2026-11"}, "unverified"),
            ({"effective_to": "2026-10"}, "expired"),
            ({"status": "expired"}, "expired"),
            ({"status": "in_force"}, "unverified"),
            ({"status": "unverified"}, "unverified"),
        ],
    )
    def test_documents_that_ended_are_expired_and_others_unverified(
        self, make_store: MakeStore, fields, status: str
    ) -> None:
        law = make_document("1/2020/TT-BTC", **fields)
        entry = permit(rule("15 ngày."), sources=[{"document": "1/2020/TT-BTC"}])
        (citation,) = answer_of(make_store, entry, others=[law]).citations
        assert (citation.status, citation.verified_on) == (status, None)

    def test_a_citation_is_in_force_once_an_officer_confirmed_the_entry(self, make_store: MakeStore) -> None:
        (citation,) = answer_of(make_store, permit(rule("15 ngày."), verified_on="2026-06-01")).citations
        assert (citation.status, citation.verified_on) == ("in_force", date(2026, 6, 1))

    @pytest.mark.parametrize(
        ("vi", "en"),
        [
            ("Điều 26", "Article 26"),
            ("Điều 26 khoản 1", "Article 26(1)"),
            ("Điều 26 khoản 1 điểm a", "Article 26(1)(a)"),
            ("Điều 13, Điều 14", "Article 13, Article 14"),
        ],
    )
    def test_the_article_is_written_in_the_language_of_the_answer(
        self, make_store: MakeStore, vi: str, en: str
    ) -> None:
        entry = permit(rule("15 ngày.", sources=[{"document": "35/2022/NĐ-CP", "article": vi}]))
        assert [c.article for c in answer_of(make_store, entry).citations] == [vi]
        assert [c.article for c in answer_of(make_store, entry, lang="en").citations] == [en]

    def test_what_is_unknown_is_null(self, make_store: MakeStore) -> None:
        (citation,) = answer_of(make_store, permit(rule("15 ngày.")), lang="en").citations
        assert citation.title == "Decree on industrial parks"
        assert citation.collected_on == date(2026, 1, 10)
        unknown = (citation.article, citation.effective_from, citation.effective_to, citation.url)
        assert unknown == (None, None, None, None)

    def test_a_report_is_cited_by_its_title(self, make_store: MakeStore) -> None:
        report = make_document(
            "heza-2024", kind="report", title=both("Báo cáo 2024", "Report 2024"), url="https://heza.gov.vn"
        )
        entry = permit(rule("15 ngày."), sources=[{"document": "heza-2024"}])
        (citation,) = answer_of(make_store, entry, lang="en", others=[report]).citations
        assert (citation.kind, citation.document, citation.url) == (
            "report",
            "Report 2024",
            "https://heza.gov.vn",
        )


class TestStatistics:
    EXPORTS = make_entry(
        "statistic.exports",
        "xuất khẩu",
        "exports",
        facets={
            "value": [
                rule("Năm 2020: 7.", "2020: 7.", period="2020"),
                rule("Đến 11/2024: 9.", "To 11/2024: 9.", period="2024-11", details=both("Tăng.", "Up.")),
                rule("Năm 2023: 8.", "2023: 8.", period="2023"),
            ]
        },
    )

    def test_the_newest_figure_comes_first_and_the_others_in_a_table(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.EXPORTS, lang="en")
        assert answer.blocks[:2] == [Para(text="To 11/2024: 9."), Para(text="Up.")]
        assert answer.blocks[2] == Para(text=EN("statistic.others") + ":")
        table = answer.blocks[3]
        assert isinstance(table, TableBlock)
        assert table.rows == [["2023", "2023: 8."], ["2020", "2020: 7."]]

    def test_a_period_asked_for_has_its_own_figure(self, make_store: MakeStore) -> None:
        answer = answer_of(make_store, self.EXPORTS, lang="en", when=When(period="2020"))
        assert (answer.outcome, answer.blocks) == (Outcome.ANSWERED, [Para(text="2020: 7.")])

    def test_a_period_without_a_figure_has_no_answer_but_names_the_others(
        self, make_store: MakeStore
    ) -> None:
        answer = answer_of(make_store, self.EXPORTS, lang="en", when=When(period="2019"))
        assert (answer.outcome, answer.citations) == (Outcome.NO_ANSWER, [])
        periods = "2020, November 2024, 2023"
        assert answer.blocks == [
            Para(text=EN("statistic.missing", name="exports", period="2019", periods=periods))
        ]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("2023", "2023"),
            ("2024", "2024-11"),
            ("2024-01/2024-11", "2024-11"),
            ("2024-05", None),
            ("2019", None),
        ],
    )
    def test_the_figure_of_a_period_is_chosen(self, asked: str, found: str | None) -> None:
        rules = [make_rule("x", period=period) for period in ("2023", "2024-11", "2020-12-31")]
        chosen = observation(rules, asked)
        assert (chosen.period if chosen else None) == found

    @pytest.mark.parametrize(
        ("day", "found"),
        [
            ("2026-11-22", "2024-11"),
            ("2024-11-29", "2023"),
            ("2020-12-31", "2020-12-31"),
            ("2020-12-30", None),
        ],
    )
    def test_the_newest_figure_of_a_day_is_of_a_period_that_had_ended(
        self, day: str, found: str | None
    ) -> None:
        rules = [make_rule("x", period=period) for period in ("2023", "2024-11", "2020-12-31")]
        chosen = newest(rules, date.fromisoformat(day))
        assert (chosen.period if chosen else None) == found

    def test_a_span_of_time_is_written_with_both_ends(self) -> None:
        assert period_text("2021/2025", "vi") == "2021 – 2025"
        assert period_text("2024-11", "en") == "November 2024"


class TestSuggestions:
    def test_facets_not_shown_come_before_related_entries(self, make_store: MakeStore) -> None:
        entry = make_entry(
            "procedure.permit",
            "cấp phép",
            "work permit",
            facets={name: [rule("x.")] for name in ("time_limit", "fee", "components")},
            related=["zone.trang-due"],
        )
        answer = answer_of(
            make_store,
            entry,
            "time_limit",
            lang="en",
            others=[make_zone("trang-due", "KCN Tràng Duệ", "Trang Due park")],
        )
        assert [(s.ask.entry, s.ask.facet) for s in answer.suggestions] == [
            ("procedure.permit", "components"),
            ("procedure.permit", "fee"),
            ("zone.trang-due", "overview"),
        ]
        assert answer.suggestions[0].text == EN("suggest.components", name="Work permit")

    def test_there_are_never_more_than_four(self, make_store: MakeStore) -> None:
        names = ("overview", "components", "time_limit", "where", "fee", "steps", "conditions")
        entry = make_entry("procedure.permit", "cấp phép", facets={name: [rule("x.")] for name in names})
        assert len(answer_of(make_store, entry).suggestions) == 4


@pytest.mark.parametrize(
    ("entry", "facet"),
    [
        (make_entry("procedure.x", "x", facets={"fee": [rule("y")], "overview": [rule("y")]}), "overview"),
        (make_entry("incentive.x", "x", facets={"conditions": [rule("y")], "answer": [rule("y")]}), "answer"),
        (make_entry("statistic.x", "x", facets={"value": [rule("y")]}), "value"),
        (make_entry("procedure.x", "x", facets={"fee": [rule("y")], "where": [rule("y")]}), "fee"),
    ],
)
def test_the_main_facet_speaks_for_the_entry(entry: Entry, facet: str) -> None:
    assert main_facet(entry) == facet
