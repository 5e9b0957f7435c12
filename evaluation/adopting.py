"""Takes accepted proposals into the working copy: ``python -m evaluation.adopting FOLDER``.

All of them or none. Each has to fit: its entry or intent is known, a draft is complete, nothing of it
is a question of the evaluation. The content files are changed as `knowledge.exporting` does it, line by
line; examples go to the end of their intent. Training and the gate are the launcher's part
(``python3 -m launcher retrain``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from evaluation.separation import Said, questions, twins
from knowledge.content import CONTENT, ContentError, parse, read, read_text
from knowledge.editing import edit
from knowledge.exporting import ExportError, export
from knowledge.items import Data, dump
from knowledge.loading import load
from knowledge.material import (
    ENTRIES,
    NLU,
    Addition,
    Examples,
    ProposalError,
    intents,
    read_additions,
    read_examples,
)
from knowledge.store import Store

NOTHING = 10
"""Exit status when there are no proposals."""
_BY = "retraining"
_INDENT = "    - "


class NotAdopted(Exception):
    """The proposals do not fit; the message says which and why. Nothing was changed."""


def main(argv: list[str] | None = None) -> int:
    """Take the proposals of a folder in; return the exit status: 10 if there are none."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.adopting", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folder", type=Path, help="of accepted proposals")
    arguments = parser.parse_args(argv)
    try:
        taken = adopt(arguments.folder)
    except (NotAdopted, ProposalError, ContentError, ExportError) as error:
        print(f"Nothing was taken in.\n{error}", file=sys.stderr)
        return 1
    print("\n".join(f"taken in: {path}" for path in taken) or "There are no accepted proposals.")
    return 0 if taken else NOTHING


def adopt(folder: Path, content: Path = CONTENT, nlu: Path = NLU) -> list[str]:
    """Take all proposals of a folder in; return their files, relative to the folder.

    Args:
        folder: of accepted proposals.
        content: the content files.
        nlu: Rasa's training data.

    Raises:
        NotAdopted, ProposalError, ContentError, ExportError: nothing was changed.
    """
    drafts = [(path, node) for path in sorted((folder / ENTRIES).glob("*.yml")) for node in _nodes(path)]
    additions, examples = list(read_additions(folder)), list(read_examples(folder))
    problems = [*_unknown(examples, nlu), *_too_near(drafts, additions, examples)]
    if problems:
        raise NotAdopted("\n".join(problems))
    _learn_content(drafts, additions, content)
    for _, said in examples:
        _append(said, nlu)
    paths = [path for path, _ in (*drafts, *additions, *examples)]
    return list(dict.fromkeys(str(path.relative_to(folder)) for path in paths))


def _nodes(path: Path) -> Iterator[CommentedMap]:
    for node in parse(read_text(path), path.name):
        if not isinstance(node, CommentedMap) or "id" not in node:
            raise NotAdopted(f"{path}: a list of entries is expected")
        yield node


def _unknown(examples: list[tuple[Path, Examples]], nlu: Path) -> Iterator[str]:
    known = intents(nlu)
    yield from (f"{path}: no intent {said.intent}" for path, said in examples if said.intent not in known)


def _too_near(
    drafts: list[tuple[Path, CommentedMap]],
    additions: list[tuple[Path, Addition]],
    examples: list[tuple[Path, Examples]],
) -> Iterator[str]:
    """Yield what is, or nearly is, a question of the evaluation; the question itself is not told."""
    learned = [Said(str(path), text) for path, node in drafts for text in _texts(node)]
    learned += [
        Said(str(path), text)
        for path, addition in additions
        for texts in (addition.aliases, addition.asks)
        for text in (*texts.vi, *texts.en)
    ]
    learned += [Said(str(path), text) for path, said in examples for text in said.texts]
    near = {(said.place, said.text) for _, said in twins(questions(), learned)}
    for place, text in sorted(near):
        yield f"{place}: “{text}” is too near to a question of the evaluation, which must not be learned"


def _texts(node: Any) -> Iterator[str]:
    """Yield every text of a draft by which its entry would be found."""
    for key, value in node.items():
        if key in ("name", "aliases", "asks"):
            yield from (
                text for said in value.values() for text in ([said] if isinstance(said, str) else said)
            )
        elif key == "facets":
            for facet in value.values():
                yield from _texts(facet)


def _learn_content(
    drafts: list[tuple[Path, CommentedMap]], additions: list[tuple[Path, Addition]], content: Path
) -> None:
    """Edit a database that is made for it, which checks everything, and write it back into the files."""
    if not drafts and not additions:
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'knowledge.sqlite'}")
        try:
            load(store, read(content))
            for path, node in drafts:
                if node["id"] in store.versions:
                    raise NotAdopted(f"{path}: there is an entry {node['id']} already")
                edit(store, node["id"], node, _BY, str(path))
            for entry, of_entry in _by_entry(additions).items():
                if entry not in store.recorded:
                    raise NotAdopted(f"{of_entry[0][0]}: no entry {entry}")
                data = _with(dump(store.recorded[entry]), [addition for _, addition in of_entry])
                edit(store, entry, data, _BY, str(of_entry[0][0]))
            export(store, content)
        finally:
            store.close()


def _by_entry(additions: list[tuple[Path, Addition]]) -> dict[str, list[tuple[Path, Addition]]]:
    found: defaultdict[str, list[tuple[Path, Addition]]] = defaultdict(list)
    for path, addition in additions:
        found[addition.entry].append((path, addition))
    return dict(found)


def _with(data: Data, additions: list[Addition]) -> Data:
    """Return an entry with names and question forms added; those that it has already stay as they are."""
    for addition in additions:
        of_facet = data.get("facets", {}).get(addition.facet or "", data)
        for key, node, texts in (("aliases", data, addition.aliases), ("asks", of_facet, addition.asks)):
            for lang, more in (("vi", texts.vi), ("en", texts.en)):
                known = node.get(key, {}).get(lang, [])
                fresh = [text for text in dict.fromkeys(more) if text not in known]
                if fresh:
                    node.setdefault(key, {})[lang] = [*known, *fresh]
    return data


def _append(said: Examples, nlu: Path) -> None:
    """Add examples at the end of an intent's file, unless they stand there already."""
    path = nlu / said.lang / f"{said.intent}.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    known = {line.removeprefix(_INDENT) for line in lines}
    fresh = [f"{_INDENT}{text}" for text in dict.fromkeys(said.texts) if text not in known]
    path.write_text("\n".join([*lines, *fresh]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
