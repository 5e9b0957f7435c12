"""Masking finds what leads to a person, in the forms that people type, and leaves the rest alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from evaluation.questions import read_dialogues, read_items
from knowledge.content import Content
from portal.privacy.kinds import Found, Kind, placeholder, understandable
from portal.privacy.masking import Masker
from vietnamese.folding import fold

HERE = Path(__file__).parent
MASKER = Masker()


def _read(name: str) -> object:
    return YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))


def forms() -> Iterator[tuple[str, str]]:
    """The corpus: kind and form, the value between guillemets."""
    corpus = _read("forms.yml")
    assert isinstance(corpus, dict)
    for kind, texts in corpus.items():
        for text in texts:
            yield kind, text


def _without_accents(text: str) -> str:
    """As half of the public types; guillemets stay."""
    return fold(text)


@pytest.mark.parametrize(("kind", "form"), list(forms()))
@pytest.mark.parametrize("typed", [str, str.upper, _without_accents], ids=["typed", "upper", "folded"])
def test_a_value_becomes_a_placeholder_of_its_kind(kind: str, form: str, typed: type[str]) -> None:
    before, value, after = re.split("[«»]", typed(form))
    masked = MASKER.mask(f"{before}{value}{after}", "vi")
    assert masked.text == f"{before}{placeholder(Kind(kind), 'vi')}{after}"
    assert masked.found == (Found(Kind(kind), value),)


@pytest.mark.parametrize("text", _read("kept.yml"))
def test_what_is_nobodys_stays(text: str) -> None:
    for typed in (text, fold(text), text.upper()):
        assert MASKER.mask(typed, "vi").text == typed


def test_no_evaluation_question_is_altered() -> None:
    asked = [text for item in read_items() for text in (item.vi, item.en)]
    asked += [move.say for dialogue in read_dialogues() for move in dialogue.turns]
    altered = {text: MASKER.mask(text, "vi").found for text in asked}
    others = {
        text: found
        for text, found in altered.items()
        if found and {f.kind for f in found} != {Kind.DOSSIER_CODE}
    }
    assert len(asked) > 1000
    assert others == {}


def test_no_content_is_altered(shipped: Content) -> None:
    texts = list(_texts(shipped))
    assert len(texts) > 10_000
    assert [text for text in texts if MASKER.mask(text, "vi").found] == []


def _texts(content: Content) -> Iterator[str]:
    """Everything of the content but where editors took it from."""
    for item in (*content.entries.values(), *content.documents.values()):
        yield from _strings(item.model_dump(mode="json", exclude={"provenance", "url", "facts"}))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for part in value.values() for text in _strings(part))
        case list():
            yield from (text for part in value for text in _strings(part))


def test_the_lines_of_the_deployment_are_public() -> None:
    masker = Masker(["0225.3823.200"])
    text = "gọi (0225) 3823 200 hay 02253823200"
    assert masker.mask(text, "vi").text == text
    assert masker.mask("gọi 02253823201", "vi").text == "gọi [số điện thoại]"


def test_several_values_of_one_message_are_all_masked() -> None:
    masked = MASKER.mask("Nam, 0912345678/0987654321, CCCD 031094001234, nam@x.vn, vốn 150.000.000 USD", "en")
    number, identity = placeholder(Kind.PHONE, "en"), placeholder(Kind.IDENTITY, "en")
    email = placeholder(Kind.EMAIL, "en")
    assert masked.text == f"Nam, {number}/{number}, CCCD {identity}, {email}, vốn 150.000.000 USD"
    assert [f.value for f in masked.found] == ["0912345678", "0987654321", "031094001234", "nam@x.vn"]


def test_a_found_value_is_not_shown_in_a_trace() -> None:
    assert "0912345678" not in repr(MASKER.mask("sđt 0912345678", "vi"))


def test_masking_twice_changes_nothing_more() -> None:
    for _, form in forms():
        once = MASKER.mask(form.replace("«", "").replace("»", ""), "vi").text
        assert MASKER.mask(once, "vi").text == once


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        (
            "https://heza.gov.vn/dau-tu?phone=0912345678&email=a@b.vn#0912345678",
            "https://heza.gov.vn/dau-tu",
        ),
        ("https://nam:secret@heza.gov.vn/x", "https://heza.gov.vn/x"),
        ("https://x.vn/u/0912345678/a@b.vn", "https://x.vn/u/[telephone number]/[e-mail address]"),
        ("https://x.vn/2025/11/22/bai-1234567.html", "https://x.vn/2025/11/22/bai-1234567.html"),
        ("http://[", None),
        (None, None),
    ],
)  # fmt: skip
def test_of_a_page_only_the_place_is_kept(url: str | None, stored: str | None) -> None:
    assert MASKER.page(url) == stored


def test_rasa_reads_no_words_of_a_placeholder() -> None:
    text = f"CCCD {placeholder(Kind.IDENTITY, 'vi')}, phone {placeholder(Kind.PHONE, 'en')}"
    assert understandable(text) == ("CCCD ***, phone ***", (Kind.IDENTITY, Kind.PHONE))


def test_rasa_reads_a_dossier_code_as_zeros() -> None:
    masked = MASKER.mask("hồ sơ 000.19.H24-241105-0012 xong chưa", "vi").text
    assert understandable(masked) == ("hồ sơ 000.00.00.H00-000000-0000 xong chưa", (Kind.DOSSIER_CODE,))


# Values made by program, in any separators and sentences.
SEPARATORS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u2011", "·", "_"])
SENTENCES = st.sampled_from(
    ["{}", "của tôi là {} nhé", "cho em hỏi {}, xong chưa ạ?", "({})", "Nam – {}; Hải Phòng", "số:{}."]
)
DIGIT_FORMS = st.sampled_from(["0123456789", "０１２３４５６７８９"])


def _grouped(digits: str, sizes: list[int], separator: str, script: str) -> str:
    groups, place = [], 0
    for size in sizes:
        groups.append(digits[place : place + size])
        place += size
    return separator.join(groups).translate({ord(str(n)): script[n] for n in range(10)})


@st.composite
def personal_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number with the leading 0 of its kind; returns how it is typed, and its digits."""
    lead, sizes = draw(
        st.sampled_from(
            [
                ("0912", [4, 3, 3]),
                ("037", [3, 3, 4]),
                ("08", [2, 4, 4]),
                ("0225", [4, 4, 3]),
                ("024", [3, 4, 4]),
                ("031", [3, 3, 3, 3]),
                ("001", [12]),
                ("0201", [4, 3, 3]),
                ("031", [3, 3, 3]),
                ("0310", [4, 4, 4]),
            ]
        )
    )
    rest = draw(st.text("123456789", min_size=sum(sizes) - len(lead), max_size=sum(sizes) - len(lead)))
    digits = lead + rest
    return _grouped(digits, sizes, draw(SEPARATORS), draw(DIGIT_FORMS)), digits


