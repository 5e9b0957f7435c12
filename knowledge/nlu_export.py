"""What Rasa must know of the knowledge base: names, titles, question forms, concepts, texts.

Written as JSON before training and packed into the trained model (`bot.export`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from knowledge.frames import framed
from knowledge.model import Entry
from knowledge.store import Store
from knowledge.targets import TEXT, targets
from knowledge.texts import LANGUAGES
from knowledge.thesaurus import phrases
from knowledge.vocabulary import vocabulary

Triple = tuple[str, str, str]


def export(store: Store) -> dict[str, Any]:
    """Return names as (type, value, spelling), question forms as (entry, facet, text), texts by language.

    Besides, the phrases of the thesaurus, each with its concept, and what each entry is called.
    """
    names = [*vocabulary().names()]
    texts: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    forms: set[Triple] = set()
    titles: dict[str, dict[str, str]] = {}
    for entry in store.recorded.all():
        names += names_of(entry)
        forms |= forms_of(entry)
        titles[entry.id] = {lang: entry.name.get(lang) for lang in LANGUAGES}
        for lang in LANGUAGES:
            texts[lang] += [entry.name.get(lang), *entry.asks.get(lang)]
            for facet in entry.facets.values():
                texts[lang] += facet.asks.get(lang)
                texts[lang] += [rule.text.get(lang) for rule in facet.rules]
    return {
        "names": sorted(set(names)),
        "forms": sorted(forms),
        "texts": texts,
        "titles": titles,
        "concepts": phrases(),
    }


def names_of(entry: Entry) -> list[Triple]:
    """Return (kind, entry, spelling) for every name of an entry."""
    spellings = [s for lang in LANGUAGES for s in (entry.name.get(lang), *entry.aliases.get(lang))]
    return [(str(entry.kind), entry.id, spelling) for spelling in spellings]


def forms_of(entry: Entry) -> set[Triple]:
    """Return (entry, facet, text) for every form in which an entry is asked for."""
    found = list(targets(entry))
    asked = {(t.entry, t.facet, t.text) for t in found if t.sort != TEXT}
    return asked | set(framed(entry, {t.facet for t in found}))


def write(store: Store, path: Path) -> bool:
    """Write the export if it differs from what stands in ``path``; tell whether it did."""
    text = json.dumps(export(store), ensure_ascii=False, indent=0, sort_keys=True)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
