"""The table of prices: ``prices.yaml``, or a file of the user's own."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.errors import UsageError

PRICES = "SEATRIAL_PRICES"
"""The variable that names a file of the user's own."""
FILE = Path(__file__).with_name("prices.yaml")

Price = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(_Strict):
    """A region's prices: machines and an address an hour, volumes and storage a GiB and a month."""

    machines: Mapping[str, Price]
    volumes: Mapping[str, Price]
    address: Price
    storage: Price


class Everywhere(_Strict):
    """Prices of what is in no region, a month."""

    zone: Price
    health_check: Price
    fast_interval: Price


class Prices(_Strict):
    """A table of prices: where it is from, of which day, in what currency, how many hours a month is reckoned."""

    source: Annotated[str, Field(min_length=1)]
    date: dt.date
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    month: Annotated[int, Field(ge=1, le=744)]
    regions: Mapping[str, Region]
    everywhere: Everywhere


def chosen() -> Path:
    """Return the file of the prices that are meant: the user's own, else ours."""
    return Path(os.environ.get(PRICES) or FILE)


def read(file: Path) -> Prices:
    """Read a table of prices.

    Raises:
        UsageError: If it is none; the message names the file and every field that is wrong.
    """
    try:
        return Prices.model_validate(next(yaml.load_all(bounded_yaml.read(file), Loader=bounded_yaml.LOADER), None))
    except ValidationError as error:
        wrong = [f"{file}: {'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors()]
        raise UsageError("\n".join([*wrong, f"expected a table as {FILE.name} is one"])) from error
    except BoundsError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}; {PRICES} names a table of prices") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not YAML: {error}") from error
