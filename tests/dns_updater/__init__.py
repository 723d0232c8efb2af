"""Tests of the DNS updater."""
