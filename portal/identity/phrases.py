"""The words by which a reply to the look-up is read; all folded, without accents and case."""

from __future__ import annotations

import re

from vietnamese.folding import words

NAMED = re.compile(
    r"(?<![a-z])(?:ma (?:tra cuu|bi mat|xac minh|xac thuc)|mat ma|secret(?: code)?|verification code)"
    r"\s*(?:la|is|:|=|-)*\s*(?P<value>[a-z\d]+(?:-[a-z\d]+)*)"
)
"""A receipt's secret, called by its name."""
FACTOR_CUE = re.compile(
    r"(?<![a-z])(?:so cuoi|so duoi|duoi so|duoi|dien thoai|sdt|dt|phone|tel|telephone|mobile|"
    r"digits|ending(?: in| with)?|ends in|factor|ma tra cuu|ma bi mat|secret)[a-z ]{0,20}[\s:=\-]*$"
)
"""Before digits: they are a factor, whatever else they look like."""
DOCUMENT_CUE = re.compile(
    r"(?<![a-z])(?:nghi dinh|quyet dinh|thong tu|nghi quyet|cong van|luat|van ban|thong bao|dieu|khoan|"
    r"mau so|tieu chuan|iso|tcvn|qcvn|decree|decision|circular|resolution|law|article|form|standard)"
    r"(?: so| no\.?| number)?\s*$"
)
"""Before digits: they number a document."""
DENIED = re.compile(
    r"(?<![a-z])(?:khong phai|khong la|chu khong|not|instead of|thay vi)(?: (?:la|so|ma|my|the|is)| )*$"
)
"""Before a value: it is not the one that is meant."""

FILLERS = frozenset(
    words(
        "a ah anh ban bien bon chi chinh cho co con cua cuoi cuu da dang day dien dt dung duoc duoi em giay "
        "giup hen ho kiem ky la lai lan loi ma mat may minh moi nay nhan nham nhe nho nhu nhap o phai phieu "
        "sai sau sdt so sua ta tai tam thi thoai thu toi tra trong tren va vang vay voi xac xem xin gui "
        "again and are as check code correct correction dear digits dossier ending ends actually factor file "
        "following for four here i in is it its last me mean meant mobile my no number of ok okay on phone "
        "please receipt registered s secret sir sorry tel telephone that the this to verification with wrong "
        "yes"
    )
)
"""Words beside code and factor that say nothing of their own."""

_POLITE = (
    r"(?:a|da|vang|nhe|nha|di|roi|thoi|nua|please|pls|thanks|thank you|cam on|xin|toi|em|minh|ok|"
    r"it|that|now|no)"
)
CANCEL = re.compile(
    rf"(?:{_POLITE} )*"
    r"(?:thoi|huy|huy bo|huy tra cuu|dung|dung lai|dung tra cuu|bo qua|bo di|khong can|khong can tra cuu|"
    r"khong tra cuu|khong tra|khong muon tra cuu|khong tiep tuc|never ?mind|nvm|cancel|"
    r"cancel the look ?up|stop|forget it|skip|quit|abort|not now|no thanks)"
    rf"(?: {_POLITE})*"
)
"""A whole message that ends the look-up."""

_CODE = r"ma(?: so)?(?: ho so| bien nhan| tra cuu)?(?: nay| do)?(?! so| thue| hang| nganh)"
_THING = (
    rf"(?:{_CODE}|bien nhan|giay (?:tiep nhan|hen|bien nhan)|phieu (?:hen|tiep nhan)|"
    r"so (?:dien thoai|dt|cuoi)|(?:4|bon) so)"
)
_IT = r"(?:code|receipt|digits|secret|phone number|dossier number)"
HELP = re.compile(
    "|".join(
        (
            rf"\b{_CODE} (?:(?:o|nam|ghi|in|lay|tim|xem) )?(?:o )?(?:dau|cho nao)\b",
            rf"\b{_CODE} (?:la )?(?:ma )?(?:gi|nao)\b",
            rf"\b(?:tim|lay|xem|biet) (?:thay )?{_CODE} (?:o dau|the nao|cach nao|bang cach)\b",
            r"^(?:lay|tim|xem) o dau\b|^o dau\b|\bso (?:dien thoai |cuoi )?(?:nao|gi)\b",
            rf"\b(?:khong|chua|chang) (?:biet|nho|thay|co|con|giu|tim thay|tim duoc) {_THING}\b",
            rf"\b(?:quen|mat|lam mat|that lac) (?:mat )?{_THING}\b",
            r"^(?:giup toi|giup voi|tro giup|huong dan|help)(?: (?:voi|toi|me|please))*$",
            rf"\bwhere\b.*\b{_IT}\b",
            rf"\b(?:which|what)(?: (?:is|are))?(?: (?:the|my|a))?(?: dossier| last four)? {_IT}\b",
            r"\b(?:don t|do not|dont|cannot|can t|cant|never) (?:\w+ )?(?:know|have|remember|find|got)\b"
            rf".*\b{_IT}\b",
            rf"\b(?:lost|forgot|forgotten|misplaced)\b.*\b{_IT}\b",
        )
    )
)
"""Somebody does not know where the code or the factor is to be found."""

ENGLISH = frozenset(
    words(
        "the my is are what where how when status of please check has have been and dossier application code "
        "last digits phone for it i want can you tell me in still yet file track look up receipt find"
    )
)
"""Words that are English and no folded Vietnamese, taken together."""
