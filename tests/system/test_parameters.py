"""Another platform.yaml: another region, zones, network, domain, number of machines and controller, and a private zone.

Each is a change of platform.yaml and of what the features state of it, and nothing else; each is stood up and judged.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from .sandbox import Sandbox

pytestmark = pytest.mark.long


def _said(zones: Sequence[str]) -> str:
    """Name zones as a feature does."""
    *first, last = (f'"{zone}"' for zone in zones)
    return f"the zones {', '.join(first)} and {last}"


_THREE, _SIX = _said([f"eu-west-1{letter}" for letter in "abc"]), [f"us-east-1{letter}" for letter in "abcdef"]
ELSEWHERE_AND_LARGER: Mapping[str, Mapping[str, str]] = {
    "provision/platform.yaml": {
        "region: eu-west-1\n": "region: us-east-1\n",
        "zones: [eu-west-1a, eu-west-1b, eu-west-1c]": f"zones: [{', '.join(_SIX)}]",
        "network: 172.20.0.0/16": "network: 10.32.0.0/16",
        "domain: example.com": "domain: shop.example.org",
        "count: 3  ": "count: 5  ",
        "  count: 3\n": "  count: 6\n",
        "controller: nginx": "controller: traefik",
    },
    "features": {
        _THREE: _said(_SIX[:5]),
        'And exactly one "node" runs': f'Given {_said(_SIX)}\n      Then exactly one "node" runs',
        "eu-west-1": "us-east-1",
        "172.20.0.0/16": "10.32.0.0/16",
        "6 machines run": "11 machines run",
        "there are 6 groups": "there are 11 groups",
        "all 6 members": "all 11 members",
        "has 3 ready nodes": "has 6 ready nodes",
        "has 3 ready masters": "has 5 ready masters",
        "etcd has 3 healthy members": "etcd has 5 healthy members",
        "a majority is 2": "a majority is 3",
    },
}
PRIVATE: Mapping[str, Mapping[str, str]] = {
    "provision/platform.yaml": {
        "region: eu-west-1\n": "region: eu-central-1\n",
        "zones: [eu-west-1a, eu-west-1b, eu-west-1c]": "zones: [eu-central-1a, eu-central-1b, eu-central-1c]",
        "controller: nginx": "controller: skipper",
        "zone: public ": "zone: private ",
    },
    "features": {"eu-west-1": "eu-central-1", "zone is a public one": "zone is a private one"},
}
VOTES = "features/quorum/losing_masters.feature::Every master has a vote"
JUDGED = ("features/cluster/machines.feature", "features/cluster/network.feature", "features/dns/records.feature")


@pytest.fixture
def changed(sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """The copy of the project with another platform.yaml and other features, which are undone."""
    before: dict[Path, str] = {}
    for where, changes in request.param.items():
        place = sandbox.root / where
        for file in [place] if place.is_file() else sorted(place.rglob("*.feature")):
            before[file] = text = file.read_text("utf-8")
            for old, new in changes.items():
                text = text.replace(old, new)
            file.write_text(text, "utf-8")
    yield sandbox
    sandbox.run("down", "--team", TEAM)
    for file, text in before.items():
        file.write_text(text, "utf-8")


TEAM = "params"


@pytest.mark.parametrize("changed", [ELSEWHERE_AND_LARGER], indirect=True)
def test_elsewhere_larger_and_by_another_controller(changed: Sandbox) -> None:
    """Five masters and six nodes in six zones of another region, with another network, domain and controller."""
    more = "features/ingress/controllers.feature", "features/access", "features/isolation"
    verdicts = _stood_up_and_judged(changed, *JUDGED, *more, VOTES)
    for place in ("cluster/machines.feature::Masters and nodes are spread over the zones",
                  "cluster/network.feature::The network has the agreed range",
                  "dns/records.feature::Every service has a record",
                  "ingress/controllers.feature::A ready controller on each node"):  # fmt: skip
        assert "simulated" == verdicts[f"features/{place}"]
    assert "simulated" == verdicts[VOTES]


@pytest.mark.parametrize("changed", [PRIVATE], indirect=True)
def test_a_private_platform(changed: Sandbox) -> None:
    """Names lead to private addresses, within the network; what comes from outside is not provable."""
    verdicts = _stood_up_and_judged(changed, *JUDGED, "features/dns/following.feature")
    given_up = {name for name, verdict in verdicts.items() if "/dns/" in name and verdict == "not provable"}
    records = "features/dns/records.feature::"
    assert given_up == {
        f"{records}The zone is delegated",
        f"{records}A health check for each node",
        f"{records}Answers depend on health",
    }


def _stood_up_and_judged(sandbox: Sandbox, *features: str) -> dict[str, str]:
    code, said = sandbox.run("lint")
    assert 0 == code, said
    code, said = sandbox.run("up", "--team", TEAM)
    assert 0 == code, said
    base = sandbox.temp / "base"
    code, said = sandbox.run("verify", "--team", TEAM, f"--basetemp={base}", *features)
    shutil.rmtree(base, ignore_errors=True)
    assert 0 == code, re.sub(r"(?s).*(=+ FAILURES)", r"\1", said)[-6000:]
    verdicts = sandbox.verdicts()
    assert {"proven", "simulated", "not provable"} >= set(verdicts.values())
    return verdicts
