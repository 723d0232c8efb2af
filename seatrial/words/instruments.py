"""The observers that the ready words ask; a project that gives its own by the same name is asked instead."""

from __future__ import annotations

from seatrial.scenarios.fixtures import instrument

api = instrument("api")
cluster = instrument("cluster")
http = instrument("http")
names = instrument("names")
