"""Tests of the recorded state and of processes."""
