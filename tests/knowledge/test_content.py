from pathlib import Path

import pytest

from knowledge.content import Content, ContentError, Problem, read

ENTRY = """\
- id: authority.website
  kind: authority
  name: {vi: Trang thông tin, en: Website}
  facts: [f-1]
  provenance: test
  confidence: high
  sources:
  - document: heza.gov.vn
  collected_on: 2026-01-10
  review_by: 2026-12-31
  owner: office
  facets:
    answer:
      rules:
      - text: {vi: Tại heza.gov.vn., en: At heza.gov.vn.}
"""
DOCUMENT = """\
- number: heza.gov.vn
  kind: web
  title: {vi: Trang HEZA, en: HEZA site}
  status: unverified
  provenance: test
  confidence: high
  collected_on: 2026-01-10
"""


def read_files(folder: Path, **files: str | bytes) -> Content:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.yml").write_bytes(raw)
    return read(folder)


def test_entries_and_documents_are_read_with_their_places(tmp_path: Path) -> None:
    content = read_files(tmp_path, authority=ENTRY, documents=DOCUMENT)
    assert content.problems == []
    assert content.entries["authority.website"].name.en == "Website"
    assert content.documents["heza.gov.vn"].title.vi == "Trang HEZA"
    place = content.places["authority.website"]
    assert (place.file, place.line(("facets", "answer", "rules", 0, "text"))) == ("authority.yml", 15)


def test_malformed_yaml_is_reported_at_its_line(tmp_path: Path) -> None:
    content = read_files(tmp_path, broken="- id: authority.website\n  kind: [authority\n  name: x\n")
    (problem,) = content.problems
    assert (problem.file, problem.line) == ("broken.yml", 3)
    assert problem.message.startswith("malformed YAML: ")


def test_a_key_that_stands_twice_is_reported(tmp_path: Path) -> None:
    content = read_files(
        tmp_path, twice=ENTRY.replace("  owner: office\n", "  owner: office\n  owner: labour\n")
    )
    (problem,) = content.problems
    assert (problem.file, problem.line) == ("twice.yml", 12)
    assert "duplicate key" in problem.message


def test_a_control_character_is_reported(tmp_path: Path) -> None:
    content = read_files(tmp_path, bell="- id: authority.website\n  owner: a\a\n", odd="words\n")
    assert [problem.file for problem in content.problems] == ["bell.yml", "odd.yml"]


def test_a_file_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    (problem,) = read_files(tmp_path, latin="- id: caf\u00e9\n".encode("latin-1")).problems
    assert problem == Problem("latin.yml", 1, "not UTF-8: invalid continuation byte at byte 9")


def test_an_unknown_field_is_reported_at_its_line(tmp_path: Path) -> None:
    (problem,) = read_files(tmp_path, authority=ENTRY.replace("  owner:", "  color: red\n  owner:")).problems
    assert problem == Problem("authority.yml", 11, "color: Extra inputs are not permitted")


def test_an_id_is_given_once_across_files(tmp_path: Path) -> None:
    (problem,) = read_files(tmp_path, a=ENTRY, b=f"# one line\n{ENTRY}").problems
    assert problem == Problem("b.yml", 2, "authority.website is already defined in a.yml:1")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "a content file is a list of entries"),
        ("id: authority.website\n", 1, "a content file is a list of entries"),
        ("# one line\n- just words\n", 2, "not an entry"),
    ],
)
def test_what_is_no_list_of_entries_is_reported(tmp_path: Path, text: str, line: int, message: str) -> None:
    assert read_files(tmp_path, odd=text).problems == [Problem("odd.yml", line, message)]


def test_a_facet_of_another_kind_is_reported_at_the_entry(tmp_path: Path) -> None:
    (problem,) = read_files(tmp_path, authority=ENTRY.replace("    answer:", "    fee:")).problems
    assert (problem.line, problem.message) == (1, "Value error, a authority has no facet fee")


def test_a_figure_of_an_unknown_unit_is_reported_at_its_line(tmp_path: Path) -> None:
    text = f"{ENTRY}        figures: [3 miles]\n"
    (problem,) = read_files(tmp_path, authority=text).problems
    assert problem.line == 16
    assert "unknown unit 'miles'" in problem.message


def test_all_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    content = read_files(
        tmp_path,
        broken="- [",
        latin=b"\xff",
        odd="words\n",
        unknown=ENTRY.replace("kind: authority", "kind: oracle").replace(
            "confidence: high", "confidence: total"
        ),
        whole=ENTRY,
    )
    assert [(p.file, p.line) for p in content.problems] == [
        ("broken.yml", 1),
        ("latin.yml", 1),
        ("odd.yml", 1),
        ("unknown.yml", 2),
        ("unknown.yml", 6),
    ]
    assert list(content.entries) == ["authority.website"]


def test_the_error_lists_the_problems_in_order() -> None:
    error = ContentError([Problem("b.yml", 1, "second"), Problem("a.yml", 7, "first")])
    assert str(error) == "a.yml:7: first\nb.yml:1: second"
