from __future__ import annotations

import pytest

from dossiers import keys as keys_module
from dossiers.factors import FactorKind, Factors, is_weak, normal
from dossiers.keys import Key, Keys

OLD, NEW = Key("1", b"1" * 32), Key("2", b"2" * 32)
SALT = b"s" * 16


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("phone", "0123", "0123"),
        ("phone", " 01 23 ", "0123"),
        ("phone", "000 000 0123", "0123"),
        ("phone", "+84 000000123", "0123"),
        ("phone", "123", None),
        ("phone", "12345", None),
        ("phone", "9.12E+08", None),
        ("phone", "abcd", None),
        ("phone", "٠١٢٣", None),
        ("secret", "k7f3-92qd", "K7F392QD"),
        ("secret", "k7f3", None),
        ("secret", "k7f3 92q!", None),
        ("tax_code", "0200000000", "0200000000"),
        ("tax_code", "0200000000-001", "0200000000001"),
        ("tax_code", "020000000", None),
        ("phone", "0" * 10_000, None),
    ],
)
def test_the_normal_form(kind: FactorKind, typed: str, expected: str | None) -> None:
    assert normal(kind, typed) == expected


@pytest.mark.parametrize(
    ("typed", "weak"), [("0123", True), ("0000000123", True), ("x", True), ("K7F392QD", False)]
)
def test_what_can_be_guessed_is_weak(typed: str, weak: bool) -> None:
    assert is_weak(typed) is weak


def stored(key: Key = OLD, **values: str) -> Factors:
    factors = Factors(SALT)
    return Factors(SALT, **factors.hashed(values, key))  # type: ignore[arg-type]


def test_each_factor_opens_and_nothing_else_does() -> None:
    factors, keys = stored(phone="0123", secret="K7F392QD"), Keys([OLD])
    assert factors.match("0123", keys)
    assert factors.match("k7f3-92qd", keys)
    for wrong in ("0124", "K7F392QE", "", "\0", "0", "0200000000"):
        assert not factors.match(wrong, keys), wrong


def test_a_tax_code_opens_only_where_it_is_allowed_to() -> None:
    factors, keys = stored(tax_code="0200000000"), Keys([OLD])
    assert not factors.match("0200000000", keys)
    assert factors.match("0200000000", keys, frozenset({"tax_code"}))


def test_a_missing_factor_is_opened_by_nothing() -> None:
    for typed in ("", "\0", "0000", "00000000"):
        assert not Factors(SALT).match(typed, Keys([OLD]))


def test_a_hash_under_an_old_key_still_opens() -> None:
    assert stored(OLD, phone="0123").match("0123", Keys([OLD, NEW]))
    assert not stored(OLD, phone="0123").match("0123", Keys([NEW]))


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The purposes of all hashes that are made."""
    made: list[str] = []
    original = keys_module.Key.hash

    def counting(self: Key, purpose: keys_module.Purpose, value: str, salt: bytes = b"") -> bytes:
        made.append(purpose)
        return original(self, purpose, value, salt)

    monkeypatch.setattr(keys_module.Key, "hash", counting)
    return made


@pytest.mark.parametrize("typed", ["0123", "9999", "K7F392QD", "WRONGWRONG", "", "0200000000"])
def test_the_work_is_the_same_whatever_is_typed_and_stored(hashes: list[str], typed: str) -> None:
    for factors in (stored(phone="0123", secret="K7F392QD"), stored(phone="0123"), Factors(SALT)):
        hashes.clear()
        factors.match(typed, Keys([OLD, NEW]))
        assert hashes == ["phone", "secret"]
