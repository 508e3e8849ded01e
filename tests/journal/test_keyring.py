"""Relight's own signature: one key signs, every older one still verifies."""

import stat

import pytest

from relight.journal import keyring
from relight.journal.api import entry_list
from relight.journal.keyring import key_list, key_rotate, kid_of, relight_signer
from relight.kernel.errors import PeerError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings, monkeypatch):
    settings.RELIGHT_HOME = tmp_path
    monkeypatch.delenv("RELIGHT_KEY_PASSPHRASE", raising=False)


def relight_sign(message, *, act):
    signer = relight_signer(act=act)
    return signer.kid, signer.sign(message)


def find(kid):
    return next(key for key in key_list() if key.kid == kid)


def test_the_first_signature_makes_a_key_and_its_public_half_verifies_it(act_for):
    assert key_list() == []
    kid, signature = relight_sign(b"passport", act=act_for("owner"))
    assert find(kid).verifies(message=b"passport", signature=signature)
    assert not find(kid).verifies(message=b"passpart", signature=signature)
    assert kid == kid_of(find(kid).raw)
    assert [entry.subject for entry in entry_list(verb="journal.key_made")] == [f"key:{kid}"]


def test_the_private_half_is_for_its_owner_only_and_never_in_the_journal(act_for, tmp_path):
    kid, _ = relight_sign(b"x", act=act_for("owner"))
    place = tmp_path / "keys" / f"{kid}.key"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    secret = "".join(place.read_text().splitlines()[1:-1])
    assert secret not in str(entry_list())


def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies(act_for):
    old, signature = relight_sign(b"old", act=act_for("owner"))
    new = key_rotate(act=act_for("owner"))
    assert relight_sign(b"new", act=act_for("owner"))[0] == new.kid != old
    assert find(old).verifies(message=b"old", signature=signature)
    assert [(key.kid, key.signs) for key in key_list()] == [(old, False), (new.kid, True)]


def test_a_key_under_passphrase_signs_with_it_and_refuses_without(act_for, monkeypatch, tmp_path):
    monkeypatch.setenv("RELIGHT_KEY_PASSPHRASE", "drei alte Eichen")
    kid, _ = relight_sign(b"x", act=act_for("owner"))
    assert b"ENCRYPTED" in (tmp_path / "keys" / f"{kid}.key").read_bytes()
    for wrong in ("", "falsch"):
        monkeypatch.setenv("RELIGHT_KEY_PASSPHRASE", wrong)
        with pytest.raises(PeerError) as refusal:
            relight_sign(b"x", act=act_for("owner"))
        assert refusal.value.code == "RL-JNL-005"


def test_a_private_key_that_is_gone_is_a_clear_error(act_for, tmp_path):
    kid, _ = relight_sign(b"x", act=act_for("owner"))
    (tmp_path / "keys" / f"{kid}.key").unlink()
    with pytest.raises(PeerError) as refusal:
        relight_sign(b"x", act=act_for("owner"))
    assert refusal.value.code == "RL-JNL-006"


def test_keys_cut_off_while_written_are_not_seen(act_for, tmp_path, monkeypatch):
    """A crash between the files: without `current` there is no key, and the next use makes one whole."""

    def crash(place, content, *, mode):
        if place.name == "current":
            raise KeyboardInterrupt
        original(place, content, mode=mode)

    original = keyring.file_write
    monkeypatch.setattr(keyring, "file_write", crash)
    with pytest.raises(KeyboardInterrupt):
        relight_sign(b"x", act=act_for("owner"))
    monkeypatch.setattr(keyring, "file_write", original)
    assert key_list() == []
    kid, signature = relight_sign(b"x", act=act_for("owner"))
    assert find(kid).verifies(message=b"x", signature=signature)
