"""Debian's packages: pinned by version and hash, had from its archive or a snapshot, unpacked or installed."""
