"""What the engine says about one file: intact, rightly protected, encrypted by someone else, or damaged."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from relight.inspection.rules.assess import assess
from relight.inspection.rules.formats import examine
from relight.inspection.types import Kind, State

from .makers import KB, ciphertext, docx, families, jpeg, ole, pdf, png, text, zipped

FAMILIES = tuple(
    "letter.txt letter.html wide.txt old.txt table.csv report.docx archive.zip stored.zip dump.sql.gz dump.sql.bz2 dump.sql.xz "  # noqa: SIM905
    "backup.tar picture.png photo.jpg scan.bmp sound.wav leaflet.pdf store.sqlite series.dcm letter.doc".split()
)


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = families(tmp_path_factory.mktemp("families"))
    assert set(made) == set(FAMILIES)
    return made


def kinds(data: bytes, name: str) -> set[Kind]:
    return {trouble.kind for trouble in assess(data, name=name).troubles}


def overwritten(data: bytes, *, step: int, every: int, phase: int = 0) -> bytes:
    out = bytearray(data)
    for index, at in enumerate(range(0, len(data), step)):
        if index % every == phase:
            size = min(step, len(data) - at)
            out[at : at + size] = ciphertext(size, at + 1)
    return bytes(out)


@pytest.mark.parametrize("name", FAMILIES)
def test_an_intact_file_raises_no_alarm(intact: dict[str, bytes], name: str) -> None:
    assert assess(intact[name], name=name).troubles == ()


@pytest.mark.parametrize("renamed", ["", ".q7zlock"])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_fully_encrypted_file_is_found_under_any_name(intact: dict[str, bytes], name: str, renamed: str) -> None:
    assert kinds(ciphertext(len(intact[name]), 77), name + renamed) == {Kind.ENCRYPTED}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_file_whose_first_4_kb_were_encrypted_is_found(intact: dict[str, bytes], name: str) -> None:
    data = ciphertext(4 * KB, 5) + intact[name][4 * KB :]
    assert kinds(data, name) == {Kind.ENCRYPTED}


@pytest.mark.parametrize("step", [4 * KB, 16 * KB])
@pytest.mark.parametrize("name", FAMILIES)
def test_every_other_block_encrypted_is_found(intact: dict[str, bytes], name: str, step: int) -> None:
    assert kinds(overwritten(intact[name], step=step, every=2), name) == {Kind.ENCRYPTED}


@pytest.mark.parametrize("name", sorted(set(FAMILIES)))
def test_blocks_encrypted_behind_an_untouched_header_are_found(intact: dict[str, bytes], name: str) -> None:
    """Here only the container's own proof, or the sharp borders of the blocks, can tell."""
    data = intact[name]
    if len(data) <= 8 * KB:
        pytest.skip(f"{name} is too short to have a spared first block and an encrypted second")
    assert kinds(overwritten(data, step=4 * KB, every=2, phase=1), name) == {Kind.ENCRYPTED}


def test_an_appended_footer_does_not_hide_full_encryption() -> None:
    assert kinds(ciphertext(30 * KB, 4) + b"KEY!" + ciphertext(512, 6) + bytes(8), "a.xlsx.k") == {Kind.ENCRYPTED}


def test_a_container_that_proves_itself_is_intact_whatever_its_entropy() -> None:
    packed = zipped({"noise.bin": ciphertext(200 * KB, 8)}, method=zipfile.ZIP_STORED)
    found = assess(packed, name="noise.zip")
    assert (found.state, found.troubles) == (State.VERIFIED, ())


def test_a_flipped_byte_in_a_text_member_is_damage_not_encryption() -> None:
    packed = bytearray(zipped({"a.txt": text(30 * KB)}, method=zipfile.ZIP_STORED))
    packed[12 * KB] ^= 1
    assert kinds(bytes(packed), "a.zip") == {Kind.DAMAGED}


def test_random_blocks_in_a_broken_container_are_encrypted_never_only_damaged() -> None:
    packed = bytearray(zipped({"a.txt": text(60 * KB)}, method=zipfile.ZIP_STORED))
    packed[8 * KB : 16 * KB] = ciphertext(8 * KB, 2)
    assert kinds(bytes(packed), "a.zip") == {Kind.ENCRYPTED}


