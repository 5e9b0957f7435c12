"""Reading of the content files, with the line of every problem.

A problem never stops the reading: all of them are reported together, and then
nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from knowledge.model import Document, Entry

CONTENT = Path(__file__).parent / "content"
DOCUMENTS_FILE = "documents.yml"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a content file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(Exception):
    """The content cannot be loaded; ``problems`` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, sorted(problems))))
        self.problems = sorted(problems)


@dataclass
class Place:
    """Where a model stands in its file, so that later checks can name the line."""

    file: str
    node: CommentedMap

    def line(self, path: tuple[str | int, ...] = ()) -> int:
        """Return the line (from 1) of the element at ``path`` below this node."""
        node: Any = self.node
        line = int(node.lc.line)
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line = int(node.lc.key(step)[0])
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line = int(node.lc.item(step)[0])
            else:
                break
            node = node[step]
        return line + 1

    def problem(self, message: str, *path: str | int) -> Problem:
        """Return a problem at the element under ``path``."""
        return Problem(self.file, self.line(path), message)


@dataclass
class Content:
    """Everything that the content files say."""

    entries: dict[str, Entry] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(folder: Path = CONTENT) -> Content:
    """Read all content files of ``folder``.

    Args:
        folder: holds ``documents.yml`` (the registry) and any number of entry files.

    Returns:
        The content; ``problems`` lists what could not be read or typed.
    """
    content = Content()
    for path in sorted(folder.rglob("*.yml")):
        model = Document if path.name == DOCUMENTS_FILE else Entry
        for place in _nodes(path, content):
            _take(model, place, content)
    return content


def _nodes(path: Path, content: Content) -> Iterator[Place]:
    try:
        text = path.read_text(encoding="utf-8")
        loaded = YAML(typ="rt").load(text)
    except UnicodeDecodeError as error:
        content.problems.append(Problem(path.name, 1, f"not UTF-8: {error.reason} at byte {error.start}"))
        return
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        content.problems.append(
            Problem(path.name, mark.line + 1 if mark else 1, f"malformed YAML: {problem}")
        )
        return
    if not isinstance(loaded, CommentedSeq):
        content.problems.append(Problem(path.name, 1, "a content file is a list of entries"))
        return
    for index, node in enumerate(loaded):
        if isinstance(node, CommentedMap):
            yield Place(path.name, node)
        else:
            content.problems.append(Problem(path.name, loaded.lc.item(index)[0] + 1, "not an entry"))


def _take(model: type[Entry] | type[Document], place: Place, content: Content) -> None:
    try:
        item: BaseModel = model.model_validate(place.node)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(detail["loc"])
            where = ".".join(map(str, path))
            content.problems.append(
                place.problem(f"{where}: {detail['msg']}" if where else detail["msg"], *path)
            )
        return
    key = item.id if isinstance(item, Entry) else item.number  # type: ignore[attr-defined]
    if key in content.places:
        first = content.places[key]
        content.problems.append(place.problem(f"{key} is already defined in {first.file}:{first.line()}"))
        return
    content.places[key] = place
    if isinstance(item, Entry):
        content.entries[key] = item
    elif isinstance(item, Document):
        content.documents[key] = item
