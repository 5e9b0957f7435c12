"""Words near a number that tell what it is: somebody's, or an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.privacy.kinds import Kind

REACH = 40
"""Characters before a number in which a word tells what the number is."""
_AFTER = 24


@dataclass(frozen=True)
class Cue:
    """What a word says about the next number; no kind: it counts or measures something."""

    kind: Kind | None
    shortest: int = 0
    longest: int = 0


_AMOUNT = Cue(None)
_CUES: dict[str, Cue] = {
    "identity": Cue(Kind.IDENTITY, 8, 13),
    "passport": Cue(Kind.PASSPORT, 6, 10),
    "tax": Cue(Kind.TAX_CODE, 8, 14),
    "phone": Cue(Kind.PHONE, 6, 15),
    "bank": Cue(Kind.BANK_ACCOUNT, 6, 20),
    "insurance": Cue(Kind.NUMBER, 8, 15),
    "dossier": Cue(Kind.DOSSIER_CODE, 9, 13),
    "amount": _AMOUNT,
}
_WORDS = re.compile(
    r"(?<![a-z])(?:"
    r"(?P<identity>cccd|cmnd|cmtnd|cmt|cancuoc|can cuoc|chung minh|so dinh danh|dinh danh ca nhan|"
    r"tuy than|(?:identity|id) card|identity|id|citizen|national id)"
    r"|(?P<passport>ho chieu|hochieu|passport|pp)"
    r"|(?P<tax>ma so thue|ma thue|mst|msdn|ma so doanh nghiep|ma so kinh doanh|tax (?:code|id|number|no)|"
    r"tax|enterprise (?:code|number)|business (?:code|registration))"
    r"|(?P<phone>so dien thoai|dien thoai|sdt|sodt|dt|dtdd|so may|lien he|lien lac|hotline|duong day nong|"
    r"zalo|viber|whatsapp|wechat|telegram|phone|tel|telephone|mobile|cell|call|contact|goi|goi lai|fax|"
    r"alo|nhan tin|sms|text me)"
    r"|(?P<bank>stk|so tai khoan|tai khoan|sotk|tk|account|acct|a/c|iban|so the|card|swift code)"
    r"|(?P<insurance>bhxh|bao hiem xa hoi|so bao hiem|social insurance|bhyt|bao hiem y te)"
    r"|(?P<dossier>ho so|bien nhan|phieu hen|ma tra cuu|dossier|receipt|application|file|hs so|ma hs so)"
    r"|(?P<amount>von|gia|gia tri|doanh thu|tong|kim ngach|phi|le phi|chi phi|tien|dau tu|muc|dien tich|"
    r"loi nhuan|tai san|san luong|hs|ma hang|capital|investment|invest|worth|value|valued|revenue|fee|"
    r"price|cost|amount|total|turnover|export|exports|area|profit|budget)"
    r")(?![a-z])"
)
_GLUED = re.compile(
    r"(?<![a-z])(?P<identity>cccd|cmnd|cmt|id)$|(?<![a-z])(?P<tax>mst)$"
    r"|(?<![a-z])(?P<phone>sdt|dt|tel|zalo)$|(?<![a-z])(?P<bank>stk|tk)$|(?<![a-z])(?P<passport>pp)$"
)
_SAID_AFTER = re.compile(r"\s*(?:la|is|-|=)?\s*(?:so |my |the |our )*")


def cue_of(shadow: str, start: int, end: int) -> Cue | None:
    """Return what the words around a number say about it, the nearest before it first.

    Args:
        shadow: the shadow of the text.
        start: where the number begins.
        end: where it ends.
    """
    before = re.split(r"\d", shadow[max(0, start - REACH) : start])[-1]
    glued = _GLUED.search(before)
    if glued:
        return _CUES[str(glued.lastgroup)]
    last = None
    for last in _WORDS.finditer(before):  # noqa: B007
        pass
    if last is None:
        after = shadow[end : end + _AFTER]
        last = _WORDS.match(after, _end_of_bridge(after))
        if last and last.lastgroup == "amount":
            return None
    return _CUES[str(last.lastgroup)] if last else None


def _end_of_bridge(after: str) -> int:
    bridge = _SAID_AFTER.match(after)
    return bridge.end() if bridge else 0
