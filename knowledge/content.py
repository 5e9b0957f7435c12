"""Reading of the content files, with the line of every problem.

A problem never stops the reading: all of them are reported together, and then
nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError

from knowledge.model import Document, Entry
from knowledge.texts import texts

CONTENT = Path(__file__).parent / "content"
DOCUMENTS_FILE = "documents.yml"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a content file.

    Args:
        file: where it stands.
        line: from 1.
        message: what is wrong, for who reads the files.
        path: to the element, for who edits in a form.
        key: of the sentence in the catalogues, under ``check``; none where only files can be wrong so.
        values: what fills in the sentence.
    """

    file: str
    line: int
    message: str
    path: tuple[str | int, ...] = field(default=(), compare=False)
    key: str | None = field(default=None, compare=False)
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    def said(self, lang: str) -> str:
        """Return what is wrong in the language of a reader."""
        if self.key is None:
            return self.message
        t, values = texts(lang), dict(self.values)
        if "lang" in values:
            values["lang"] = t(f"check.lang_{values['lang']}")
        return t(f"check.{self.key}", **values)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(Exception):
    """The content cannot be loaded; ``problems`` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, sorted(problems))))
        self.problems = sorted(problems)


_PYDANTIC = {
    "missing": "missing",
    "string_too_short": "empty",
    "too_short": "empty",
    "extra_forbidden": "unknown_field",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
}
"""The errors of typing that have words of their own; all others have one sentence in common."""


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

    def problem(self, key: str, *path: str | int, **values: object) -> Problem:
        """Return a problem at the element under ``path``.

        Args:
            key: of its sentence in the catalogues, under ``check``.
            path: to the element.
            values: what fills in the sentence.
        """
        message = texts("en")(f"check.{key}", **values)
        return Problem(self.file, self.line(path), message, path, key, values)

    def mistyped(self, detail: ErrorDetails) -> Problem:
        """Return the problem of a value that does not fit the model."""
        path, said = tuple(detail["loc"]), detail["msg"]
        message = f"{'.'.join(map(str, path))}: {said}" if path else said
        key = _PYDANTIC.get(detail["type"], "mistyped")
        return Problem(self.file, self.line(path), message, path, key, {"said": said})


@dataclass
class Content:
    """Everything that the content files say.

    ``untyped`` names items that do not fit the model, ``unread`` files that are no
    list of items at all.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    untyped: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def only(self) -> Entry | Document:
        """Return the single item that was read without problems.

        Raises:
            ContentError: there are problems.
        """
        if self.problems:
            raise ContentError(self.problems)
        items: list[Entry | Document] = [*self.entries.values(), *self.documents.values()]
        return items[0]

    def knows_entry(self, entry_id: str) -> bool:
        """Tell whether there is such an entry, or may be: what cannot be read is reported by itself."""
        return entry_id in self.entries or entry_id in self.untyped or bool(self.unread - {DOCUMENTS_FILE})

    def knows_document(self, number: str) -> bool:
        """Tell whether there is such a document, or may be."""
        return number in self.documents or number in self.untyped or DOCUMENTS_FILE in self.unread


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


def node_of(data: Mapping[str, Any]) -> CommentedMap:
    """Return data that come from no file in the form in which files are read."""
    written = StringIO()
    _yaml().dump(dict(data), written)
    node: CommentedMap = _yaml().load(written.getvalue())
    return node


def read_item(place: Place) -> Content:
    """Return content that holds one item, an entry or (if it has a number) a document."""
    content = Content()
    _take(Document if "number" in place.node else Entry, place, content)
    return content


def read_text(path: Path) -> str:
    """Return the text of a content file, its line ends as they are.

    Raises:
        ContentError: the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        said = f"not UTF-8: {error.reason} at byte {error.start}"
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
    raise ContentError([Problem(path.name, 1, said)])


def parse(text: str, name: str) -> CommentedSeq:
    """Return the list that the content file ``name`` holds, with the place of each element.

    Raises:
        ContentError: the text is no YAML, or no list.
    """
    try:
        loaded = _yaml().load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or (str(error).splitlines() or [type(error).__name__])[0]
        raise ContentError([Problem(name, mark.line + 1 if mark else 1, f"malformed YAML: {said}")]) from None
    if not isinstance(loaded, CommentedSeq):
        raise ContentError([Problem(name, 1, "a content file is a list of entries")])
    return loaded


class _Constructor(RoundTripConstructor):
    """Leaves a date that does not exist as it is written, so that it is reported where it stands."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.preserve_quotes = True
    return yaml


def _nodes(path: Path, content: Content) -> Iterator[Place]:
    try:
        loaded = parse(read_text(path), path.name)
    except ContentError as error:
        content.problems += error.problems
        content.unread.add(path.name)
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
            content.problems.append(place.mistyped(detail))
        content.untyped.update(str(place.node[k]) for k in ("id", "number") if k in place.node)
        return
    key = item.id if isinstance(item, Entry) else item.number  # type: ignore[attr-defined]
    if key in content.places:
        first = content.places[key]
        content.problems.append(place.problem("twice", item=key, file=first.file, line=first.line()))
        return
    content.places[key] = place
    if isinstance(item, Entry):
        content.entries[key] = item
    elif isinstance(item, Document):
        content.documents[key] = item
