"""Every sabotage: what is broken, which scenario has to notice, and what it has to say.

Breaks of one round are made at once, and their scenarios judged in one run: those of a round are independent, but for
several that one scenario has to tell apart. A scenario that changes something itself needs the rest of the platform
whole, so that it can see its own change undone.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.sabotage import cloud, cluster, names, storage, workloads
from tests.sabotage.site import Break

RECORDS, FOLLOWING = "features/dns/records.feature", "features/dns/following.feature"
MACHINES, NETWORK = "features/cluster/machines.feature", "features/cluster/network.feature"
MICROSERVICES, BACKING = "features/services/microservices.feature", "features/services/backing.feature"
ROUTING, TEAMS = "features/ingress/routing.feature", "features/isolation/teams.feature"
VOLUMES, TRIGGERS = "features/storage/volumes.feature", "features/rollouts/triggers.feature"
DRIFT = "features/drift/drift.feature"


@dataclass(frozen=True)
class Sabotage:
    """One thing broken, and the scenario that has to notice.

    Attributes:
        name: What is broken.
        break_: Breaks it; gives the names that the scenario's message has to hold.
        scenario: The id of the scenario.
        words: What the message has to say besides.
        by_words: Whether the words alone name it, not the break.
    """

    name: str
    break_: Break
    scenario: str
    words: tuple[str, ...]
    by_words: bool = False


@dataclass(frozen=True)
class Round:
    """Sabotages made at once.

    Attributes:
        name: What they have in common.
        sabotages: The sabotages.
        frozen: The processes that would repair them, stopped meanwhile.
        patience: Scales the limits of the scenarios: all is broken before they begin.
    """

    name: str
    sabotages: tuple[Sabotage, ...]
    frozen: tuple[str, ...] = ()
    patience: float = 0.01


ROUNDS = (
    Round(
        "records",
        (
            Sabotage(
                "a record set is missing",
                names.record_deleted,
                f"{RECORDS}::Every service has a record",
                ("every record has the addresses of all nodes",),
            ),
            Sabotage(
                "an answer lacks an address",
                names.answer_incomplete,
                f"{RECORDS}::Whoever asks for a name is answered",
                ("every answer has the addresses of all nodes",),
            ),
            Sabotage("a record is not checked", names.record_unchecked, f"{RECORDS}::Answers depend on health", ()),
            Sabotage(
                "a health check is missing",
                names.check_deleted,
                f"{RECORDS}::A health check for each node",
                ("health checks 1", "health checks 0"),
            ),
        ),
        frozen=("dns-updater",),
    ),
    Round(
        "more records",
        (
            Sabotage(
                "a record has another TTL",
                names.ttl_wrong,
                f"{RECORDS}::Every service has a record",
                ("ttl 300", "ttl 300 60"),
            ),
            Sabotage(
                "a namespace has no records",
                names.namespace_forgotten,
                f"{RECORDS}::Every service has a record",
                ("record there", "record missing"),
            ),
            *(
                Sabotage(name, break_, f"{RECORDS}::A health check for each node", ())
                for name, break_ in (
                    ("a health check asks elsewhere", names.check_asks_elsewhere),
                    ("a health check asks another port", names.check_at_another_port),
                    ("a health check is patient", names.check_patient),
                    ("a health check is disabled", names.check_disabled),
                    ("a health check is inverted", names.check_inverted),
                )
            ),
        ),
        frozen=("dns-updater",),
    ),
    Round(
        "the platform",
        (
            Sabotage(
                "a machine takes no work",
                cluster.machine_cordoned,
                f"{MACHINES}::Every machine is a working member of the cluster",
                ("open to work yes", "open to work no"),
            ),
            Sabotage(
                "a machine of another size",
                cloud.machine_too_small,
                f"{MACHINES}::The size of a node",
                ("type t2.large", "type t2.small"),
            ),
            Sabotage(
                "a group may grow",
                cloud.group_too_large,
                "features/cluster/replacement.feature::Groups keep exactly one machine each",
                ("most=1", "most=3"),
            ),
            Sabotage(
                "a network too many",
                cloud.network_added,
                f"{NETWORK}::The network has the agreed range",
                ("range 172.20.0.0/16", "range 10.9.0.0/16"),
            ),
            Sabotage("a load balancer", cloud.balancer_made, f"{NETWORK}::None was made", ("no load balancer",)),
            Sabotage(
                "a port is closed",
                cloud.door_closed,
                f"{NETWORK}::The ports of the ingress are open",
                ("on port 443", "open to at least 0.0.0.0/0"),
            ),
            Sabotage(
                "a port too many",
                cloud.door_too_many,
                f"{NETWORK}::A microservice's own port is closed to visitors",
                ("on port 8899", "nobody outside", "0.0.0.0/0"),
            ),
            *(
                Sabotage(name, break_, f"{NETWORK}::Nothing is open but what was agreed", ())
                for name, break_ in (
                    ("SSH is open", cloud.ssh_open),
                    ("the ports of services are open", cloud.node_ports_open),
                    ("etcd is open", cloud.etcd_open),
                    ("a port is open by IPv6", cloud.open_by_ipv6),
                    ("a port is open to another group", cloud.group_let_in),
                    ("a port is open to a list of ranges", cloud.prefix_list_let_in),
                )
            ),
            Sabotage(
                "SSH is open to whoever works by hand",
                cloud.ssh_open,
                f"{NETWORK}::Nobody works on a machine by hand",
                ("nodes.", "port 22", "0.0.0.0/0"),
                by_words=True,
            ),
            Sabotage(
                "a group replaces no machine",
                cloud.replacement_suspended,
                "features/cluster/replacement.feature::Groups keep exactly one machine each",
                ("suspended ReplaceUnhealthy",),
            ),
            Sabotage(
                "the bucket forgets",
                cloud.bucket_forgetful,
                "features/access/shared_access.feature::The bucket is closed to everybody else, and forgets nothing",
                ("keeps versions yes", "keeps versions no"),
            ),
            Sabotage(
                "a security group is nobody's",
                cloud.group_nameless,
                f"{TEAMS}::Whatever was made in the account",
                ("team nobody",),
            ),
            Sabotage(
                "a service has another port",
                workloads.port_changed,
                f"{MICROSERVICES}::msvc1 is deployed",
                ("ports at least 8899", "ports 9988"),
            ),
            Sabotage(
                "another port drifts",
                workloads.port_changed,
                f"{DRIFT}::Nobody has changed anything by hand",
                ("Service microservices/msvc1", "8899", "9988"),
            ),
            *(
                Sabotage(name, break_, f"{DRIFT}::Nobody has changed anything by hand", ())
                for name, break_ in (
                    ("a workload that nobody agreed on", workloads.nobody_agreed_on),
                    ("rights for anybody", workloads.anybody_may),
                    ("a deployment is paused", workloads.paused),
                )
            ),
            Sabotage(
                "the number of replicas drifts",
                workloads.replicas_changed,
                f"{DRIFT}::Nobody has changed anything by hand",
                (),
            ),
            Sabotage(
                "a probe is missing",
                workloads.probe_removed,
                f"{MICROSERVICES}::It says how it is and what it needs",
                ("checked for being alive yes", "checked for being alive no"),
            ),
            Sabotage(
                "a controller has another host port",
                workloads.door_moved,
                "features/ingress/controllers.feature::The host ports of the node",
                ("18080", "18081"),
            ),
            Sabotage(
                "nobody says that a name is unknown",
                workloads.nobody_to_say_so,
                f"{ROUTING}::There is somebody to say so",
                ("none at all",),
            ),
            Sabotage(
                "a certificate is missing",
                cluster.certificate_lost,
                f"{ROUTING}::Every route has a certificate for its name",
                ("certificate there", "certificate missing"),
            ),
            Sabotage(
                "a collector is missing",
                workloads.collector_missing,
                "features/logs/logs.feature::A ready collector on each member of the cluster",
                ("collector ready", "collector missing"),
            ),
            Sabotage(
                "a tag may move, and is not pulled",
                workloads.tag_may_move,
                f"{BACKING}::An image whose tag may move is pulled each time",
                ("may move, and it is pulled IfNotPresent",),
            ),
            Sabotage(
                "a volume in the wrong zone",
                storage.volume_misplaced,
                f"{VOLUMES}::Volumes stand in the zones of their members",
                ("zone eu-west-1c", "zone eu-west-1a"),
            ),
            # last broken and first mended, so that nothing which another mending starts anew is put on the master
            Sabotage(
                "a master is open to applications",
                cluster.master_open,
                f"{MACHINES}::Applications are turned away by the masters",
                ("closed to applications yes", "closed to applications no"),
            ),
        ),
    ),
    Round(
        "members",
        (
            Sabotage(
                "a member beside another",
                storage.member_misplaced,
                f"{VOLUMES}::Members are split over the nodes",
                ("3 different nodes",),
            ),
            Sabotage(
                "a master has no vote",
                cluster.member_silent,
                "features/quorum/losing_masters.feature::Every master has a vote",
                ("healthy yes", "healthy no"),
            ),
        ),
    ),
    Round(
        "maintenance",
        (
            Sabotage(
                "a node is drained",
                cluster.node_drained,
                f"{BACKING}::All of them run",
                ("mongodb  lacking 1",),
                by_words=True,
            ),
            Sabotage(
                "a node does not earn its keep",
                cluster.node_drained,
                "features/density/density.feature::The least on any node",
                ("at least 4",),
            ),
            Sabotage(
                "a route is missing",
                workloads.route_removed,
                f"{ROUTING}::The routes to the microservices",
                ("missing among",),
            ),
            Sabotage(
                "a node in another zone",
                cluster.node_misplaced,
                f"{MACHINES}::Every machine is a working member of the cluster",
                (),
            ),
        ),
    ),
    Round(
        "what would happen",
        (
            Sabotage(
                "no quota",
                cluster.quotas_removed,
                f"{NETWORK}::A microservice that asks for a load balancer is refused one",
                ("because of quota", "accepted"),
            ),
            Sabotage(
                "no limit to a namespace",
                cluster.quotas_removed,
                f"{MICROSERVICES}::Nobody can use up the namespace",
                ("because of quota", "accepted"),
            ),
            Sabotage(
                "no disruption budget",
                workloads.budget_removed,
                f"{MICROSERVICES}::Maintenance takes one pod at a time",
                ("agreements",),
            ),
            Sabotage(
                "a rollout for a mere label",
                workloads.rollout_at_a_label,
                f"{TRIGGERS}::A label on the deployment itself",
                ("new no", "missing among"),
            ),
            Sabotage(
                "a hasty rollout",
                workloads.rollout_too_hasty,
                f"{TRIGGERS}::A rollout is forced by its date",
                ("at least 2 ready pods",),
            ),
            Sabotage(
                "a colleague's record is lost",
                names.colleague_ignored,
                f"{FOLLOWING}::A record that a colleague made by hand",
                ("the colleague made it", "missing"),
            ),
        ),
        patience=0.2,
    ),
    Round(
        "nobody keeps the names",
        (
            Sabotage(
                "the updater does not run", names.updater_stopped, f"{FOLLOWING}::A new service", ("missing among",)
            ),
        ),
        patience=0.1,
    ),
)

FOREIGN = Round(
    "another team's platform",
    (
        Sabotage(
            "the ownership mark is another team's",
            cluster.mark_lost,
            f"{TEAMS}::The platform itself says whose it is",
            ("refused to try", "carries the mark of"),
        ),
    ),
)
"""What is not even tried."""

SABOTAGES = tuple(sabotage for round_ in ROUNDS for sabotage in round_.sabotages)
