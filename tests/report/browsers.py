"""A real headless Chromium, and what npm has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--force-prefers-reduced-motion",  # where a click leads to is there at once
)
_PACKAGES = Path(__file__).with_name("browser")
_NPM_SECONDS = 300.0


@contextmanager
def chromium(width: int = 1280, height: int = 1000) -> Iterator[Any]:
    """Start Chromium; skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if not found or not driver:
        pytest.skip("no Chromium here: install the packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = found
    for option in (*_OPTIONS, f"--window-size={width},{height}"):
        options.add_argument(option)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # root has none
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as folder:
        service = webdriver.ChromeService(driver, env={**os.environ, "TMPDIR": folder})  # it leaves folders there
        browser = webdriver.Chrome(options=options, service=service)
        try:
            yield browser
        finally:
            browser.quit()


def package(path: str, folder: Path, pinned: Path = _PACKAGES) -> Path:
    """Return a file of an npm package, installed below *folder* as *pinned*; skip the test where npm cannot have it."""
    if not shutil.which("npm"):
        pytest.skip("no npm here, which would install what the page is tested with")
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for file in pinned.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_NPM_SECONDS, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install the pinned packages: {done.stderr.strip()[-300:]}")
    return folder / "node_modules" / path