@settings(max_examples=400, deadline=None)
@given(number=personal_numbers(), sentence=SENTENCES)
def test_no_personal_number_passes_whatever_its_separators(number: tuple[str, str], sentence: str) -> None:
    typed, digits = number
    masked = MASKER.mask(sentence.format(typed), "vi")
    assert len(masked.found) == 1
    assert masked.text == sentence.format(placeholder(masked.found[0].kind, "vi"))
    assert re.sub(r"\D", "", masked.text) == ""
    assert "".join(str(int(c)) for c in masked.found[0].value if c.isdigit()) == digits


@settings(max_examples=300, deadline=None)
@given(
    agency=st.sampled_from(["000.19.H24", "000.00.19.H24", "H24", "000.01.H24"]),
    day=st.dates().map(lambda d: d.strftime("%y%m%d").zfill(6)),
    number=st.integers(1, 99999).map(lambda n: f"{n:04}"),
    separator=st.sampled_from([".", "-", " ", "", " - ", "–", "/", "_"]),
    lower=st.booleans(),
    sentence=SENTENCES,
)
def test_no_dossier_code_passes_however_loosely_typed(
    agency: str, day: str, number: str, separator: str, lower: bool, sentence: str
) -> None:
    typed = separator.join([*agency.split("."), day, number])
    masked = MASKER.mask(sentence.format(typed.lower() if lower else typed), "vi")
    assert masked.text == sentence.format(placeholder(Kind.DOSSIER_CODE, "vi"))


@settings(max_examples=300, deadline=None)
@given(
    amount=st.integers(1, 10**13),
    separator=st.sampled_from([".", ",", ""]),
    unit=st.sampled_from(["USD", "đồng", "tỷ", "triệu USD", "VNĐ", "ha", "m2", "người", "%", "lao động"]),
    gap=st.sampled_from(["", " "]),
)  # fmt: skip
def test_no_amount_is_altered(amount: int, separator: str, unit: str, gap: str) -> None:
    text = f"dự án {f'{amount:,}'.replace(',', separator)}{gap}{unit} được gì"
    assert MASKER.mask(text, "vi").text == text


@settings(max_examples=200, deadline=None)
@given(
    number=st.integers(1, 99999),
    year=st.integers(1945, 2045),
    sort=st.sampled_from(["NĐ-CP", "TT-BKHĐT", "QĐ-TTg", "QH15", "QĐ-UBND", "TTLT-BTC-BCA", "CT-TTg"]),
    lead=st.sampled_from(["Nghị định ", "theo ", "hồ sơ theo ", "CCCD theo ", "mã số thuế tại ", ""]),
)  # fmt: skip
def test_no_number_of_a_document_is_altered(number: int, year: int, sort: str, lead: str) -> None:
    for document in (f"{number}/{year}/{sort}", f"{number}/{sort}", f"{number:02}/{year}/{sort}"):
        assert MASKER.mask(lead + document, "vi").text == lead + document


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    masked = MASKER.mask(text, "en")
    assert "".join(f.value for f in masked.found) == "" or masked.text != text
