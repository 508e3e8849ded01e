"""Passwords during a replay: checked for real once, and never taken for right when they are wrong."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, get_hasher, make_password

from relight.cli.scenario.passwords import checked_once


def test_a_right_password_is_hashed_once_and_a_wrong_one_stays_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, other = make_password("demo-six-sites"), make_password("another")
    calls: list[str] = []
    hasher = get_hasher()
    real = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda password, encoded: calls.append(password) or real(password, encoded))
    with checked_once():
        assert check_password("demo-six-sites", stored) and check_password("demo-six-sites", stored)
        assert calls == ["demo-six-sites"]
        assert not check_password("wrong", stored) and not check_password("demo-six-sites", other)
    check_password("demo-six-sites", stored)
    assert calls[-1] == "demo-six-sites" and len(calls) == 4
