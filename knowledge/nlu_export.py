"""What Rasa must know of the knowledge base: names, question forms, texts of both languages.

Written as JSON before training and packed into the trained model (`bot.export`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from knowledge.frames import framed
from knowledge.store import Store
from knowledge.targets import TEXT, targets
from knowledge.texts import LANGUAGES
from knowledge.vocabulary import vocabulary


def export(store: Store) -> dict[str, Any]:
    """Return names as (type, value, spelling), question forms as (entry, facet, text), texts by language."""
    names = [*vocabulary().names()]
    texts: dict[str, list[str]] = {lang: [] for lang in LANGUAGES}
    for entry in store.recorded.all():
        for lang in LANGUAGES:
            spellings = [entry.name.get(lang), *entry.aliases.get(lang)]
            names += [(str(entry.kind), entry.id, spelling) for spelling in spellings]
            texts[lang] += [entry.name.get(lang), *entry.asks.get(lang)]
            for facet in entry.facets.values():
                texts[lang] += facet.asks.get(lang)
                texts[lang] += [rule.text.get(lang) for rule in facet.rules]
    forms = {(t.entry, t.facet, t.text) for e in store.recorded.all() for t in targets(e) if t.sort != TEXT}
    for entry in store.recorded.all():
        forms |= set(framed(entry, {t.facet for t in targets(entry)}))
    return {"names": sorted(set(names)), "forms": sorted(forms), "texts": texts}


def write(store: Store, path: Path) -> bool:
    """Write the export if it differs from what stands in ``path``; tell whether it did."""
    text = json.dumps(export(store), ensure_ascii=False, indent=0, sort_keys=True)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
