"""Public intent/slot data sets as they are published: PhoATIS, MASSIVE, plain CSV.

Each reader takes the path at which the user has laid the data and returns a `Corpus`.
Whatever is wrong with the data is a `BadData` that names the file and the line.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vietnamese.folding import to_nfc

OUTSIDE = "O"
TRAIN, TEST = "train", "test"
_HELD_OUT = 5
"""One in so many utterances of each intent is kept for the test where the data set names no test part."""
_SLOT = re.compile(r"\[([^\[\]:]+):([^\[\]]*)\]")


class BadData(Exception):
    """The data set cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Utterance:
    """One annotated utterance: its words, an IOB2 tag for each, and its intent."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    intent: str

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Corpus:
    """What is learned from and what is tested on."""

    train: list[Utterance]
    test: list[Utterance]


def read_phoatis(path: Path) -> Corpus:
    """Read folders ``train`` and ``test``: ``seq.in``, ``seq.out`` and ``label`` with a line per utterance.

    The folder ``dev`` is left aside: nothing is chosen by it.

    Raises:
        BadData: a folder or file is missing, or the files do not fit together.
    """
    return Corpus(_phoatis_part(path / TRAIN), _phoatis_part(path / TEST))


def _phoatis_part(folder: Path) -> list[Utterance]:
    sentences, tags, labels = (_lines(folder / name) for name in ("seq.in", "seq.out", "label"))
    if not len(sentences) == len(tags) == len(labels):
        raise BadData(
            f"{folder}: seq.in has {len(sentences)} lines, seq.out {len(tags)}, label {len(labels)}; "
            "they must be equally many."
        )
    return [
        _utterance(sentence.split(), tagged.split(), label.strip(), f"{folder / 'seq.out'}, line {number}")
        for number, (sentence, tagged, label) in enumerate(zip(sentences, tags, labels, strict=True), 1)
    ]


def read_massive(path: Path, locale: str | None = None) -> Corpus:
    """Read JSON Lines with ``annot_utt``, ``intent``, ``partition`` and ``locale``.

    Args:
        path: one file, or the folder of the files of all locales (``vi-VN.jsonl`` …).
        locale: which locale to take; may be left out if the file holds one only.

    Raises:
        BadData: there is no such file or locale, or a line is not of that form.
    """
    if path.is_dir():
        if not locale:
            raise BadData(f"{path} is a folder: say which locale to take, for example --locale vi-VN.")
        path = path / f"{locale}.jsonl"
    lines = enumerate(_lines(path), 1)
    rows = [(number, _record(path, number, line)) for number, line in lines if line.strip()]
    found = sorted({str(row["locale"]) for _, row in rows})
    if locale is None and len(found) > 1:
        raise BadData(f"{path} holds several locales: say which to take with --locale ({', '.join(found)}).")
    parts = defaultdict(list)
    for number, row in rows:
        if locale in (None, row["locale"]):
            words, tags = _annotated(row["annot_utt"])
            where = f"{path}, line {number}"
            parts[row["partition"]].append(_utterance(words, tags, row["intent"], where))
    if not parts:
        raise BadData(f"{path} has nothing in the locale {locale}; it holds {', '.join(found) or 'no line'}.")
    return _both(parts, path)


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadData(f"{path}, line {number}: not JSON ({error.msg}).") from None
    missing = [key for key in ("annot_utt", "intent", "partition", "locale") if key not in row]
    if missing:
        raise BadData(f"{path}, line {number}: lacks {', '.join(missing)}.")
    return dict(row)


def _annotated(text: str) -> tuple[list[str], list[str]]:
    """Return words and tags of ``đặt lịch [time : chín giờ]``."""
    words: list[str] = []
    tags: list[str] = []
    end = 0
    for match in [*_SLOT.finditer(text), None]:
        plain = text[end : match.start() if match else len(text)].split()
        words += plain
        tags += [OUTSIDE] * len(plain)
        if match:
            slot, inside = match.group(1).strip(), match.group(2).split()
            words += inside
            tags += [f"{'I' if n else 'B'}-{slot}" for n in range(len(inside))]
            end = match.end()
    return words, tags


def read_csv(path: Path) -> Corpus:
    """Read a CSV file with the columns ``text`` and ``intent``, if wanted also ``tags`` and ``partition``.

    ``tags`` holds an IOB2 tag for each word of ``text``, all with blanks between them. Without ``partition``
    (``train``, ``test``; anything else is left aside) a fifth of each intent is drawn for the test,
    the same one on every run.

    Raises:
        BadData: the file or a column is missing, or a row has not as many tags as words.
    """
    table = csv.DictReader(_lines(path))
    missing = [name for name in ("text", "intent") if name not in (table.fieldnames or ())]
    if missing:
        raise BadData(f"{path}: needs a heading and the column {' and '.join(missing)}.")
    parts = defaultdict(list)
    for row in table:
        words = (row["text"] or "").split()
        tags = (row["tags"] or "").split() if "tags" in row else [OUTSIDE] * len(words)
        utterance = _utterance(words, tags, row["intent"] or "", f"{path}, line {table.line_num}")
        parts[row.get("partition") or ""].append(utterance)
    if set(parts) == {""}:
        return _divided(parts[""])
    return _both(parts, path)


def _divided(utterances: Sequence[Utterance]) -> Corpus:
    by_intent = defaultdict(list)
    for utterance in utterances:
        by_intent[utterance.intent].append(utterance)
    corpus = Corpus([], [])
    for intent in sorted(by_intent):
        drawn = random.Random(intent).sample(by_intent[intent], len(by_intent[intent]))
        held_out = len(drawn) // _HELD_OUT
        corpus.test.extend(drawn[:held_out])
        corpus.train.extend(drawn[held_out:])
    return corpus


def _both(parts: dict[str, list[Utterance]], path: Path) -> Corpus:
    for name in (TRAIN, TEST):
        if not parts.get(name):
            raise BadData(f"{path}: no line belongs to the partition {name}; there are {', '.join(parts)}.")
    return Corpus(parts[TRAIN], parts[TEST])


def _utterance(words: Sequence[str], tags: Sequence[str], intent: str, where: str) -> Utterance:
    if len(words) != len(tags):
        raise BadData(f"{where}: {len(words)} words, but {len(tags)} tags.")
    if not words or not intent:
        raise BadData(f"{where}: the {'intent' if words else 'text'} is empty.")
    wrong = next((tag for tag in tags if tag != OUTSIDE and not re.match("[BI]-.", tag)), None)
    if wrong:
        raise BadData(f"{where}: '{wrong}' is no IOB tag (O, B-type, I-type).")
    return Utterance(tuple(to_nfc(word) for word in words), tuple(tags), intent)


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadData(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadData(f"{path} is not in UTF-8.") from None
    return text.removesuffix("\n").split("\n")  # and at no other sign that Unicode calls a line break


def spans_of(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Return the spans that IOB tags mark, as conlleval reads them: (first word, word after, type).

    An ``I-`` that continues nothing of its type begins a span.
    """
    start, kind = 0, ""
    for number, tag in enumerate([*tags, OUTSIDE]):
        mark, _, name = tag.partition("-")
        if kind and (mark != "I" or name != kind):
            yield start, number, kind
            kind = ""
        if mark != OUTSIDE and not kind:
            start, kind = number, name


READERS: dict[str, Callable[..., Corpus]] = {
    "phoatis": read_phoatis,
    "massive": read_massive,
    "csv": read_csv,
}
