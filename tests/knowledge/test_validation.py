from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.content import Content, ContentError, Problem, read
from knowledge.validation import MAX_WORDS, check, load
from vietnamese.folding import words

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = """\
- number: 35/2022/NĐ-CP
  kind: law
  title: {vi: Nghị định 35, en: Decree 35}
  status: in_force
  provenance: test
  confidence: high
  collected_on: 2026-01-10
- number: 82/2018/NĐ-CP
  kind: law
  title: {vi: Nghị định 82, en: Decree 82}
  issued_on: '2018-05-22'
  effective_from: '2018-07-10'
  effective_to: '2022-07-14'
  status: expired
  superseded_by: [35/2022/NĐ-CP]
  provenance: test
  confidence: high
  collected_on: 2026-01-10
- number: general-practice
  kind: report
  title: {vi: Thực tiễn chung, en: General practice}
  status: unverified
  provenance: test
  confidence: low
  collected_on: 2026-01-10
"""
ENTRIES = """\
- id: procedure.irc-issue
  kind: procedure
  name: {vi: Cấp GCNĐKĐT, en: Issue of an IRC}
  aliases:
    vi: [xin IRC mẫu 1]
  facts: [f-1]
  provenance: collected in November
  confidence: high
  sources:
  - document: 82/2018/NĐ-CP
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: investment
  related: [zone.trang-due]
  facets:
    time_limit:
      rules:
      - text:
          vi: Thời hạn là 15 ngày làm việc từ 01/10/2025.
          en: The limit is 15 working days from 1 October 2025.
        figures: [15 working_day]
        dates: [2025-10-01]
    fee:
      rules:
      - text: {vi: Không thu lệ phí., en: There is no fee.}
        sources:
        - document: general-practice
        unconfirmed: {vi: Chưa đối chiếu., en: Not checked., confirm_at: heza}
- id: zone.trang-due
  kind: zone
  name: {vi: KCN Tràng Duệ, en: Trang Due}
  facts: [f-2]
  provenance: test
  confidence: high
  sources:
  - document: 35/2022/NĐ-CP
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: investment
  zone: {type: industrial_park, within: none}
- id: statistic.exports
  kind: statistic
  name: {vi: Kim ngạch xuất khẩu, en: Exports}
  facts: [f-3]
  provenance: test
  confidence: high
  sources:
  - document: 35/2022/NĐ-CP
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: investment
  facets:
    value:
      rules:
      - period: '2024'
        text: {vi: Năm 2024 đạt 9 tỷ USD., en: USD 9 billion in 2024.}
        figures: [9 usd_bn]
"""


def problems_of(folder: Path, entries: str = ENTRIES, documents: str = DOCUMENTS) -> list[Problem]:
    (folder / "content.yml").write_text(entries, encoding="utf-8")
    (folder / "documents.yml").write_text(documents, encoding="utf-8")
    content = read(folder)
    return sorted(content.problems + check(content))


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_the_sample_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


