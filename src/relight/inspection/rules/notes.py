# ruff: noqa: E501 - patterns read best whole
"""Ransom notes: known by their names, by what they say in several languages, and by lying in many folders.

Owns the word lists. Refuses files. Source: public collections of notes (families from 2016 to 2025), read for their
turns of phrase; no sentence is copied.
"""

from __future__ import annotations

import re
from itertools import islice

from relight.inspection.types import Reason, because
from relight.kernel.errors import N_

MAX_NOTE_BYTES = 128 * 1024
SCORE_CERTAIN = 4  # kinds of phrase that together make a note
SCORE_NAMED = 3  # enough when the name is a note's too
SCORE_SPREAD = 2  # enough when the same file lies in many folders
FOLDERS_SPREAD = 5
SPREAD_BYTES = 24_000

NAME = re.compile(
    r"""(?ix)
    (?:^|[^a-z])(?:
        how[\W_]*(?:to|can|do)[\W_]*(?:i[\W_]*)?(?:decrypt|restore|recover|back|unlock|get|return)
      | (?:decrypt|restore|recover|unlock|return)[\W_]*(?:my|your|you|the|all)?[\W_]*(?:files?|data|info|instructions?|help|readme|guide)
      | (?:files?|data)[\W_]*(?:back|encrypted|recovery|restore|decrypt)
      | (?:ransom|recovery|decrypt(?:ion)?|restore|unlock)[\W_]*(?:note|instructions?|readme|info|manual|help|key)
      | (?:help|read|readme|info|instruction)[\W_]*(?:decrypt|recover|restore|unlock|to[\W_]*(?:decrypt|restore|recover))
      | (?:your|all)[\W_]*files?[\W_]*(?:are|is|were|have)
      | (?:read|open)[\W_]*(?:me|it|this)[\W_]*(?:now|first|please|important|urgent|for[\W_]*decrypt)
      | !{2,}[\W_]*\w+ | _{2,}readme_{2,} | readme[\W_]*(?:locked|to[\W_]*\w+|!{1,})
      | comment[\W_]*(?:d[eé]chiffrer|r[eé]cup[eé]rer|restaurer|d[eé]bloquer)
      | wie[\W_]*(?:entschl[uü]sseln|wiederherstellen) | entschl[uü]ssel\w*[\W_]*(?:anleitung|hinweis|dateien)
      | bestanden[\W_]*(?:herstellen|ontsleutelen) | hoe[\W_]*(?:ontsleutelen|herstellen)
      | c[oó]mo[\W_]*(?:descifrar|recuperar|restaurar) | come[\W_]*(?:decifrare|recuperare|ripristinare)
      | restore-my-files | recover-\w+-files | recoverfiles | lockbit | black_?basta | akira_readme
    )"""
)
NOTE_ENDING = re.compile(r"(?i)(?:\.(?:txt|html?|hta|rtf|md|url|bmp|jpg|png|pdf|readme)|^[^.]+)\Z")

