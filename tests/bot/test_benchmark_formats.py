"""Reading public data sets, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.nlu.formats import (
    BadData,
    Utterance,
    read_csv,
    read_massive,
    read_phoatis,
    spans_of,
)

SAMPLE = Path(__file__).resolve().parents[2] / "benchmarks" / "nlu" / "sample"


def test_the_sample_is_the_same_in_every_format() -> None:
    corpus = read_phoatis(SAMPLE / "phoatis")
    assert read_massive(SAMPLE / "massive", "vi-VN") == corpus
    assert read_massive(SAMPLE / "massive" / "vi-VN.jsonl") == corpus
    assert read_csv(SAMPLE / "sample.csv") == corpus
    assert (len(corpus.train), len(corpus.test)) == (40, 15)
    assert corpus.test[3] == Utterance(
        ("đăng", "ký", "dự", "án", "mất", "bao", "lâu"),
        ("B-procedure", "I-procedure", "I-procedure", "I-procedure", "O", "O", "O"),
        "time_limit",
    )


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O B-a I-a O", [(1, 3, "a")]),
        ("B-a B-a I-b", [(0, 1, "a"), (1, 2, "a"), (2, 3, "b")]),
        ("I-a I-a O I-b", [(0, 2, "a"), (3, 4, "b")]),
        ("O O", []),
    ],
)
def test_spans_are_read_as_conlleval_reads_them(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert list(spans_of(tags.split())) == spans


def test_decomposed_accents_are_composed(tmp_path: Path) -> None:
    file = csv(tmp_path, "text,intent,partition", "lệ phí,fee,train", "rộng,area,test")
    assert read_csv(file).train[0].words == ("lệ", "phí")


def test_without_partitions_a_fifth_of_each_intent_is_held_out(tmp_path: Path) -> None:
    file = csv(tmp_path, "text,intent", *(f"câu {n},intent{n % 2}" for n in range(20)))
    corpus = read_csv(file)
    assert sorted(u.intent for u in corpus.test) == ["intent0"] * 2 + ["intent1"] * 2
    assert not set(corpus.test) & set(corpus.train)
    assert len(corpus.train) == 16
    assert read_csv(file) == corpus


def test_a_massive_file_of_several_locales_needs_one_named(tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    rows = [
        {"locale": locale, "partition": part, "intent": "fee", "annot_utt": f"{locale} [zone : A B]"}
        for locale in ("en-US", "vi-VN")
        for part in ("train", "test")
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with pytest.raises(BadData, match=r"several locales: .* \(en-US, vi-VN\)"):
        read_massive(file)
    assert [u.words for u in read_massive(file, "vi-VN").test] == [("vi-VN", "A", "B")]
    with pytest.raises(BadData, match="nothing in the locale de-DE"):
        read_massive(file, "de-DE")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (("a,b", "x,y"), "needs a heading and the column text and intent"),
        (("text,intent,tags", "lệ phí,fee,O"), "line 2: 2 words, but 1 tags"),
        (("text,intent,tags", "lệ phí,fee,O zone"), "line 2: 'zone' is no IOB tag"),
        (("text,intent", ",fee"), "line 2: the text is empty"),
        (("text,intent", "lệ phí,"), "line 2: the intent is empty"),
        (("text,intent,partition", "lệ phí,fee,train"), "no line belongs to the partition test"),
    ],
)
def test_a_bad_csv_is_refused_with_its_place(tmp_path: Path, lines: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(BadData, match=complaint):
        read_csv(csv(tmp_path, *lines))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("{", "line 1: not JSON"), ('{"locale": "vi-VN"}', "line 1: lacks annot_utt, intent, partition")],
)
def test_a_bad_massive_line_is_refused_with_its_place(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(BadData, match=complaint):
        read_massive(file)


def test_phoatis_files_must_fit_together(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"seq\.in: No such file"):
        read_phoatis(tmp_path)
    for name, text in (("seq.in", "a b\nc\n"), ("seq.out", "O O\nO O\n"), ("label", "x\n")):
        for part in ("train", "test"):
            (tmp_path / part).mkdir(exist_ok=True)
            (tmp_path / part / name).write_text(text)
    with pytest.raises(BadData, match=r"seq\.in has 2 lines, seq\.out 2, label 1"):
        read_phoatis(tmp_path)
    (tmp_path / "train" / "label").write_text("x\ny\n")
    with pytest.raises(BadData, match=r"train/seq\.out, line 2: 1 words, but 2 tags"):
        read_phoatis(tmp_path)


def csv(folder: Path, *lines: str) -> Path:
    file = folder / "data.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