LONG = "rất " * MAX_WORDS
IN_ENTRIES = {
    "no source": (
        "  sources:\n  - document: 82/2018/NĐ-CP\n",
        "",
        "- id: procedure.irc-issue",
        "sources: Field required",
    ),
    "an empty list of sources": (
        "  sources:\n  - document: 82/2018/NĐ-CP\n",
        "  sources: []\n",
        "  sources: []",
        "sources: List should have at least 1 item",
    ),
    "an unknown document": (
        "  - document: 82/2018/NĐ-CP",
        "  - document: 82/2018/NĐ-CP\n  - document: 999/2025/NĐ-CP",
        "  - document: 999/2025/NĐ-CP",
        "unknown document 999/2025/NĐ-CP",
    ),
    "an unknown document of a rule": (
        "        - document: general-practice",
        "        - document: 999/2025/NĐ-CP",
        "        - document: 999/2025/NĐ-CP",
        "unknown document 999/2025/NĐ-CP",
    ),
    "a dangling related": (
        "related: [zone.trang-due]",
        "related:\n  - zone.trang-due\n  - zone.nowhere",
        "  - zone.nowhere",
        "related: unknown entry zone.nowhere",
    ),
    "a zone inside one that is unknown": (
        "within: none",
        "within: zone.nowhere",
        "  zone: {type",
        "within: unknown zone zone.nowhere",
    ),
    "a name without English": (
        "{vi: Cấp GCNĐKĐT, en: Issue of an IRC}",
        "{vi: Cấp GCNĐKĐT}",
        "  name: {vi: Cấp GCNĐKĐT}",
        "name.en: Field required",
    ),
    "an empty text in English": (
        "en: There is no fee.",
        "en: ''",
        "      - text: {vi: Không thu",
        "text.en: String should have at least 1 character",
    ),
    "a Vietnamese text in place of the English one": (
        "en: There is no fee.",
        "en: Việc này được miễn lệ phí",
        "      - text: {vi: Không thu",
        "text.en has Vietnamese letters",
    ),
    "a figure that the fields do not hold": (
        "The limit is 15 working days",
        "The limit is 15 working days, or 20 days,",
        "      - text:\n          vi: Thời hạn",
        "text.en states 20, which 'figures' does not hold",
    ),
    "a figure that one language does not state": (
        "The limit is 15 working days",
        "The limit is fifteen working days",
        "        figures: [15",
        "text.en does not state the figure 15",
    ),
    "a date that the fields do not hold": (
        "làm việc từ 01/10/2025",
        "làm việc từ 01/11/2025",
        "      - text:\n          vi: Thời hạn",
        "text.vi states the date 2025-11-01, which 'dates' does not hold",
    ),
    "a telephone number": (
        "{vi: Chưa đối chiếu.,",
        "{vi: Xin gọi 0912 345 678.,",
        "        unconfirmed: {vi: Xin gọi",
        "telephone number '0912 345 678': contacts are configuration",
    ),
    "general practice without a doubt": (
        "        unconfirmed: {vi: Chưa đối chiếu., en: Not checked., confirm_at: heza}\n",
        "",
        "      - text: {vi: Không thu",
        "general practice alone needs 'unconfirmed'",
    ),
    "a text that is too long": (
        "vi: Không thu lệ phí.",
        f"vi: {LONG}dài.",
        "      - text: {vi: rất",
        f"text.vi has {MAX_WORDS + 1} words, at most {MAX_WORDS}",
    ),
    "an observation without a period": (
        "- period: '2024'",
        "- dates: ['2024']",
        "      - dates: ['2024']",
        "a rule of a statistic needs a period",
    ),
    "a review before the collection": (
        "  collected_on: 2026-01-10\n  review_by: 2026-12-31\n  owner: investment\n  related",
        "  collected_on: 2026-01-10\n  review_by: 2026-01-10\n  owner: investment\n  related",
        "  review_by: 2026-01-10",
        "review_by must be after collected_on",
    ),
}
IN_DOCUMENTS = {
    "an unknown successor": (
        "superseded_by: [35/2022/NĐ-CP]",
        "superseded_by: [999/2025/NĐ-CP]",
        "  superseded_by",
        "superseded_by: unknown document 999/2025/NĐ-CP",
    ),
    "an end before the beginning": (
        "effective_to: '2022-07-14'",
        "effective_to: '2017-07-14'",
        "  effective_from",
        "effective_from 2018-07-10 is after effective_to 2017-07-14",
    ),
    "an unknown document that it implements": (
        "superseded_by: [35/2022/NĐ-CP]",
        "superseded_by: [35/2022/NĐ-CP]\n  implements: [999/2025/NĐ-CP]",
        "  implements",
        "implements: unknown document 999/2025/NĐ-CP",
    ),
    "a document that implements itself": (
        "superseded_by: [35/2022/NĐ-CP]",
        "superseded_by: [35/2022/NĐ-CP]\n  implements: [82/2018/NĐ-CP]",
        "  implements",
        "82/2018/NĐ-CP implements itself",
    ),
    "a document older than what it implements": (
        "  status: in_force\n",
        "  status: in_force\n  issued_on: '2017'\n  implements: [82/2018/NĐ-CP]\n",
        "  implements",
        "issued before 82/2018/NĐ-CP, which it implements",
    ),
    "an issue after the beginning": (
        "issued_on: '2018-05-22'",
        "issued_on: '2019-05-22'",
        "  issued_on",
        "issued after it took effect",
    ),
}


