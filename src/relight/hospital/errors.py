"""Every error of the hospital: faults of a description, then what the graph and its acts refuse.

Codes RL-HOS-001 to 039 are about a description file, 040 upwards about acts and questions.
"""

from __future__ import annotations

from relight.kernel.errors import N_, ErrorKind, ErrorSpec


def _fault(number: int, message: str, next_step: str) -> ErrorSpec:
    return ErrorSpec(code=f"RL-HOS-{number:03}", kind=ErrorKind.INPUT, message=message, next=next_step)


# -- the file as a whole --------------------------------------------------------------------------
DESCRIPTION_REFUSED = _fault(
    1, N_("The description has {count} faults; nothing was loaded."), N_("Mend them all, then load the file again.")
)
CYCLE = _fault(
    2,
    N_("These functions need each other in a circle: {circle}."),
    N_("Take one of these needs out, or make it about a part that stands alone."),
)
SYNTAX = _fault(3, N_("This is not valid TOML: {problem}."), N_("Mend this line; the rest is read once it is valid."))
ENCODING = _fault(4, N_("The file is not UTF-8 text."), N_("Save it again as UTF-8."))
FORMAT_UNKNOWN = _fault(
    5, N_("The file does not say a format this Relight reads."), N_("Write “format = 1” on the first line.")
)
KEY_UNKNOWN = _fault(6, N_("The key “{key}” means nothing here."), N_("Take it out, or write one of: {known}."))
KEY_MISSING = _fault(7, N_("“{key}” is missing."), N_("Add it: {hint}."))
TYPE_WRONG = _fault(8, N_("“{key}” is not {wanted}."), N_("Write it as in: {hint}."))
ID_BAD = _fault(
    9, N_("“{id}” cannot be an id."), N_("Use small letters, digits and single hyphens, such as “intensive-care”.")
)
DUPLICATE = _fault(
    10, N_("“{id}” is already declared on line {first_line}."), N_("Give one of the two another id, or take it out.")
)
SITE_UNKNOWN = _fault(11, N_("There is no site “{id}”."), N_("Declare it as [[site]], or write one of: {known}."))
FUNCTION_UNKNOWN = _fault(
    12, N_("There is no function “{id}”."), N_("Declare it as [[function]], or write one of: {known}.")
)
SERVICE_UNKNOWN = _fault(
    13, N_("There is no service “{id}”."), N_("Declare it as [[service]], or write one of: {known}.")
)
SITE_NOT_SAID = _fault(
    14,
    N_("“{id}” exists once per site, and this function belongs to no site."),
    N_("Say which one is meant: {known}."),
)
FUNCTION_NOT_AT_SITE = _fault(
    15, N_("The function “{id}” does not exist at the site “{site}”."), N_("Write one of: {known}.")
)
NEED_OVER_OF = _fault(16, N_("{need} of {of} can never be reached."), N_("Lower “need” or raise “of”."))
NEED_UNDER_ONE = _fault(17, N_("“{key}” is {value}; it must be at least {least}."), N_("Write {least} or more."))
NETWORK_BAD = _fault(18, N_("“{value}” is not a network."), N_("Write an address range such as “10.11.0.0/16”."))
PATTERN_BAD = _fault(
    19,
    N_("“{value}” is not a pattern: {problem}."),
    N_("Mend the regular expression; single quotes keep “\\d” as it is."),
)
PORT_BAD = _fault(
    20, N_("“{value}” is no port."), N_("Write a number from 1 to 65535 in quotes, or a range such as “49152-65535”.")
)
NAME_NONE = _fault(
    21, N_("“{id}” has no name in any language."), N_('Give it at least one, such as names = {{ fr = "…" }}.')
)
NAME_UNTRANSLATED = _fault(
    22, N_("“{id}” has no name in: {languages}."), N_("Add it when there is time; until then another language shows.")
)
NEED_OVER_MATCHING = _fault(
    23,
    N_("“{id}” needs {need} of {selector}, and only {matching} are known."),
    N_("Import the inventory that lists them, or check the selector."),
)
WORKSTATIONS_CROSSED = _fault(
    24, N_("At least {minimum} workstations, but only {needed} needed."), N_("“minimum” may not be above “needed”.")
)
SELECTOR_EMPTY = _fault(
    25, N_("This selector would take every component."), N_("Say a role, a site, a tag or a service.")
)
UNIT_NOT_AT_SITE = _fault(
    26, N_("The service “{service}” is not at the site “{site}”."), N_("Add the site to the service, or take this out.")
)
TIME_NAIVE = _fault(
    27, N_("“d0” does not say its time zone."), N_("Write it with its offset, such as 2026-11-13T04:30:00+01:00.")
)
NEED_TWICE = _fault(28, N_("“{id}” is needed twice here."), N_("Keep it once, under “vital” or under “useful”."))
NETWORK_SHARED = _fault(
    29,
    N_("The network {value} overlaps one of the site “{site}”."),
    N_("Check both; a machine is placed by the smaller one."),
)
KIND_BAD = _fault(30, N_("“{value}” is not known for “{key}”."), N_("Write one of: {known}."))
ORDER_SHARED = _fault(
    31,
    N_("The sites “{id}” and “{other}” have the same place in the order."),
    N_("Give each its own, so that “next” is clear."),
)
NEED_ITSELF = _fault(32, N_("“{id}” needs itself."), N_("Take this need out."))
TOO_LARGE = _fault(
    33,
    N_("The file is larger than {limit} MB."),
    N_("A description is a few hundred lines; check that this is the right file."),
)
NOT_GZIP = _fault(34, N_("The file is not a whole gzip file."), N_("Copy it again, or give it unpacked."))

