"""Proves the verification: what is broken behind a scenario's back is found, and named."""
