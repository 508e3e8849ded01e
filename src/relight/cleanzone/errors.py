"""Errors of the clean zone (RL-ZON)."""

from relight.kernel.errors import N_, ErrorKind, ErrorSpec, Word

SITE_UNKNOWN = ErrorSpec(
    code="RL-ZON-001",
    kind=ErrorKind.MISSING,
    message=N_("The hospital has no site “{site}”."),
    next=N_("These sites are described: {known}."),
)
NETWORK_WRONG = ErrorSpec(
    code="RL-ZON-002",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” is no network a segment can have."),
    next=N_("Write the first address and the length, such as 10.211.0.0/20 or fd5a:11::/64."),
)
NETWORK_TAKEN = ErrorSpec(
    code="RL-ZON-003",
    kind=ErrorKind.RULE,
    message=N_("The network {value} shares addresses with {other}."),
    next=N_("Give each segment a network of its own; the infected network's addresses are not used again either."),
)
NETWORK_IN_USE = ErrorSpec(
    code="RL-ZON-004",
    kind=ErrorKind.RULE,
    message=N_("{count} machines have an address in this segment: its network cannot become smaller than they need."),
    next=N_("Choose a network with room for them all."),
)
SEGMENT_FULL = ErrorSpec(
    code="RL-ZON-005",
    kind=ErrorKind.RULE,
    message=N_("The segment of {site} has no address left for {count} machines."),
    next=N_("Give the segment a larger network; addresses given so far stay the same."),
)
FIELD_WRONG = ErrorSpec(
    code="RL-ZON-006",
    kind=ErrorKind.INPUT,
    message=N_("“{value}” cannot stand here: {expected}."),
    next=N_("Mend this field and send it again."),
)
FLOW_UNKNOWN = ErrorSpec(
    code="RL-ZON-010",
    kind=ErrorKind.MISSING,
    message=N_("There is no flow F{number}."),
    next=N_("Open the list of flows; it may have been refused or closed."),
)
FLOW_EXISTS = ErrorSpec(
    code="RL-ZON-011",
    kind=ErrorKind.RULE,
    message=N_("Flow F{number} opens exactly this already."),
    next=N_("Use that one."),
)
FLOW_STATE = ErrorSpec(
    code="RL-ZON-012",
    kind=ErrorKind.RULE,
    message=N_("Flow F{number} is {state}: this cannot be done with it any more."),
    next=N_("Load the page again; propose the flow anew where it is needed."),
)
FLOW_SIGNED = ErrorSpec(
    code="RL-ZON-013",
    kind=ErrorKind.RULE,
    message=N_("You signed flow F{number} already: the second signature is another person's."),
    next=N_("Ask the recovery lead or a security officer who has not signed it."),
)
FLOWS_CHANGED = ErrorSpec(
    code="RL-ZON-014",
    kind=ErrorKind.RULE,
    message=N_("The flows are not the ones you were shown any more."),
    next=N_("Load the page again, read what it says now, then sign."),
)
FLOWS_NONE = ErrorSpec(
    code="RL-ZON-015",
    kind=ErrorKind.INPUT,
    message=N_("No flow is chosen."),
    next=N_("Tick the flows, then sign."),
)
ROUTERS_WRONG = ErrorSpec(
    code="RL-ZON-020",
    kind=ErrorKind.INPUT,
    message=N_("The file of the routers cannot be read: {reason}."),
    next=N_("Mend zone.toml in the data folder; docs/guide/zone.md shows one."),
)
ROUTER_UNKNOWN = ErrorSpec(
    code="RL-ZON-021",
    kind=ErrorKind.MISSING,
    message=N_("No router “{router}” is set up."),
    next=N_("Known routers: {known}. They are set up in zone.toml in the data folder."),
)
ROUTER_AWAY = ErrorSpec(
    code="RL-ZON-022",
    kind=ErrorKind.PEER,
    message=N_("The router {router} does not answer: {reason}."),
    next=N_("Check its cable and its address in zone.toml. What must be closed is told again until it answers."),
)
ROUTER_REFUSED = ErrorSpec(
    code="RL-ZON-023",
    kind=ErrorKind.PEER,
    message=N_("The router {router} refused the rules; the ones before are in force, untouched. It said: {reason}"),
    next=N_("Keep this message for whoever looks after the router; “relight zone compile” shows the rules."),
)
TRY_WAITS = ErrorSpec(
    code="RL-ZON-024",
    kind=ErrorKind.RULE,
    message=N_("A ruleset waits for its confirmation on {router}."),
    next=N_("Confirm it, or wait until it has gone back by itself."),
)
TRY_GONE = ErrorSpec(
    code="RL-ZON-025",
    kind=ErrorKind.RULE,
    message=N_("Nothing waits for confirmation on {router}: the rules before are in force again."),
    next=N_("Find out why nobody could confirm in time, then send the rules again."),
)
LISTING_WRONG = ErrorSpec(
    code="RL-ZON-026",
    kind=ErrorKind.INPUT,
    message=N_("This is not what “nft -j list ruleset” writes."),
    next=N_("Run it on the router as root and give the whole output."),
)
SEEN_NOTHING = ErrorSpec(
    code="RL-ZON-030",
    kind=ErrorKind.INPUT,
    message=N_("No connection was found in {name}: {bad} lines could not be read."),
    next=N_("Give kernel log lines of the zone's router, “conntrack -L”, Zeek's conn.log or Suricata's eve.json."),
)

MACHINES_OR_NETWORKS = Word(N_("name machines by role, site, service or tag, or networks outside the zone"))
REASON_NEEDED = Word(N_("say who needs it and for what"))
PORTS_EXPECTED = Word(N_("ports from 1 to 65535 are expected, such as 443 or 443,8440-8450"))
PROTOCOL_EXPECTED = Word(N_("tcp or udp is expected"))
END_EXPECTED = Word(N_("an end between tomorrow and one year from now is expected"))
NETWORKS_EXPECTED = Word(N_("networks such as 192.0.2.0/28 are expected, with at least 8 bits of length"))
OUTSIDE_BOTH = Word(N_("at least one end must be machines of the zone"))
VLAN_EXPECTED = Word(N_("a number from 0 (none) to 4094 is expected"))
INTERFACE_EXPECTED = Word(N_("letters, digits, dots and hyphens, 15 at most, are expected"))
SECONDS_EXPECTED = Word(N_("10 to 3600 seconds are expected"))