@pytest.mark.parametrize(
    "data",
    [
        b"age-encryption.org/v1\n-> X25519 " + ciphertext(4000),
        b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + ciphertext(9000),
        b"Salted__" + ciphertext(9000),
        b"LUKS\xba\xbe\x00\x02" + ciphertext(9000),
        b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5zKb0Jx\n-----END PGP MESSAGE-----\n",
    ],
    ids=["age", "keepass", "openssl", "luks", "pgp-armour"],
)
def test_what_someone_protected_on_purpose_raises_no_alarm(data: bytes) -> None:
    assert assess(data, name="secret.bin").troubles == ()


def test_what_gpg_encrypts_is_rightly_protected(tmp_path: Path) -> None:
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not here: apt-get install gnupg")
    (tmp_path / "plain.sql").write_bytes(text(40 * KB))
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--pinentry-mode", "loopback", "--passphrase", "x"]
    subprocess.run(
        [*command, "-o", str(tmp_path / "a"), "-c", str(tmp_path / "plain.sql")], check=True, capture_output=True
    )
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, capture_output=True)
    found = assess((tmp_path / "a").read_bytes(), name="plain.sql.gpg")
    assert (found.content_type, found.state) == ("pgp", State.PROTECTED)


def test_random_files_are_never_taken_for_a_format_by_their_first_bytes() -> None:
    """Two-byte signatures come about by chance once in 65,536 files: a random look outweighs them."""
    assert all(kinds(ciphertext(5000, seed), f"{seed}.docx") == {Kind.ENCRYPTED} for seed in range(3000))


def test_a_zip_with_password_is_rightly_protected() -> None:
    plain = bytearray(zipped({"a.txt": text(9 * KB)}))
    local, central = plain.find(b"PK\x03\x04"), plain.find(b"PK\x01\x02")
    plain[local + 6] |= 1
    plain[central + 8] |= 1
    assert assess(bytes(plain), name="a.zip").state is State.PROTECTED


def test_a_locked_pdf_is_judged_by_its_structure() -> None:
    locked = pdf().replace(b"/Size", b"/Encrypt 9 0 R /Size")
    assert assess(locked, name="a.pdf").state is State.PROTECTED


@pytest.mark.parametrize("make", [png, jpeg, pdf, docx])
def test_a_file_cut_short_is_no_alarm_but_no_proof_either(make: object) -> None:
    whole: bytes = make()  # type: ignore[operator]
    found = assess(whole[: len(whole) * 2 // 3], name="cut")
    assert found.state is not State.VERIFIED
    assert Kind.ENCRYPTED not in {trouble.kind for trouble in found.troubles}


def test_a_picture_inside_an_old_word_document_explains_its_random_look(tmp_path: Path) -> None:
    document = ole(tmp_path)
    with_picture = document[: 512 * 12] + jpeg(24 * KB) + document[512 * 12 :]
    assert assess(with_picture, name="a.doc").troubles == ()


def test_each_alarm_says_why() -> None:
    (trouble,) = assess(ciphertext(9 * KB), name="a.docx").troubles
    sentences = [reason.say() for reason in trouble.reasons]
    assert "the name promises .docx" in sentences
    assert any("look random" in sentence for sentence in sentences)


def test_windows_handed_in_give_the_same_answer_as_the_whole() -> None:
    data = text(16 * KB) + ciphertext(8 * KB) + text(40 * KB)
    pieces = [(at, data[at : at + 32 * KB]) for at in range(0, len(data), 32 * KB)]
    assert assess(data, name="x.log", windows=iter(pieces)).troubles == assess(data, name="x.log").troubles != ()


def test_an_empty_file_is_nothing_to_worry_about() -> None:
    assert assess(b"", name="a.docx").troubles == ()


def test_a_zip_behind_a_program_is_known_from_its_end() -> None:
    out = io.BytesIO(b"#!/bin/sh\nexec unzip $0\n" + text(600))
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("a.txt", text(900))
    data = b"\x00\x01\x02\x03" + out.getvalue()
    assert examine(data).format == "zip"


def test_a_long_text_whose_end_was_encrypted_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is proven as text up to a limit only; what lies beyond must not be taken on trust."""
    from relight.inspection.rules.formats import text as text_rules

    monkeypatch.setattr(text_rules, "LIMIT", 64 * KB)
    whole = text(200 * KB)
    assert assess(whole, name="system.log").troubles == ()
    assert kinds(whole[: 100 * KB // 4096 * 4096] + ciphertext(60 * KB), "system.log") == {Kind.ENCRYPTED}
