"""Clauses of a message: what is denied in it, and the questions that it puts at once."""

from __future__ import annotations

import re

_NEED = (
    r"xin|làm|lam|nộp|nop|có|co|qua|lập|lap|đăng|dang|báo|bao|đóng|dong|chịu|chiu|thực|thuc|"
    r"mất|mat|trả|tra|ký|ky|lấy|lay|thuộc|thuoc|điều|dieu|chờ|cho|gửi|gui"
)
"""Before one of these verbs "không phải" means "need not" and denies no subject."""
_DENIED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "không phải KCN Đình Vũ đâu, …", "không hỏi hồ sơ, …": at the beginning, up to the comma
        rf"^\W*(?:(?:à|dạ|ơ|da|a|o)\s+)?(?:không|khong)\s+(?:phải|phai)\s+(?!(?:{_NEED})\b)[^,;.?!]+[,;.]",
        r"^\W*(?:(?:à|dạ|da|a)\s+)?(?:(?:tôi|em|mình|anh|chị|bên em|toi|minh)\s+)?"
        r"(?:không|khong)\s+(?:hỏi|hoi|cần|can)\s[^,;.?!]+[,;.]",
        # "…, không phải KCN Đình Vũ", "… chứ không phải KCN Đình Vũ": at the end
        rf"(?:[,;]\s*(?:chứ\s+|chu\s+)?|\s(?:chứ|chu)\s+)(?:không|khong)\s+(?:phải|phai)\s+(?!(?:{_NEED})\b)[^,;?!]+\W*$",
        r"^\W*(?:no,?\s+)?(?:i(?:'m| am) not asking about|not)\s[^,;.?!]+(?:[,;.]|\s+but\b)",
        r"[,;]\s*(?:and\s+)?not\s[^,;?!]+\W*$",
        # what only announces a correction names no procedure ("correction of a certificate")
        r"^\W*(?:correction|đính chính|dinh chinh|sửa lại|sua lai)\s*[:,]",
    )
]
_SEPARATOR = re.compile(
    r"(?:(?<=english)|(?<=vietnamese)|(?<=tiếng anh)|(?<=tiếng việt)|(?<=tieng anh)|(?<=tieng viet))"
    r"(?:\s+(?:please|nhé|ạ|nhe|a))?[:.,]\s+|"
    r"[;?]\s+|,\s+(?:(?:và|còn|and|va|con)\s+)?|"
    r"\s+(?:và|còn|rồi|cũng như|and|as well as|plus|va|con|cung nhu)\s+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?]+\s+")
"""After three letters: shorter ones may be abbreviated ("No. 5", "TP. Hải Phòng")."""
_LETTERS = re.compile(r"[^\W\d]")
_QUESTION = re.compile(
    r"\b(bao nhiêu|bao lâu|bao giờ|nào|mấy|gì|ai|đâu|sao|(?:có|được)\b.*\b(?:không|chưa|ko)"
    r"|bao nhieu|bao lau|bao gio|nao|o dau|(?:co|duoc)\b.*\bkhong"
    r"|what|which|who|whose|where|how)\b"
    r"|(?:\w\s+|^\W*)when\s+(?:is|are|was|were|do|does|did|will|must|can|may|should|shall|has|have|to)\b"
    r"|^\W*(?:(?:and|or|so|but|then) )?"
    r"(?:is|are|was|were|do|does|did|can|could|must|may|should|will|would|any)\b",
    re.IGNORECASE,
)
"""Words that ask; without accents those are left out that are also names of things ("may", "dau")."""
MAX_PARTS = 3


def affirmed(text: str) -> str:
    """Return ``text`` with what it denies, and a word that announces a correction, blanked out.

    Places of characters are kept.

    Args:
        text: a message in NFC.

    Returns:
        A text of the same length; ``text`` itself if nothing or everything is denied.
    """
    kept = text
    for pattern in _DENIED:
        match = pattern.search(kept)
        if match:
            kept = kept[: match.start()] + " " * (match.end() - match.start()) + kept[match.end() :]
    return kept if _LETTERS.search(kept) else text


def parts(text: str) -> list[tuple[int, int]]:
    """Return where the questions of a message stand, if it puts several at once, or tells something first.

    Args:
        text: a message.

    Returns:
        Two or three (start, end) pairs of characters, or none.
    """
    sentences = _between(_SENTENCE_END, text)
    if len(sentences) > 1:
        return sentences[-MAX_PARTS:]
    clauses = _between(_SEPARATOR, text)
    return clauses if 2 <= len(clauses) <= MAX_PARTS else []


def asks(text: str) -> bool:
    """Tell whether a part of a message is a question by its words ("how many", "do ai")."""
    return bool(_QUESTION.search(text))


def _between(separator: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return what stands between the separators and has two words or more."""
    bounds = [0]
    for match in separator.finditer(text):
        bounds += [match.start(), match.end()]
    bounds.append(len(text))
    spans = zip(bounds[::2], bounds[1::2], strict=True)
    return [(a, b) for a, b in spans if _LETTERS.search(text[a:b]) and len(text[a:b].split()) > 1]
