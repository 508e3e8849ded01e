"""The passport's token: checked offline, with the public key alone. Cases: docs/design/passport.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.passport import (
    REVOCATIONS,
    TYPE,
    Passport,
    RevocationList,
    Standing,
    key_set,
    key_set_read,
    passport_check,
    passport_claims,
    revocation_claims,
    revocations_read,
    signing_input,
    token_join,
)

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


KEYS = {"k1": raw(KEY), "k0": raw(OTHER)}
PASSPORT = Passport(
    id=UUID(int=0x0123456789ABCDEF0123456789ABCDEF),
    item=UUID(int=0xFEDCBA98765432100123456789ABCDEF),
    name="arl-urg-pc014",
    serial="5CG2140XYZ",
    site="arlon",
    service="emergency",
    policy="2026-11-15",
    evidence=bytes.fromhex("ab" * 32),
    security=f"staff:{UUID(int=7)}",
    owner=f"staff:{UUID(int=8)}",
    issued_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=30),
)


def issue(passport=PASSPORT, *, key=KEY, kid="k1", type=TYPE):
    covered = signing_input(kid=kid, type=type, claims=passport_claims(passport))
    return token_join(covered, key.sign(covered))


def revocations(ids, *, key=KEY, kid="k1"):
    listed = RevocationList(issued_at=NOW, revoked=frozenset(ids))
    covered = signing_input(kid=kid, type=REVOCATIONS, claims=revocation_claims(listed))
    return token_join(covered, key.sign(covered))


def test_case_1_a_passport_says_again_what_was_signed():
    checked = passport_check(issue(), keys=KEYS, at=NOW)
    assert (checked.standing, checked.passport, checked.valid) == (Standing.VALID, PASSPORT, True)


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (PASSPORT.issued_at - timedelta(seconds=1), Standing.NOT_YET),
        (PASSPORT.issued_at, Standing.VALID),
        (PASSPORT.expires_at - timedelta(seconds=1), Standing.VALID),
        (PASSPORT.expires_at, Standing.EXPIRED),
    ],
)
def test_case_2_it_holds_from_its_issue_to_the_second_before_it_expires(at, standing):
    assert passport_check(issue(), keys=KEYS, at=at).standing is standing


def test_case_3_a_revoked_passport_is_revoked_also_after_it_expired():
    for at in (NOW, PASSPORT.expires_at + timedelta(days=1)):
        assert passport_check(issue(), keys=KEYS, revoked={PASSPORT.id}, at=at).standing is Standing.REVOKED


def test_case_4_a_key_that_is_not_known_is_told_from_a_signature_that_does_not_fit():
    unknown = passport_check(issue(key=Ed25519PrivateKey.generate(), kid="k9"), keys=KEYS, at=NOW)
    assert (unknown.standing, unknown.passport, unknown.kid) == (Standing.UNKNOWN_KEY, None, "k9")
    stolen_name = passport_check(issue(key=OTHER, kid="k1"), keys=KEYS, at=NOW)
    assert (stolen_name.standing, stolen_name.passport) == (Standing.ALTERED, None)


@given(st.data())
def test_case_5_changing_any_character_never_makes_another_valid_passport(data):
    token = issue()
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/"))
    forged = token[:place] + letter + token[place + 1 :]
    if forged == token:
        return
    try:
        assert not passport_check(forged, keys=KEYS, at=NOW).valid
    except InputError as refusal:
        assert refusal.code == "RL-WIR-001"


@given(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1")), st.just("." * 5000), st.just("e30.e30.")))
def test_case_6_what_is_no_passport_is_refused_by_code(text):
    with pytest.raises(InputError, match="RL-WIR-001"):
        passport_check(text, keys=KEYS, at=NOW)


def test_case_7_a_token_read_with_line_breaks_is_the_same_token():
    token = issue()
    broken = "\n".join(token[i : i + 40] for i in range(0, len(token), 40)) + "\r\n"
    assert passport_check(broken, keys=KEYS, at=NOW).valid


def test_case_8_the_longest_passport_fits_one_qr_code():
    import segno

    longest = replace(PASSPORT, name="x" * 255, serial="y" * 120, site="s" * 32, service="t" * 32)
    assert segno.make(issue(longest), error="m").version <= 25
    assert segno.make(issue(), error="m").version <= 18


def test_case_9_a_program_not_written_here_checks_it_too():
    """PyJWT, with the exported key set only."""
    key = next(key for key in jwt.PyJWKSet.from_dict(key_set(KEYS)).keys if key.key_id == "k1")
    claims = jwt.decode(
        issue(), key, algorithms=["EdDSA"], options={"verify_exp": False, "verify_iat": False, "verify_sub": False}
    )
    assert (claims["n"], claims["si"]) == ("arl-urg-pc014", "arlon")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(issue(key=OTHER, kid="k1"), key, algorithms=["EdDSA"])


def test_case_10_another_kind_of_token_of_the_same_key_is_no_passport():
    with pytest.raises(InputError, match="RL-WIR-001"):
        passport_check(issue(type=REVOCATIONS), keys=KEYS, at=NOW)
    with pytest.raises(InputError, match="RL-WIR-002"):
        revocations_read(issue(), keys=KEYS)


def test_case_11_a_revocation_list_is_read_back_and_refused_when_altered_or_of_an_unknown_key():
    ids = {UUID(int=1), UUID(int=2)}
    assert revocations_read(revocations(ids), keys=KEYS) == RevocationList(issued_at=NOW, revoked=frozenset(ids))
    for bad in (revocations(ids, key=OTHER), revocations(ids, kid="k9"), revocations(ids)[:-8], "", "a.b.c"):
        with pytest.raises(InputError, match="RL-WIR-002"):
            revocations_read(bad, keys=KEYS)


def test_case_12_unsigned_tokens_and_other_algorithms_are_no_passports():
    for algorithm in ("none", "HS256", "eddsa"):
        import base64
        import json

        head = (
            base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": TYPE, "kid": "k1"}).encode())
            .rstrip(b"=")
            .decode()
        )
        with pytest.raises(InputError, match="RL-WIR-001"):
            passport_check(".".join([head, *issue().split(".")[1:]]), keys=KEYS, at=NOW)


def test_case_13_a_key_set_is_read_back_and_what_is_none_is_refused():
    import json

    assert key_set_read(json.dumps(key_set(KEYS)).encode()) == KEYS
    for bad in (b"", b"[]", b'{"keys":[]}', b'{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]}', b"\xff"):
        with pytest.raises(InputError, match="RL-WIR-003"):
            key_set_read(bad)
    assert Ed25519PublicKey.from_public_bytes(KEYS["k1"])