@pytest.mark.parametrize(("old", "new", "at", "message"), IN_ENTRIES.values(), ids=IN_ENTRIES)
def test_an_entry_is_refused_at_the_line_of(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    entries = changed(ENTRIES, old, new)
    (problem,) = problems_of(tmp_path, entries=entries)
    assert (problem.file, problem.line) == ("content.yml", line_of(entries, at))
    assert message in problem.message


@pytest.mark.parametrize(("old", "new", "at", "message"), IN_DOCUMENTS.values(), ids=IN_DOCUMENTS)
def test_a_document_is_refused_at_the_line_of(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    documents = changed(DOCUMENTS, old, new)
    (problem,) = problems_of(tmp_path, documents=documents)
    assert (problem.file, problem.line) == ("documents.yml", line_of(documents, at))
    assert message in problem.message


def test_documents_that_replace_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    documents = changed(
        DOCUMENTS, "  status: in_force\n", "  status: in_force\n  superseded_by: [82/2018/NĐ-CP]\n"
    )
    assert problems_of(tmp_path, documents=documents) == [
        Problem("documents.yml", 5, "35/2022/NĐ-CP is superseded by itself in a circle"),
        Problem("documents.yml", 16, "82/2018/NĐ-CP is superseded by itself in a circle"),
    ]


def test_the_number_of_the_national_hotline_may_be_said(tmp_path: Path) -> None:
    entries = changed(
        ENTRIES, "vi: Không thu lệ phí., en: There is no fee.", "vi: Gọi 1800 1096., en: Call 1800 1096."
    )
    assert [p for p in problems_of(tmp_path, entries=entries) if "telephone" in p.message] == []


def test_digits_in_the_name_of_the_entry_need_no_field(tmp_path: Path) -> None:
    entries = changed(ENTRIES, "vi: Không thu lệ phí.", "vi: Xin IRC mẫu 1 không mất phí.")
    assert problems_of(tmp_path, entries=entries) == []


def test_loading_refuses_everything_and_names_all_problems(tmp_path: Path) -> None:
    entries = changed(ENTRIES, "related: [zone.trang-due]", "related: [zone.nowhere]")
    found = problems_of(tmp_path, entries=changed(entries, "within: none", "within: zone.nowhere"))
    with pytest.raises(ContentError) as error:
        load(tmp_path)
    assert error.value.problems == found
    assert len(found) == 2


def test_loading_returns_content_without_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []
    assert list(load(tmp_path).entries) == ["procedure.irc-issue", "zone.trang-due", "statistic.exports"]


def test_the_shipped_content_has_no_problem(shipped: Content) -> None:
    assert [str(p) for p in shipped.problems + check(shipped)] == []
    assert len(shipped.entries) > 200
    assert len(shipped.documents) > 100


# Contact details that may not be published (facts ct-02): SHA-256 of the last seven digits of
# each telephone number and of the folded name of the street, so that they do not stand here either.
UNPUBLISHED = {
    "0da3c5b0f88f3de04881c9c9506f6d33ac20efb70f3ea6529654d6f2dc6188f4",
    "326f495de57d4734dd2de090e57e5c619fdc3b7dc479df1973f079963998ee5e",
    "1fce54662f107f3181661875a646e9836b5f5c26ab07d43f98a1431a0a461e00",
}
LOCAL_DIGITS, STREET_WORDS = 7, 3
_DIGITS = re.compile(r"\d(?:[ .()/-]{0,3}\d)+")
_NOT_OURS = {"var", "models", "results", "node_modules", "__pycache__"}


def files_of_the_repository() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in _NOT_OURS and (f == ".ci" or not f.startswith("."))]
        yield from (Path(folder) / name for name in names)


def traces(text: str) -> Iterator[str]:
    """What a contact detail in ``text`` could be: runs of digits, words in a row."""
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        yield from (digits[i : i + LOCAL_DIGITS] for i in range(len(digits) - LOCAL_DIGITS + 1))
    folded = words(text)
    yield from (" ".join(folded[i : i + STREET_WORDS]) for i in range(len(folded) - STREET_WORDS + 1))


def test_unpublished_contact_details_stand_nowhere_in_the_repository() -> None:
    found: dict[str, set[str]] = {}
    for path in files_of_the_repository():
        for trace in traces(path.read_text(encoding="utf-8", errors="ignore")):
            found.setdefault(trace, set()).add(str(path.relative_to(ROOT)))
    offenders = [
        paths for trace, paths in found.items() if hashlib.sha256(trace.encode()).hexdigest() in UNPUBLISHED
    ]
    assert offenders == []


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("Điện thoại: (0225) 1234-567", "1234567"),
        ("+84.225.123.4567", "1234567"),
        ("Số 9 Phố Hàng  Bông", "pho hang bong"),
    ],
)
def test_a_contact_detail_is_found_however_it_is_written(text: str, trace: str) -> None:
    assert trace in set(traces(text))
