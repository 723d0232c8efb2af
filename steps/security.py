"""Words about who may do what: Secrets, accounts, pods, etcd, disks and machines' access to the cloud."""

from __future__ import annotations

import base64
import uuid

from lightkube.resources.core_v1 import Secret
from pytest_bdd import given, parsers, then, when

from seatrial import declaration
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, Rows, equal_to, every, one_of, rows
from seatrial.checks.observer import NotProvableError
from seatrial.faults import Create, Journal, MakeInAws
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import manifests, security, storage
from steps.support.attempts import DONE
from steps.support.capabilities import Platform
from steps.support.instruments import Accounts, Admission, Strangers
from steps.support.limits import TIME
from steps.support.machines import Estate

_TEXT = "a word that nobody else says"
_LET_IN, _TURNED_AWAY = "let in", "turned away"


@given("a Secret stored on the platform", target_fixture="secret")
def _(changes: Journal) -> str:
    name = f"trial-secret-{uuid.uuid4().hex[:8]}"
    changes.inject(Create(manifests.secret(name, _TEXT)))
    return name


@then("the Secret can be read by an administrator")
def _(cluster: Cluster, secret: str) -> None:
    def text() -> str:
        cluster.touch(asked="a Secret that was stored")  # and comes back: it was decrypted
        found = cluster.fresh(Secret, secret, namespace=manifests.ROOM)
        return base64.b64decode((found.data or {})["text"]).decode()

    eventually(text, equal_to(_TEXT, "the Secret"), within=TIME.settle)


@then("every Secret that etcd holds is encrypted, that one among them")
def _(etcd: Etcd, platform: Platform, secret: str) -> None:
    if not platform.facts.encrypts_secrets:
        raise NotProvableError(f"the API servers of {platform.target} are given no key to encrypt Secrets with")

    def held() -> Rows:
        found = {key.removeprefix(security.SECRETS): method for key, method in etcd.seals(security.SECRETS).items()}
        return {name: {"encrypted_by": method or "nobody"} for name, method in found.items()}

    stored = rows("Secrets", {f"{manifests.ROOM}/{secret}": {}}, exactly=False)
    eventually(held, stored, within=TIME.settle)
    eventually(held, every("Secrets", encrypted_by=Matcher("a key", lambda by: by != "nobody")), within=TIME.settle)


@then("beside administrators and Kubernetes itself nobody may read Secrets but these")
def _(accounts: Accounts, datatable: list[list[str]]) -> None:
    agreed = security.none_but({who: spaces.split(", ") for who, spaces, _ in datatable[1:]})
    eventually(accounts.readers_of_secrets, agreed, within=TIME.settle)


@then(parsers.re(r"no account of a program may (?P<deed>.+)"))
def _(accounts: Accounts, deed: str) -> None:
    deeds = security.DEEDS[deed]
    eventually(lambda: accounts.may(deeds), security.none_of(deeds), within=TIME.settle)


@then(parsers.re(r"no account may (?P<deed>.+) but these"))
def _(accounts: Accounts, deed: str, datatable: list[list[str]]) -> None:
    agreed = {f"ServiceAccount {who}": set(deeds.split(", ")) for who, deeds, _ in datatable[1:]}
    deeds = security.DEEDS[deed]
    eventually(lambda: accounts.may(deeds), security.none_of(deeds, agreed), within=TIME.settle)


@then("a pod that says nothing of a token is given none in these namespaces")
def _(admission: Admission, datatable: list[list[str]]) -> None:
    def tokens() -> Rows:
        return {space: {"given_one": admission.token(security.silent_pod(space))} for (space,) in datatable}

    eventually(tokens, every("namespaces", given_one=False), within=TIME.settle)


@then("of the pods that run none has a token of the API but these")
def _(cluster: Cluster, datatable: list[list[str]]) -> None:
    agreed = one_of(*(workload for workload, _ in datatable[1:]))
    eventually(
        lambda: security.pods_with_token(cluster), every("pods with a token", workload=agreed), within=TIME.settle
    )


@when(parsers.re(r'a team asks for a pod in "(?P<namespace>.+)" that (?P<wants>.+)'), target_fixture="refusal")
def _(admission: Admission, namespace: str, wants: str) -> str:
    said = admission.answer(security.pod_that(wants, namespace))
    return DONE if said == _LET_IN else said


@then("the request is accepted")
def _(refusal: str) -> None:
    assert refusal == DONE, f"expected the request to be accepted, got {refusal}"


@then("every workload but these would be let in where a team deploys")
def _(admission: Admission, datatable: list[list[str]]) -> None:
    known = {workload for workload, _ in datatable[1:]}

    def others() -> Rows:
        return {name: row for name, row in admission.workloads("microservices").items() if name not in known}

    eventually(others, every("workloads", least=4, answer=_LET_IN), within=TIME.settle)


@then(parsers.parse("every member of etcd turns away whoever comes {how}"))
def _(strangers: Strangers, how: str) -> None:
    away = every("doors of etcd", least=6, answer=_TURNED_AWAY)
    eventually(lambda: strangers.at_etcd(how), away, within=TIME.settle)


@then(parsers.parse("every member of etcd answers whoever comes {how}"))
def _(strangers: Strangers, how: str) -> None:
    answers = Matcher("an answer", lambda said: said.startswith("answered"))
    eventually(lambda: strangers.at_etcd(how), every("doors of etcd", least=6, answer=answers), within=TIME.settle)


@then("every volume of the platform is encrypted")
def _(aws: Aws, platform: Platform) -> None:
    encrypted = every("volumes", least=6, encrypted=True)
    eventually(lambda: security.volumes(aws, platform.facts.cluster), encrypted, within=TIME.settle)


@given(parsers.parse('a copy of a volume of "{name}"'))
def _(aws: Aws, cluster: Cluster, changes: Journal, name: str) -> None:
    volume = str(next(iter(storage.volumes(cluster, aws, name).values()))["volume"])
    by = {"Filters": [{"Name": "volume-id", "Values": [volume]}]}
    made = {"VolumeId": volume, "Description": "a trial's"}
    found = "describe_snapshots", by, "Snapshots", "SnapshotId"
    changes.inject(MakeInAws("ec2", "create_snapshot", made, *found, "delete_snapshot"))


@then("every copy of a volume of the platform is encrypted")
def _(aws: Aws, platform: Platform) -> None:
    encrypted = every("copies", encrypted=True)
    eventually(lambda: security.copies(aws, platform.facts.cluster), encrypted, within=TIME.settle)


@then("everything in the team's bucket is encrypted")
def _(aws: Aws, platform: Platform) -> None:
    encrypted = every("stored objects", least=10, encrypted=True)
    eventually(lambda: security.stored(aws, platform.facts.bucket), encrypted, within=TIME.settle)


@then("every machine gives its access away to nobody who cannot open a session first")
def _(estate: Estate) -> None:
    eventually(estate.machines, every("machines", least=6, session_tokens=True), within=TIME.settle)


@then("every group of machines is set to start machines that ask for a session first")
@declaration
def _(estate: Estate) -> None:
    eventually(estate.groups, every("groups", least=6, session_tokens=True), within=TIME.settle)
