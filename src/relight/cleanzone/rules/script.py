"""The script a router runs to take a ruleset: checked, kept the old, taken whole, back by itself when nobody confirms.

Owns the script. The way back runs on the router, apart from whoever sent the ruleset: when the new rules cut the
management path, nobody can reach the router to call them back. A confirmation is one more visit over that same path.
Source: docs/design/zone.md, "Trying" (cases 57-64).
"""

from __future__ import annotations

from shlex import quote

TAKEN, REFUSED, BUSY = "relight: taken", "relight: refused", "relight: another try waits"
CONFIRMED, GONE = "relight: confirmed", "relight: nothing waits"
END = "RELIGHT_END_OF_RULESET"


def try_script(text: str, *, number: int, seconds: int, folder: str) -> str:
    """Return the script that takes a ruleset and goes back after `seconds` unless it is confirmed.

    Args: number: of the try; a confirmation names it. folder: on the router, kept over the try; 0700.
    """
    if END in text:
        raise ValueError(END)
    place = quote(folder)
    return f"""\
set -u
umask 077
mkdir -p {place} && cd {place} || exit 1
if [ -e waits ] && kill -0 "$(cat waiter 2>/dev/null || echo 0)" 2>/dev/null; then echo '{BUSY}'; exit 3; fi
rm -f waits waiter shut.nft
cat > new.nft <<'{END}'
{text}{END}
if ! nft -c -f new.nft; then echo '{REFUSED}'; exit 2; fi
printf '%s\n' 'table inet relight_zone' 'delete table inet relight_zone' > before.nft
nft list table inet relight_zone >> before.nft 2>/dev/null
echo {number} > waits
(
  trap '' HUP
  sleep {seconds}
  if [ -e waits ] && [ "$(cat waits)" = {number} ]; then
    nft -f before.nft; [ -e shut.nft ] && nft -f shut.nft
    echo {number} > rolled-back; rm -f waits
  fi
) </dev/null >/dev/null 2>&1 &
echo $! > waiter
if ! nft -f new.nft; then kill "$(cat waiter)" 2>/dev/null; rm -f waits waiter; echo '{REFUSED}'; exit 2; fi
echo '{TAKEN}'
"""


def confirm_script(*, number: int, folder: str) -> str:
    """Return the script that keeps what waits."""
    return f"""\
cd {quote(folder)} 2>/dev/null || {{ echo '{GONE}'; exit 4; }}
if [ -e waits ] && [ "$(cat waits)" = {number} ]; then
  rm -f waits && kill "$(cat waiter)" 2>/dev/null
  rm -f waiter
  echo '{CONFIRMED}'
else
  echo '{GONE}'; exit 4
fi
"""


def change_script(text: str) -> str:
    """Return the script that applies a small change to the running table at once, without a way back."""
    return f"nft -f - <<'{END}'\n{text}{END}\n"


def shut_script(text: str, *, folder: str) -> str:
    """Return the script that shuts machines at once; where a try waits, its way back shuts them too."""
    later = f"{quote(folder)}/shut.nft"
    return f"""\
if [ -e {quote(folder)}/waits ]; then
cat >> {later} <<'{END}'
{text}{END}
fi
{change_script(text)}"""


LIST_SCRIPT = "nft -j list ruleset\n"
