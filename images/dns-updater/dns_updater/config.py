"""The settings, read from environment variables, with every mistake reported at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_TEAM = re.compile(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?")
_ZONE = re.compile(rf"{_LABEL}(\.{_LABEL})+\.?")
_PAIR = re.compile(r"[A-Za-z0-9./_-]+=[A-Za-z0-9._-]*")


class ConfigError(ValueError):
    """The environment does not describe valid settings; its text has a line for each mistake."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the updater.

    Attributes:
        team: Id of the platform; its mark stands in everything that the updater makes.
        zone: Name of the hosted zone without the last dot; empty when only its id is given.
        zone_id: Id of the hosted zone; empty when it is to be found by name.
        ttl: Time to live of the records, in seconds.
        address_type: Which of a node's addresses is published: ``InternalIP`` or ``ExternalIP``.
        ingress_namespace: Where the ingress controller's pods are.
        ingress_selector: Labels by which its pods are known.
        check_type: ``HTTP``, ``HTTPS`` or ``TCP``.
        check_port: Port that the health checks ask.
        check_path: Path that the health checks ask; not used by ``TCP``.
        check_interval: Seconds between two checks: 10 or 30.
        check_threshold: Number of checks in a row that change a node's health.
        resync: Seconds between two looks at the whole zone.
    """

    team: str
    zone: str
    zone_id: str
    ttl: int
    address_type: str
    ingress_namespace: str
    ingress_selector: dict[str, str]
    check_type: str
    check_port: int
    check_path: str
    check_interval: int
    check_threshold: int
    resync: float

    @property
    def mark(self) -> str:
        """Give the prefix of set identifiers and caller references by which the updater knows its own."""
        return f"seatrial/{self.team}/"


class _Reader:
    """Reads variables, and gathers what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.mistakes: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def matching(self, name: str, default: str, pattern: re.Pattern[str], example: str) -> str:
        value = self.text(name, default)
        if value and not pattern.fullmatch(value):
            self.mistakes.append(f"{name}: expected something like {example}, got {value!r}")
        return value

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in choices:
            self.mistakes.append(f"{name}: expected one of {', '.join(choices)}, got {value!r}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            self.mistakes.append(f"{name}: expected a whole number from {least} to {most}, got {value!r}")
            return default
        return int(value)

    def labels(self, name: str, default: str) -> dict[str, str]:
        pairs = [pair.strip() for pair in self.text(name, default).split(",")]
        wrong = [pair for pair in pairs if not _PAIR.fullmatch(pair)]
        if wrong:
            self.mistakes.append(f"{name}: expected label=value pairs with commas between them, got {wrong[0]!r}")
            return {}
        return dict(pair.split("=", 1) for pair in pairs)


def settings_from(env: Mapping[str, str]) -> Settings:
    """Read the settings from the environment *env*.

    Raises:
        ConfigError: If a variable is missing or wrong; all of them are named.
    """
    read = _Reader(env)
    settings = Settings(
        team=read.matching("TEAM", "", _TEAM, "team1 (at most 32 letters, digits and dashes)"),
        zone=read.matching("ZONE", "", _ZONE, "team1.example.com").rstrip("."),
        zone_id=read.text("HOSTED_ZONE_ID", "").removeprefix("/hostedzone/"),
        ttl=read.number("TTL", 300, 1, 172_800),
        address_type=read.choice("ADDRESS_TYPE", "InternalIP", ("InternalIP", "ExternalIP")),
        ingress_namespace=read.text("INGRESS_NAMESPACE", "ingress"),
        ingress_selector=read.labels("INGRESS_SELECTOR", "app.kubernetes.io/component=ingress-controller"),
        check_type=read.choice("HEALTH_CHECK_TYPE", "HTTP", ("HTTP", "HTTPS", "TCP")),
        check_port=read.number("HEALTH_CHECK_PORT", 18080, 1, 65_535),
        check_path=read.matching("HEALTH_CHECK_PATH", "/healthz", re.compile(r"/\S*"), "/healthz"),
        check_interval=int(read.choice("HEALTH_CHECK_INTERVAL", "10", ("10", "30")) or 0),
        check_threshold=read.number("HEALTH_CHECK_THRESHOLD", 3, 1, 10),
        resync=float(read.number("RESYNC_SECONDS", 30, 1, 86_400)),
    )
    if not settings.team:
        read.mistakes.append("TEAM: expected the platform's id, got nothing")
    if not settings.zone and not settings.zone_id:
        read.mistakes.append("ZONE: expected the name of the hosted zone (or its id in HOSTED_ZONE_ID), got nothing")
    if read.mistakes:
        raise ConfigError("\n".join(read.mistakes))
    return settings