ENCRYPTED, PAYMENT, CONTACT, THREAT, KEY, LEAK = "encrypted", "payment", "contact", "threat", "key", "leak"
PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (group, re.compile(pattern, re.IGNORECASE))
    for group, pattern in (
        (
            ENCRYPTED,
            r"(?:files?|data|documents?|network|servers?|systems?|infrastructure|databases?)\b[^.!?]{0,80}\b(?:(?:ha(?:s|ve) been|are|were|was|is)"
            r"[^.!?]{0,30})?\b(?:encrypted|locked|crypted)\b"
            r"|(?:fichiers?|donn[ée]es|r[ée]seau|serveurs?)\b[^.!?]{0,80}\b(?:chiffr[ée]e?s?|crypt[ée]e?s?|verrouill[ée]e?s?)\b"
            r"|(?:dateien|daten|netzwerk|server)\b[^.!?]{0,80}\bverschl[üu]e?sselt"
            r"|(?:bestanden|gegevens|netwerk|servers?)\b[^.!?]{0,80}\b(?:versleuteld|vergrendeld|gecodeerd)"
            r"|(?:archivos|ficheros|datos|arquivos|dados)\b[^.!?]{0,80}\b(?:cifrad|encriptad|criptografad|bloquead)[oa]s"
            r"|(?:i tuoi |i vostri )?(?:file|dati)\b[^.!?]{0,80}\b(?:cifrati|criptati|crittografati)"
            r"|(?:файлы|данные|документы)\b[^.!?]{0,80}(?:зашифрован|заблокирован)"
            r"|文件[^。]{0,30}加密",
        ),
        (
            PAYMENT,
            r"\b(?:bitcoins?|btc|monero|xmr|cryptocurrency|crypto-?monnaies?|kryptow[äa]hrung|cryptovaluta|criptomonedas?|ransom)\b"
            r"|\b(?:pay|payment|payer|paiement|ran[çc]on|zahlen|bezahlen|zahlung|l[öo]segeld|betalen|betaling|losgeld|pagar|pago|pagare|riscatto|resgate)\b"
            r"|оплат|выкуп|биткоин|赎金|比特币",
        ),
        (
            CONTACT,
            r"\.onion\b|\btor[\s-]?browser\b|\btorproject\b|\btox(?:[\s-]?(?:id|chat))?\b|\bqtox\b|\bsession id\b|\bjabber\b|\bprotonmail\b|\btutanota\b|\bonionmail\b"
            r"|\b(?:contact|write to|e-?mail) us\b|\bcontactez[\s-]nous\b|\bkontaktieren sie uns\b|\bneem contact\b|\bcont[áa]ct[ae]nos\b|\bcontattateci\b|свяжитесь|联系我们",
        ),
        (
            THREAT,
            r"(?:do not|don'?t|never)\s+(?:try\s+to\s+)?(?:rename|modify|delete|decrypt|recover|shut ?down|turn off|contact|call|use third|involve)"
            r"|third[\s-]party (?:software|tools?|recovery)|permanent(?:ly)? (?:data )?los[st]"
            r"|ne (?:pas )?(?:renommez|modifiez|tentez|essayez|supprimez|contactez|renommer|modifier|tenter|essayer)|logiciels? tiers|perte d[ée]finitive"
            r"|(?:nicht|keine)\b[^.!?]{0,50}\b(?:umbenennen|umzubenennen|ver[äa]ndern|drittanbieter)|benennen sie[^.!?]{0,60}nicht|versuchen sie nicht"
            r"|(?:hernoem|wijzig|probeer|verwijder)\b[^.!?]{0,50}\b(?:niet|geen)|software van derden"
            r"|no (?:intente|renombre|modifique|cambie)|n[ãa]o (?:tente|renomeie|modifique)|non (?:tentate|rinominate|modificate|provate)"
            r"|не (?:пытайтесь|переименовывайте|изменяйте)|不要(?:修改|尝试|重命名)",
        ),
        (
            KEY,
            r"\b(?:decryptor|decrypter|decryption (?:key|tool|software)|private key|unique key|unlock(?:ing)? (?:key|tool)|test decryption|decrypt (?:one|two|\d+|some|a few) files?)\b"
            r"|\b(?:personal|company|client|chat|decryption|victim|your) id\b"
            r"|cl[ée] (?:de d[ée]chiffrement|priv[ée]e|unique)|outil de d[ée]chiffrement|d[ée]chiffr(?:er|eur)\b|entschl[üu]sselungs|entschl[üu]sseln|privaten? schl[üu]ssel"
            r"|ontsleutel|decoderings|clave (?:de descifrado|privada)|descifrar|chave (?:de descriptografia|privada)|decifra(?:re|zione)|chiave (?:privata|di decrittazione)"
            r"|расшифров|дешифр|解密",
        ),
        (
            LEAK,
            r"\b(?:(?:your |all )?(?:data|files|documents|information)\b[^.!?]{0,60}\b(?:stolen|exfiltrated|downloaded|published|leaked|sold))|data leak|leak site|our blog\b"
            r"|donn[ée]es[^.!?]{0,80}(?:vol[ée]es|exfiltr[ée]es|publi[ée]es|divulgu[ée]es|vendues)"
            r"|daten[^.!?]{0,80}(?:gestohlen|ver[öo]ffentlicht|heruntergeladen)|gegevens[^.!?]{0,80}(?:gestolen|gepubliceerd|gelekt)"
            r"|datos[^.!?]{0,80}(?:robad|publicad|filtrad)|dati[^.!?]{0,80}(?:rubati|pubblicati|esfiltrati)|украден|опубликован|泄露",
        ),
    )
)
# one of these stands in every text that says files are encrypted or stolen; looking for them first is a hundred times cheaper
_STEMS_WORDS = """
crypt locked chiffr verrouill schlüss schluess schlues versleuteld vergrendeld gecodeerd cifrad bloquead cifrat
crittograf зашифр заблокир 加密 stolen exfiltr leak volées publiées gestohlen gestolen robad rubati украден 泄露
"""
STEMS = tuple(_STEMS_WORDS.split())
STEM = re.compile("|".join(map(re.escape, STEMS)))
AROUND = 160
MAX_STEMS = 400
MARKUP = re.compile(r"<[^>]{0,400}>|\\[a-z]+-?\d* ?|[{}]")
SPACES = re.compile(r"\s+")


