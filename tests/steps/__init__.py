"""Tests of the words and of how they look at the platform."""
