"""The only place that wires the words, the provisioning and the harness together."""

from __future__ import annotations

from pathlib import Path

from seatrial import instrument

_STEPS = Path(__file__).with_name("steps")

pytest_plugins = [f"steps.{file.stem}" for file in sorted(_STEPS.glob("[!_]*.py"))]


accounts = instrument("accounts")
admission = instrument("admission")
aws = instrument("aws")
belongings = instrument("belongings")
cluster = instrument("cluster")
concourse = instrument("concourse")
containers = instrument("containers")
delegation = instrument("delegation")
delivery = instrument("delivery")
dns = instrument("dns")
drift = instrument("drift")
estate_drift = instrument("estate_drift")
etcd = instrument("etcd")
hosts = instrument("hosts")
http = instrument("http")
logs = instrument("logs")
member = instrument("member")
metrics = instrument("metrics")
mongodb = instrument("mongodb")
policies = instrument("policies")
second = instrument("second")
standup = instrument("standup")
strangers = instrument("strangers")
tools_image = instrument("tools_image")
upgrade = instrument("upgrade")
