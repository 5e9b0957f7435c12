"""The vault keeps what was typed for minutes, in memory or unreadably in Redis, and forgets at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis

from portal.privacy.keys import PrivacyKey
from portal.privacy.vault import MemoryVault, RedisVault, Vault, make_vault

CODE = "000.19.H24-241105-0012"


@pytest.fixture(params=["memory", "redis"])
async def vault(request: pytest.FixtureRequest, key: PrivacyKey) -> AsyncIterator[Vault]:
    """A vault of each sort in turn."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    vault = make_vault(url, key)
    yield vault
    await vault.close()


async def test_a_value_is_taken_once(vault: Vault) -> None:
    await vault.put("once", "code", CODE)
    assert await vault.take("once", "code") == CODE
    assert await vault.take("once", "code") is None


async def test_values_belong_to_one_session_and_kind(vault: Vault) -> None:
    await vault.put("mine", "code", CODE)
    await vault.put("mine", "factor", "1234")
    assert await vault.take("other", "code") is None
    assert await vault.take("mine", "factor") == "1234"
    assert await vault.take("mine", "code") == CODE


async def test_the_latest_value_counts(vault: Vault) -> None:
    await vault.put("late", "factor", "1111")
    await vault.put("late", "factor", "2222")
    assert await vault.take("late", "factor") == "2222"


async def test_a_session_is_forgotten_alone(vault: Vault) -> None:
    for session in ("gone", "kept"):
        await vault.put(session, "code", CODE)
        await vault.put(session, "factor", "1234")
    await vault.forget("gone")
    await vault.forget("never seen")
    assert [await vault.take("gone", kind) for kind in ("code", "factor")] == [None, None]
    assert await vault.take("kept", "code") == CODE


async def test_a_value_lapses(key: PrivacyKey, redis_url: str) -> None:
    for vault in (MemoryVault(0.05), RedisVault(redis_url, key, 1)):
        await vault.put("short", "code", CODE)
        await asyncio.sleep(0.1 if isinstance(vault, MemoryVault) else 1.3)
        assert await vault.take("short", "code") is None
        await vault.close()


async def test_memory_holds_nothing_after_the_time_or_the_end() -> None:
    vault = MemoryVault(0.05)
    await vault.put("s", "code", CODE)
    await asyncio.sleep(0.1)
    assert not vault._values
    await vault.put("s", "code", CODE)
    await vault.close()
    assert not vault._values


async def test_portals_share_a_vault_if_they_share_the_key(redis_url: str, key: PrivacyKey) -> None:
    here, there = RedisVault(redis_url, key), RedisVault(redis_url, key)
    stranger = RedisVault(redis_url, PrivacyKey(b"another key of thirty-two bytes!"))
    await here.put("shared", "code", CODE)
    assert await stranger.take("shared", "code") is None
    assert await there.take("shared", "code") == CODE
    for vault in (here, there, stranger):
        await vault.close()


def _bytes_under(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())


async def test_redis_holds_nothing_readable(redis_url: str, redis_folder: Path, key: PrivacyKey) -> None:
    vault = RedisVault(redis_url, key)
    await vault.put("session-with-a-name", "code", CODE)
    await vault.close()
    with redis.Redis.from_url(redis_url) as client:
        client.save()
        names = client.keys("heza:vault:*")
        assert all(0 < client.ttl(name) <= 600 for name in names)
    files = _bytes_under(redis_folder)
    assert b"heza:vault:" in files
    for secret in (CODE, "session-with-a-name"):
        assert secret.encode() not in files