def name_is_notelike(name: str) -> bool:
    """Say whether a file's name reads like a ransom note's."""
    return bool(NAME.search(name)) and bool(NOTE_ENDING.search(name))


def phrase_groups(text: str) -> frozenset[str]:
    """Return the kinds of phrase a text holds, of six: what a note says, in any of nine languages.

    Without a claim that files are encrypted or stolen the others mean nothing, and none is returned.
    """
    lowered = text[:MAX_NOTE_BYTES].lower()
    if not any(stem in lowered for stem in STEMS):
        return frozenset()
    plain = SPACES.sub(" ", MARKUP.sub(" ", lowered))
    patterns = dict(PHRASES)
    claims = frozenset(
        group for group in (ENCRYPTED, LEAK) if any(patterns[group].search(part) for part in _near_stems(plain))
    )
    if not claims:
        return frozenset()
    return claims | frozenset(group for group, pattern in PHRASES if group not in claims and pattern.search(plain))


def _near_stems(plain: str) -> list[str]:
    """Return the stretches around the telling words: the patterns are slow, and nothing can match elsewhere."""
    parts: list[str] = []
    end = 0
    for found in islice(STEM.finditer(plain), MAX_STEMS):
        start = max(found.start() - AROUND, end)
        if parts and start == end:
            parts[-1] += plain[end : found.end() + AROUND]
        else:
            parts.append(plain[start : found.end() + AROUND])
        end = found.end() + AROUND
    return parts


def text_of(data: bytes) -> str:
    """Decode what may be a note; bytes that are no text give little."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "ignore")
    if data[1:64:2].count(0) > 20:
        return data.decode("utf-16-le", "ignore")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "ignore")


def note_score(data: bytes, *, name: str) -> tuple[int, frozenset[str]]:
    """Score what may be a note.

    Returns: 0 to 7 (one for each kind of phrase, one for the name; 0 for what says nothing of encryption or
    theft, or is long and not named so), and the kinds.
    """
    if not 20 <= len(data) <= MAX_NOTE_BYTES:
        return 0, frozenset()
    named = name_is_notelike(name)
    if len(data) > SPREAD_BYTES and not named:
        return 0, frozenset()
    groups = phrase_groups(text_of(data))
    return (len(groups) + named if groups else 0), groups


def note_reasons(groups: frozenset[str], *, named: bool, length: int) -> tuple[Reason, ...] | None:
    """Say why one file alone is a ransom note, or that it is not enough (nothing).

    A note says that files are encrypted, and what to do about it; long texts that mention all that are articles.
    """
    if ENCRYPTED not in groups and not (named and LEAK in groups):
        return None
    if not groups & {PAYMENT, CONTACT, KEY}:
        return None
    if len(groups) < (SCORE_NAMED if named else SCORE_CERTAIN) or (length > SPREAD_BYTES and not named):
        return None
    reasons = [because(N_("it says what ransom notes say: {groups}"), groups=", ".join(sorted(groups)))]
    if named:
        reasons.append(because(N_("its name is that of a ransom note")))
    return tuple(reasons)
