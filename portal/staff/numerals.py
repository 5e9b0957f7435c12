"""Numbers as they are said, in Vietnamese and English.

num2words was tried for this: its Vietnamese says "sáu phẩy năm mươi" for 6,5 and "một nghìn lẻ
mười lăm" for 1015, so the few rules stand here, for both languages alike.
"""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = {
    "vi": ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
_GROUPS = {
    "vi": ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ"),
    "en": ("", "thousand", "million", "billion", "trillion", "quadrillion"),
}
_POINT = {"vi": "phẩy", "en": "point"}
LARGEST = 10**18 - 1
_FIRST_TWENTY_TEN = 2010


def cardinal(number: int, lang: str) -> str:
    """Return a whole number from 0 to `LARGEST` in words."""
    if number == 0:
        return _DIGITS[lang][0]
    groups = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    top = len(groups) - 1
    said = [
        f"{_group(groups[place], lang, place < top, place == 0)} {_GROUPS[lang][place]}".strip()
        for place in range(top, -1, -1)
        if groups[place]
    ]
    return " ".join(said)


def decimal(whole: int, fraction: str, lang: str) -> str:
    """Return a decimal number in words; two Vietnamese decimals are one number, others digits."""
    as_number = lang == "vi" and len(fraction) == 2 and fraction[0] != "0"
    after = cardinal(int(fraction), lang) if as_number else digits(fraction, lang)
    return f"{cardinal(whole, lang)} {_POINT[lang]} {after}"


def digits(written: str, lang: str) -> str:
    """Return digits one by one, as telephone numbers are said."""
    return " ".join(_DIGITS[lang][int(digit)] for digit in written)


def year(number: int, lang: str) -> str:
    """Return a year: ``twenty twenty-five``, ``hai nghìn không trăm hai mươi lăm``."""
    century, rest = divmod(number, 100)
    if lang == "vi" or number < 1100 or 2000 <= number < _FIRST_TWENTY_TEN:
        return cardinal(number, lang)
    after = cardinal(rest, lang) if rest >= 10 else f"oh {cardinal(rest, lang)}" if rest else "hundred"
    return f"{cardinal(century, lang)} {after}"


def day(number: int, lang: str) -> str:
    """Return a day of the month: ``mùng một``, ``mười lăm``, ``the first``."""
    if lang == "vi":
        return f"mùng {cardinal(number, lang)}" if number <= 10 else cardinal(number, lang)
    head, _, last = cardinal(number, lang).rpartition("-")
    ordinal = _ORDINALS.get(last, f"{last}th")
    return f"the {head}-{ordinal}" if head else f"the {ordinal}"


def month(number: int) -> str:
    """Return the number of a month in Vietnamese, in which the fourth has a word of its own."""
    return "tư" if number == 4 else cardinal(number, "vi")


def _group(number: int, lang: str, inner: bool, last: bool) -> str:
    """Return a number below 1000; ``inner`` if larger groups come before it, ``last`` if none comes after."""
    hundreds, rest = divmod(number, 100)
    return (_vi if lang == "vi" else _en)(hundreds, rest, inner, last)


def _vi(hundreds: int, rest: int, inner: bool, _last: bool) -> str:
    digit = _DIGITS["vi"]
    said = [digit[hundreds], "trăm"] if hundreds or inner else []
    tens, units = divmod(rest, 10)
    if tens == 0:
        said += ["linh", digit[units]] if units and said else [digit[units]] if units else []
        return " ".join(said)
    said += ["mười"] if tens == 1 else [digit[tens], "mươi"]
    said += [_vi_unit(tens, units)] if units else []
    return " ".join(said)


def _vi_unit(tens: int, units: int) -> str:
    special: Sequence[tuple[int, int, str]] = ((5, 1, "lăm"), (1, 2, "mốt"), (4, 2, "tư"))
    for digit, from_tens, word in special:
        if units == digit and tens >= from_tens:
            return word
    return _DIGITS["vi"][units]


def _en(hundreds: int, rest: int, inner: bool, last: bool) -> str:
    digit = _DIGITS["en"]
    said = [digit[hundreds], "hundred"] if hundreds else []
    if rest:
        said += ["and"] if hundreds or (inner and last) else []
        tens, units = divmod(rest, 10)
        if tens == 0:
            said.append(digit[units])
        elif tens == 1:
            said.append(_TEENS[units])
        else:
            said.append(f"{_TENS[tens]}-{digit[units]}" if units else _TENS[tens])
    return " ".join(said)
