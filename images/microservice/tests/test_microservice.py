"""What a push of the microservice is tested by, with nothing but what it runs with."""

from __future__ import annotations

import unittest

from microservice.entries import LONGEST, Entries, UnfitError
from microservice.settings import settings_from


class Settings(unittest.TestCase):
    """The environment says what an instance is."""

    def test_without_any(self) -> None:
        """What nobody says is as agreed."""
        settings = settings_from({"POD_NAME": "msvc1-abc"})
        self.assertEqual((8899, "microservice", 2.0), (settings.port, settings.service, settings.drain_seconds))

    def test_a_number_that_is_none(self) -> None:
        """The message names the variable."""
        for text in ("many", "-1"):
            with self.assertRaisesRegex(ValueError, "PORT: expected a number that is not negative"):
                settings_from({"PORT": text})


class Texts(unittest.TestCase):
    """An entry is refused before the database is asked."""

    def test_unfit(self) -> None:
        """Neither nothing nor too much is stored."""
        entries = Entries("mongodb://127.0.0.1:1/test")
        try:
            for text in (None, "", "  ", "x" * (LONGEST + 1)):
                with self.assertRaises(UnfitError):
                    entries.add(text)
        finally:
            entries.close()


if __name__ == "__main__":
    unittest.main()
