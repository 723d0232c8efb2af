"""From feature files to verdicts: what is planned, how it is run, and what came of it."""
