"""Words about the team's bucket and the access that it gives."""

from __future__ import annotations

import stat
from pathlib import Path

from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Rows, every, holds, rows
from seatrial.observers.aws import Aws
from steps.support import access
from steps.support.capabilities import Platform
from steps.support.instruments import Export, Member
from steps.support.limits import TIME

_OWNER_ONLY = 0o600


@then("the team's bucket is set to be closed to the public")
@declaration
def _(aws: Aws, platform: Platform) -> None:
    wanted = {platform.facts.bucket: {"closed_to_public": True}}
    eventually(lambda: access.buckets(aws), rows("buckets", wanted, exactly=False), within=TIME.settle)


@then("the team's bucket is set to keep earlier versions")
@declaration
def _(aws: Aws, platform: Platform) -> None:
    wanted = {platform.facts.bucket: {"keeps_versions": True}}
    eventually(lambda: access.buckets(aws), rows("buckets", wanted, exactly=False), within=TIME.settle)


@given("a team member with access to the bucket", target_fixture="has_bucket")
def _(aws: Aws, platform: Platform) -> bool:
    there: Rows = {platform.facts.bucket: {}}
    eventually(lambda: access.buckets(aws), rows("buckets", there, exactly=False), within=TIME.settle)
    return True


@given("a team member without access to the bucket", target_fixture="has_bucket")
def _() -> bool:
    return False


@when("she asks for access to the platform", target_fixture="export")
def _(member: Member, has_bucket: bool) -> Export:
    return member.export_kubeconfig(with_bucket=has_bucket)


@when(parsers.parse("she asks for access to the platform for {seconds:d} seconds"), target_fixture="export")
def _(member: Member, has_bucket: bool, seconds: int) -> Export:
    return member.export_kubeconfig(with_bucket=has_bucket, lifetime=f"{seconds}s")


@then("she is given access")
def _(export: Export) -> None:
    assert export.ok, f"expected access to be given, got {export.output}"


@then("she is given no access")
def _(export: Export) -> None:
    assert not export.ok, f"expected no access without the bucket, got {export.output}"
    assert export.kubeconfig is None, f"expected no file, got {export.kubeconfig}"


@then("she can read nothing that is in the team's bucket")
def _(member: Member) -> None:
    eventually(member.stored, every("stored objects", least=10, open=False), within=TIME.settle)


@then(parsers.parse("she can see all {count:d} members of the cluster"))
@states(count="machines.count")
def _(member: Member, export: Export, count: int) -> None:
    seen = member.operate(_file(export))
    assert len(seen) == count, f"expected {count} members of the cluster, got {seen}"


@then("only she can read what she was given")
def _(export: Export) -> None:
    mode = stat.S_IMODE(_file(export).stat().st_mode)
    assert mode == _OWNER_ONLY, f"expected mode 600 of {_file(export).name}, got {mode:o}"


@then(parsers.parse("what she was given is set to end within {seconds:d} seconds"))
@declaration
def _(export: Export, seconds: int) -> None:
    left = access.seconds_left(_file(export))
    assert left <= seconds, f"expected access to be set to end within {seconds} seconds, got {left:.0f} seconds"


@then(parsers.parse("after {seconds:d} seconds the platform turns her away"))
def _(member: Member, export: Export, seconds: int) -> None:
    away = holds("turned away", lambda answer: answer.startswith("turned away"), "an access that has ended")
    within = seconds + TIME.settle
    eventually(lambda: access.turned_away(lambda: member.operate(_file(export))), away, within=within)


@when("she passes on the address without her credentials", target_fixture="stranger")
def _(member: Member, tmp_path: Path) -> Path:
    export = member.export_kubeconfig(with_bucket=True)
    return access.without_credentials(_file(export), tmp_path / "stranger.yaml")


@then("the platform turns the stranger away")
def _(member: Member, stranger: Path) -> None:
    answer = access.turned_away(lambda: member.operate(stranger))
    assert answer.startswith("turned away"), f"expected the stranger to be turned away, got {answer}"


def _file(export: Export) -> Path:
    assert export.kubeconfig is not None, f"expected access to be given, got {export.output}"
    return export.kubeconfig
