"""Ransom notes and mass renames: what names and sentences say, and what only shows across files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from relight.inspection.engine import inspect
from relight.inspection.rules.across import appended_extension, renames
from relight.inspection.rules.notes import name_is_notelike, phrase_groups
from relight.inspection.scan import Plan
from relight.inspection.types import Kind

from .makers import ciphertext, text

NOTES = {
    "en": "All your files have been encrypted! To recover them you must pay in Bitcoin. Install Tor browser and open our .onion page. "
    "Do not rename files or use third party software. We also downloaded your data and it will be published.",
    "fr": "Tous vos fichiers ont été chiffrés. Pour obtenir la clé de déchiffrement, payez la rançon en bitcoin. Ne tentez pas d'utiliser "
    "des logiciels tiers. Contactez-nous avec Tor Browser. Vos données ont été volées et seront publiées.",
    "nl": "Uw bestanden zijn versleuteld. Betaal het losgeld in bitcoin. Neem contact op via Tor browser. Probeer niet zelf te ontsleutelen, "
    "uw gegevens zijn gestolen en worden gepubliceerd.",
    "de": "Ihre Dateien wurden verschlüsselt. Zahlen Sie das Lösegeld in Bitcoin. Kontaktieren Sie uns über Tor Browser. Versuchen Sie nicht, "
    "die Dateien selbst zu entschlüsseln. Ihre Daten wurden gestohlen.",
    "es": "Todos sus archivos han sido cifrados. Debe pagar en bitcoin. Instale Tor Browser. No intente descifrar los archivos por su cuenta.",
    "it": "Tutti i vostri file sono stati cifrati. Dovete pagare in bitcoin. Installate Tor Browser. Non tentate di decifrare i file.",
    "ru": "Все ваши файлы зашифрованы. Для расшифровки нужна оплата в биткоинах. Свяжитесь с нами. Не пытайтесь переименовывать файлы.",
}
HARMLESS = {
    "policy.txt": "Files on laptops are encrypted with BitLocker. Keep the recovery key in the safe. Ask the service desk for help.",
    "readme.md": "This library reads encrypted ZIP files. Pass the password as bytes. To decrypt files, call decrypt().",
    "invoice.txt": "Please pay this invoice within 30 days. Contact us for questions about payment.",
    "training.txt": "Be careful with mail: ransomware may encrypt files. Report at once; never pay a ransom.",
}


def write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


@pytest.mark.parametrize("language", sorted(NOTES))
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_a_ransom_note_is_known_by_what_it_says_in_any_of_seven_languages(
    tmp_path: Path, language: str, coding: str
) -> None:
    write(tmp_path / "n0te.txt", NOTES[language].encode(coding))
    outcome = inspect([os.fsencode(tmp_path)], plan=Plan())
    assert [finding.kind for finding in outcome.findings] == [Kind.RANSOM_NOTE], phrase_groups(NOTES[language])


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_texts_that_mention_encryption_or_payment_are_no_notes(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, HARMLESS[name].encode())
    assert inspect([os.fsencode(tmp_path)], plan=Plan()).findings == ()


@pytest.mark.parametrize(
    "name",
    [
        "HOW_TO_DECRYPT.txt",
        "RECOVER-k3h1s-FILES.txt",
        "README_FOR_DECRYPT.html",
        "!!!READ_ME!!!.txt",
        "Restore-My-Files.txt",
        "decrypt_instructions.hta",
        "COMMENT_RECUPERER_VOS_FICHIERS.txt",
        "how to back your files.exe.txt",
    ],
)
def test_names_families_use_read_like_notes(name: str) -> None:
    assert name_is_notelike(name)


@pytest.mark.parametrize(
    "name",
    ["README.md", "readme.txt", "INSTALL", "notes.txt", "recovery.conf", "index.html", "help.txt", "instructions.docx"],
)
def test_everyday_names_do_not(name: str) -> None:
    assert not name_is_notelike(name)


def test_the_same_half_clear_text_in_many_folders_is_a_note(tmp_path: Path) -> None:
    content = b"Your network was locked. Visit us with Tor browser, ID 8841."
    for number in range(6):
        write(tmp_path / f"ward-{number}" / "info.txt", content)
    outcome = inspect([os.fsencode(tmp_path)], plan=Plan())
    assert len(outcome.findings) == 6
    assert {finding.kind for finding in outcome.findings} == {Kind.RANSOM_NOTE}


def test_the_same_harmless_text_in_many_folders_is_not(tmp_path: Path) -> None:
    for number in range(9):
        write(
            tmp_path / f"p{number}" / "LICENSE",
            b"Permission is hereby granted, free of charge, to any person obtaining a copy.",
        )
    assert inspect([os.fsencode(tmp_path)], plan=Plan()).findings == ()


def test_mass_renames_to_one_unknown_extension_are_found_with_each_file(tmp_path: Path) -> None:
    for number in range(12):
        kind = ("docx", "pdf", "jpg", "xlsx")[number % 4]
        write(tmp_path / f"file{number}.{kind}.q1w2e3", ciphertext(6000, number))
    outcome = inspect([os.fsencode(tmp_path)], plan=Plan())
    by_kind = {kind: sum(1 for finding in outcome.findings if finding.kind is kind) for kind in Kind}
    assert (by_kind[Kind.RENAMED], by_kind[Kind.ENCRYPTED]) == (12, 12)


def test_everyday_second_extensions_are_no_mass_rename(tmp_path: Path) -> None:
    for number in range(40):
        kind = ("docx", "pdf", "jpg", "xlsx")[number % 4]
        for ending in ("bak", "gz", "old", "1"):
            write(tmp_path / f"file{number}.{kind}.{ending}", text(50))
    assert all(finding.kind is not Kind.RENAMED for finding in inspect([os.fsencode(tmp_path)], plan=Plan()).findings)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.docx.locked", ("docx", ".locked")),
        ("a.docx.id-8F3A.[mail@x.org].eking", ("docx", ".eking")),
        ("a.docx", ("", "")),
        ("a.tar.gz", ("", "")),
        ("noext", ("", "")),
        ("v1.2.3", ("", "")),
    ],
)
def test_what_was_appended_to_a_name(name: str, expected: tuple[str, str]) -> None:
    assert appended_extension(name) == expected


def test_a_few_odd_names_are_no_mass_rename() -> None:
    names = {f"/x/{index}.docx.zzz": f"{index}.docx.zzz" for index in range(20)}
    assert renames(names) == {}, "one kind of file only: an application's habit, not an attack"
