"""``seatrial images``: the images that platforms are made of, and how they are had."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from seatrial.errors import UsageError
from seatrial.provisioning.contract import Billed, ImageRow, Stocked
from seatrial.provisioning.loading import load
from seatrial.provisioning.progress import Progress

app = typer.Typer(help="The images of the platform: what they are, and building those that are not pulled.")


@app.command()
def build() -> None:
    """Build every image that can be built here, each once: what a network without registries of images needs."""
    _show(_stocked().images(Progress(), build=True))


@app.command()
def status() -> None:
    """Say what each image is: the real one, one that stands in for it, or nothing."""
    _show(_stocked().images(Progress(), build=False))


@app.command()
def sbom(
    names: Annotated[
        list[str] | None, typer.Argument(help="The wheel (seatrial) or images that are made here; all when left out.")
    ] = None,
) -> None:
    """Write what the wheel and the images that are made here hold of others' work, with hashes, as CycloneDX JSON."""
    provisioning = load(Path.cwd())
    if not isinstance(provisioning, Billed):
        raise UsageError("this project's provisioning does not say what its images are made of")
    sys.stdout.write(provisioning.bill(names or []) + "\n")


def _stocked() -> Stocked:
    provisioning = load(Path.cwd())
    if not isinstance(provisioning, Stocked):
        raise UsageError("this project's provisioning has no images of its own")
    return provisioning


def _show(rows: Sequence[ImageRow]) -> None:
    table = Table(box=None)
    for heading in ("image", "is", "what", "MB"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "MB" else "left")
    for row in rows:
        table.add_row(row.name, row.source, row.what, f"{row.size / 1e6:.0f}" if row.size else "")
    Console().print(table)