# -- questions and loading ------------------------------------------------------------------------
NODE_UNKNOWN = ErrorSpec(
    code="RL-HOS-040",
    kind=ErrorKind.MISSING,
    message=N_("There is no “{id}” in the dependencies."),
    next=N_("Look it up with “relight hospital list”. Close to it: {close}."),
)
NOTHING_LOADED = ErrorSpec(
    code="RL-HOS-041",
    kind=ErrorKind.MISSING,
    message=N_("No hospital is described yet."),
    next=N_("Load a description file first: “relight hospital load FILE”, or the page Dependencies, Load."),
)
REMOVAL_UNCONFIRMED = ErrorSpec(
    code="RL-HOS-042",
    kind=ErrorKind.RULE,
    message=N_("This description takes out {count} parts: {ids}. Nothing was loaded."),
    next=N_("Check the list; if it is meant, load again with --yes (or tick the confirmation)."),
)
DIFF_STALE = ErrorSpec(
    code="RL-HOS-043",
    kind=ErrorKind.RULE,
    message=N_("The description in force has changed since this comparison was shown. Nothing was loaded."),
    next=N_("Look at the comparison again, then confirm."),
)

# -- acceptance -----------------------------------------------------------------------------------
NOT_ASKED = ErrorSpec(
    code="RL-HOS-050",
    kind=ErrorKind.RULE,
    message=N_("“{id}” takes no acceptance: the description says acceptance = false."),
    next=N_("Nothing has to be signed."),
)
NOT_ACCEPTABLE = ErrorSpec(
    code="RL-HOS-051",
    kind=ErrorKind.RULE,
    message=N_("“{id}” cannot work end to end yet, so it cannot be accepted. Still missing: {missing}."),
    next=N_("Bring these back first, try it end to end, then sign."),
)
ACCEPTED_ALREADY = ErrorSpec(
    code="RL-HOS-052",
    kind=ErrorKind.RULE,
    message=N_("“{id}” is accepted already."),
    next=N_("To sign again, withdraw the acceptance first."),
)
NOT_ACCEPTED = ErrorSpec(
    code="RL-HOS-053",
    kind=ErrorKind.RULE,
    message=N_("“{id}” is not accepted, so there is nothing to withdraw."),
    next=N_("Look at its page for who withdrew it, or why it lapsed."),
)
NOTE_MISSING = _fault(54, N_("The note is empty."), N_("Say in a sentence what was tried, or why."))

# -- zone segments --------------------------------------------------------------------------------
ZONE_STEP = ErrorSpec(
    code="RL-HOS-060",
    kind=ErrorKind.RULE,
    message=N_("The zone segment of “{site}” is {state}; it cannot become {wanted}."),
    next=N_("From here it can become: {possible}."),
)
ZONE_SAME_SIGNER = ErrorSpec(
    code="RL-HOS-061",
    kind=ErrorKind.RULE,
    message=N_("You have signed the opening of “{site}” already; the second signature is another person's."),
    next=N_("Ask a colleague who may open a zone to sign on their own account."),
)
ZONE_UNKNOWN = ErrorSpec(
    code="RL-HOS-062",
    kind=ErrorKind.MISSING,
    message=N_("There is no site “{site}”."),
    next=N_("Choose one of: {known}."),
)

# -- expected dates -------------------------------------------------------------------------------
EXPECTED_ORDER = ErrorSpec(
    code="RL-HOS-070",
    kind=ErrorKind.INPUT,
    message=N_("The expected dates of “{id}” do not fit: the safe date {p80} lies before the median {median}."),
    next=N_(
        "Give the median, then as safe date (kept four times in five) that day or a later one. Nothing was written."
    ),
)
EXPECTED_LEVEL = ErrorSpec(
    code="RL-HOS-071",
    kind=ErrorKind.INPUT,
    message=N_("“{id}” cannot be expected to be down."),
    next=N_("Say when it is degraded or normal again. Nothing was written."),
)
