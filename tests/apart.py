"""What a pytest that a test starts does without."""

from __future__ import annotations

WITHOUT = ("-p", "no:hypothesispytest", "-p", "no:anyio")
"""Its plugin imports all of hypothesis to close each session's summary: as dear as the rest of a short run."""
