"""Accepted proposals are taken into a working copy: all or none, and no question of the evaluation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation import adopting
from evaluation.adopting import NotAdopted, adopt, main
from evaluation.separation import Said
from knowledge.content import CONTENT, ContentError, read
from knowledge.material import (
    NLU,
    Addition,
    Examples,
    ProposalError,
    addition_text,
    draft,
    examples_text,
)
from knowledge.model import Kind, Text, TextList

ENTRY = "customs.coordination-regulation"
FORM = "quy chế phối hợp hải quan thử nghiệm"


class Copy:
    """Content, training data and accepted proposals in a folder."""

    def __init__(self, root: Path) -> None:
        self.accepted = root / "accepted"
        self.content = shutil.copytree(CONTENT, root / "content")
        self.nlu = shutil.copytree(NLU, root / "nlu")
        self.before = self.texts()

    def propose(self, name: str, text: str) -> None:
        path = self.accepted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def adopt(self) -> list[str]:
        return adopt(self.accepted, self.content, self.nlu)

    def texts(self) -> dict[str, str]:
        return {
            f"{path.relative_to(root.parent)}": path.read_text(encoding="utf-8")
            for root in (self.content, self.nlu)
            for path in root.rglob("*.yml")
        }

    def changed(self) -> dict[str, tuple[list[str], list[str]]]:
        """Lines that went and lines that came, by file."""
        found = {}
        for name, text in self.texts().items():
            old, new = self.before[name].splitlines(), text.splitlines()
            if old != new:
                found[name] = ([x for x in old if x not in new], [x for x in new if x not in old])
        return found


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_examples_go_to_the_end_of_their_intent(copy: Copy) -> None:
    said = Examples(lang="vi", intent="out_of_scope", texts=["mua vé xem ca nhạc", "mua vé xem ca nhạc"])
    copy.propose("nlu/vi/out_of_scope.1.yml", examples_text(said))
    assert copy.adopt() == ["nlu/vi/out_of_scope.1.yml"]
    assert copy.changed() == {"nlu/vi/out_of_scope.yml": ([], ["    - mua vé xem ca nhạc"])}
    assert copy.texts()["nlu/vi/out_of_scope.yml"].endswith("    - mua vé xem ca nhạc\n")
    assert copy.adopt() == ["nlu/vi/out_of_scope.1.yml"], "a second time"
    assert copy.texts()["nlu/vi/out_of_scope.yml"].count("mua vé xem ca nhạc") == 1


def test_names_and_question_forms_change_their_lines_only(copy: Copy) -> None:
    name = Addition(entry=ENTRY, aliases=TextList(vi=["quy chế HQ thử"]))
    form = Addition(entry=ENTRY, facet="answer", asks=TextList(vi=[FORM]))
    copy.propose("additions/a.yml", addition_text(name))
    copy.propose("additions/b.yml", addition_text(form))
    copy.adopt()
    went, came = copy.changed()["content/customs.yml"]
    assert (went, [line.strip() for line in came]) == ([], ["- quy chế HQ thử", f"- {FORM}"])
    entry = read(copy.content).entries[ENTRY]
    assert entry.aliases.vi[-1] == "quy chế HQ thử"
    assert entry.facets["answer"].asks.vi[-1] == FORM


def test_a_question_of_the_evaluation_is_refused(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        adopting, "questions", lambda: [Said("exam", "Mua vé xem ca nhạc ở đâu tại Hải Phòng?")]
    )
    said = Examples(lang="vi", intent="out_of_scope", texts=["mua ve xem ca nhac o dau tai hai phong"])
    copy.propose("nlu/vi/out_of_scope.1.yml", examples_text(said))
    with pytest.raises(NotAdopted, match="too near to a question of the evaluation"):
        copy.adopt()
    assert copy.changed() == {}


def test_an_incomplete_draft_is_refused_with_what_is_missing(copy: Copy) -> None:
    text = draft("procedure.fines", Kind.PROCEDURE, Text(vi="Phạt", en="Fines"), "fee", "vi", ["mức phạt"])
    copy.propose("entries/procedure.fines.1.yml", text)
    said = Examples(lang="vi", intent="out_of_scope", texts=["mua vé xem ca nhạc"])
    copy.propose("nlu/vi/out_of_scope.1.yml", examples_text(said))
    with pytest.raises(ContentError) as refused:
        copy.adopt()
    for missing in ("facts", "sources", "confidence", "text.vi"):
        assert missing in str(refused.value)
    assert copy.changed() == {}, "not the example either"


def test_a_draft_that_was_completed_becomes_an_entry(copy: Copy) -> None:
    text = draft("customs.trial", Kind.CUSTOMS, Text(vi="Thử", en="Trial"), "answer", "vi", ["hỏi thử"])
    for empty, full in (
        ("facts: []", "facts: [x-01]"),
        ("provenance: ''", "provenance: test"),
        ("confidence: ''", "confidence: high"),
        ("sources: []", "sources: [{document: heza-customs-review-2023}]"),
        ("review_by: ''", "review_by: 2027-05-31"),
        ("owner: ''", "owner: customs"),
        ("vi: ''", "vi: Nội dung."),
        ("en: ''", "en: Text."),
    ):
        assert empty in text
        text = text.replace(empty, full)
    copy.propose("entries/customs.trial.1.yml", text)
    copy.adopt()
    assert list(copy.changed()) == ["content/customs.yml"]
    assert read(copy.content).entries["customs.trial"].facets["answer"].asks.vi == ["hỏi thử"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("additions/a.yml", "- entry: zone.none\n  aliases: {vi: [x]}\n", "no entry zone.none"),
        ("additions/a.yml", "- nonsense: true\n", "a.yml"),
        ("nlu/vi/a.yml", 'version: "3.1"\nnlu:\n- intent: none\n  examples: |\n    - x\n', "no intent none"),
        ("nlu/vi/a.yml", "[]\n", "no examples"),
    ],
)
def test_what_does_not_fit_is_named(copy: Copy, name: str, text: str, said: str) -> None:
    copy.propose(name, text)
    with pytest.raises((NotAdopted, ProposalError), match=said):
        copy.adopt()
    assert copy.changed() == {}


def test_without_proposals_there_is_nothing_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 10
    assert "no accepted proposals" in capsys.readouterr().out
