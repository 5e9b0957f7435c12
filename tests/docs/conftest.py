from __future__ import annotations

from tests.portal.conftest import make_settings

__all__ = ["make_settings"]
