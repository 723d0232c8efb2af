"""Tests of the harness, through a small project of another team that stands a platform of its own up."""
