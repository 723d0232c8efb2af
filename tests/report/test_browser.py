"""The living document in a real browser: no error, no barrier, and an answer in three clicks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seatrial.report import writer

from .browsers import chromium, package
from .runs import run, scenario, step

AXE = """
const done = arguments[arguments.length - 1];
axe.run({resultTypes: ["violations"]}).then((found) => done(found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes.length} times ${one.nodes[0].html.slice(0, 120)}`)));
"""
LOOK: dict[str, Any] = {
    "asked": ["dns.resolve(msvc1.team1.example.com)"],
    "observed": [],
    "table": [["", "ttl", "addresses"], ["msvc1.team1.example.com", "300", "172.20.32.5 172.20.64.5"]],
    "mismatches": [],
    "as_expected": 1,
    "held": True,
    "looks": 3,
    "seconds": 0.7,
    "limit": 20.0,
    "mode": "eventually",
}
PICTURE = {
    "machines": [
        {
            "name": f"{role}-{zone}",
            "zone": f"eu-west-1{zone}",
            "role": role,
            "ready": zone != "b",
            "address": f"172.20.{number}.5",
            "detail": "t2.large",
            "residents": [{"name": "msvc1-abc", "group": "microservices", "ready": True}],
        }
        for number, zone in enumerate("abc")
        for role in ("master", "node")
    ],
    "names": {"msvc1": ["172.20.0.5", "172.20.1.5"], "msvc2": ["172.20.0.5", "172.20.1.5"]},
    "stages": [{"name": "cluster", "began": 1.0, "seconds": 5.0, "gates": {"the API answers": 2.0}}],
    "components": {"kubernetes": "1.36.1"},
    "things": [{"kind": "Service", "name": "kibana", "group": "backing", "declared": True, "live": True}],
}
TRAFFIC = {
    "requests": "the page of msvc1",
    "sent": 40,
    "failed": 3,
    "longest_gap": 1.2,
    "seconds": 4.0,
    "bucket_seconds": 0.1,
    "course": [{"at": n / 10, "sent": 1, "failed": int(n in (5, 6, 7))} for n in range(40)],
}
WRITES = {
    "writes": "numbered notes",
    "seconds": 4.0,
    "operations": [
        {
            "client": client,
            "number": n + 1,
            "value": f"{client}-{n + 1}",
            "began": n / 5,
            "ended": n / 5 + (1.0 if n in (8, 9) else 0.1),
            "outcome": {8: "unknown", 9: "unknown", 10: "refused"}.get(n, "acknowledged"),
            "revision": None,
            "trouble": "",
        }
        for client in "abc"
        for n in range(18)
    ],
    "findings": [{"kind": "lost", "value": "b-4", "says": "not found, though it was acknowledged"}],
}
DNS = [
    scenario("Every service has a record", steps=[step('a name "msvc1"', looks=[LOOK])], rule="Names", tags=["slow"]),
    scenario(
        "A failed node leaves",
        "failed",
        files=["evidence/dns-names-2/traffic-1.json", "evidence/dns-names-2/writes-1.json"],
        evidence="evidence/x",
    ),
    scenario(
        "A node is lost",
        "simulated",
        happened=[{"at": 0.1, "kind": "done", "what": "stop i-1"}, {"at": 0.5, "kind": "undone", "what": "stop i-1"}],
    ),
    scenario("Not here", "not provable", reason="local has no radio"),
    scenario("Broken", "error"),
    scenario("Unknown", "undefined", steps=[step(outcome="undefined", word="", pattern="")]),
]
MANY = [
    scenario(
        f"Scenario {number}",
        nodeid=f"features/c{number % 9}/f.feature::Scenario {number}",
        concern=f"c{number % 9}",
        file=f"features/c{number % 9}/f.feature",
        steps=[step(looks=[LOOK | {"table": [LOOK["table"][0], *LOOK["table"][1:] * 12]}] * 2) for _ in range(5)],
    )
    for number in range(100)
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of runs on two targets."""
    home = tmp_path_factory.mktemp("report")
    _write(home, run(*DNS, complete=False), "local")
    _write(home, run(*DNS[:3], target="kind", git=None), "kind")
    (home / "local" / "picture.json").write_text(json.dumps(PICTURE))
    evidence = home / "local" / "evidence" / "dns-names-2"
    evidence.mkdir(parents=True)
    (evidence / "traffic-1.json").write_text(json.dumps(TRAFFIC))
    (evidence / "writes-1.json").write_text(json.dumps(WRITES))
    return writer.write_book(home, home, ["the bell is heard (steps/bells.py:3)"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker."""
    return package("axe-core/axe.min.js", tmp_path_factory.mktemp("npm")).read_text()


def test_size(tmp_path: Path) -> None:
    """A hundred scenarios with much evidence, on three targets, stay below 3 MB."""
    for target in ("local", "kind", "aws"):
        _write(tmp_path, run(*MANY, target=target), target)
    assert 3_000_000 > writer.write_book(tmp_path, tmp_path).stat().st_size


def test_nothing_is_loaded(report: Path) -> None:
    """The page refers to nothing but files beside it."""
    text = report.read_text()
    assert "http:" not in text.replace("http://www.w3.org", "")
    assert "https:" not in text
    assert "@import" not in text


def test_no_error(browser: Any, report: Path) -> None:
    """The page opens from disk without a word in the console, and its title says what it is."""
    _open(browser, report)
    assert "What was agreed, and what was proven - Seatrial" == browser.title
    assert [] == browser.get_log("browser")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_barrier(browser: Any, report: Path, axe: str, scheme: str, width: int) -> None:
    """Axe finds nothing serious, in light and dark, wide and narrow, closed and with everything open."""
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        _open(browser, report)
        assert scheme == browser.execute_script("return document.documentElement.dataset.theme")
        assert width >= browser.execute_script("return document.documentElement.scrollWidth")
        browser.execute_script(axe)
        assert [] == browser.execute_async_script(AXE)
        browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
        assert [] == browser.execute_async_script(AXE)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_three_clicks(browser: Any, report: Path) -> None:
    """What was agreed about DNS, whether it was proven, how, and since when, is found in three clicks."""
    _open(browser, report)
    _click(browser, "nav a[href='#dns']")
    _click(browser, "#features-dns-names-feature-every-service-has-a-record > summary")
    _click(browser, "#features-dns-names-feature-every-service-has-a-record .evidence > summary")
    seen = _one(browser, "#features-dns-names-feature-every-service-has-a-record").text
    for told in (
        "local ✓ proven",
        "since 2026-01-02",
        'a name "msvc1"',
        "dns.resolve(msvc1",
        "held after 700 ms of 20 s",
    ):
        assert told in seen
    assert _one(browser, "#features-dns-names-feature-every-service-has-a-record").is_displayed()


def test_filters(browser: Any, report: Path) -> None:
    """Words, verdicts, targets and tags narrow the page down; a reset brings everything back."""
    _open(browser, report)
    assert "6 of 6 scenarios" == _count(browser)
    _one(browser, "#find").send_keys("radio")
    assert "1 of 6 scenarios" == _count(browser)
    _click(browser, "button[type=reset]")
    _until(browser, "6 of 6 scenarios")
    _click(browser, "button[data-verdict=failed]")
    assert "1 of 6 scenarios" == _count(browser)
    _click(browser, "button[data-verdict='not in this run']")
    assert "4 of 6 scenarios" == _count(browser)
    browser.execute_script(
        "const t = document.getElementById('target'); t.value = 'local';"
        "t.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert "1 of 6 scenarios" == _count(browser)
    _click(browser, "button[type=reset]")
    _until(browser, "6 of 6 scenarios")
    _one(browser, "#tag").send_keys("slow")
    assert "1 of 6 scenarios" == _count(browser)


def test_keyboard(browser: Any, report: Path) -> None:
    """The first stop leads past the navigation, the search is near, and a scenario opens by a key."""
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    _open(browser, report)
    body = _one(browser, "body")
    body.send_keys(keys.TAB)
    assert "Skip to the specification" == browser.switch_to.active_element.text
    _one(browser, "#find").send_keys("Every service")
    summary = _one(browser, "#features-dns-names-feature-every-service-has-a-record > summary")
    summary.send_keys(keys.ENTER)
    assert _one(browser, "#features-dns-names-feature-every-service-has-a-record").get_attribute("open")


def test_pictures(browser: Any, report: Path) -> None:
    """There is a map, a standup, traffic, a history and a course, each with words for whoever cannot see it."""
    _open(browser, report)
    labels = [one.get_attribute("aria-label") for one in browser.find_elements("css selector", "svg[role=img]")]
    history = "45 acknowledged, 3 refused, 6 of unknown outcome, 1 lost"
    for told in ("6 machines in 3", "The standup in 5.0 s", "40 sent, 3 failed", history, "The course of the scenario"):
        assert any(told in label for label in labels), told


def test_print(browser: Any, report: Path) -> None:
    """On paper everything is open, and what only a screen needs is left out."""
    _open(browser, report)
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert 0 == browser.execute_script("return document.querySelectorAll('main details:not([open])').length")
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not _one(browser, "nav").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def _write(home: Path, found: dict[str, Any], target: str) -> None:
    folder = home / target
    folder.mkdir(parents=True)
    writer.write_run(found, folder, home)


def _open(browser: Any, page: Path) -> None:
    browser.get(page.as_uri())
    browser.execute_script("try { localStorage.clear() } catch {}")


def _one(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def _click(browser: Any, selector: str) -> None:
    _one(browser, selector).click()


def _count(browser: Any) -> str:
    return str(_one(browser, "#count").text)


def _until(browser: Any, text: str) -> None:
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    wait(browser, 20).until(lambda found: _count(found) == text)
