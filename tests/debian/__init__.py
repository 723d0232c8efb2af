"""Tests of what is had of Debian."""
