"""Tests of the toolchain, against a real web server on loopback and a real Go."""
