"""Logs: lines of JSON on stdout."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    """Writes a record, with all that was given as ``extra``, as one line of JSON."""

    def __init__(self, **always: str) -> None:
        """Take what stands in every line."""
        super().__init__()
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        """Write *record*."""
        document = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **self._always,
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        if record.exc_info:
            document["error"] = self.formatException(record.exc_info)
        return json.dumps(document, default=str)


def set_up(**always: str) -> None:
    """Write all logs to stdout, with what stands in every line."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(**always))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("pymongo").setLevel(logging.WARNING)
