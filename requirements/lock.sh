#!/bin/sh
# Pins what pyproject.toml asks for: verify.txt is enough to verify a platform, dev.txt adds tests and linters.
set -eu
compile="$1 --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --no-emit-options --no-header --no-annotate --allow-unsafe"
$compile --extra build --extra rehearsal --output-file requirements/verify.txt pyproject.toml
$compile --extra build --extra rehearsal --extra test --extra lint --constraint requirements/verify.txt \
  --output-file requirements/dev.txt pyproject.toml
$compile --output-file requirements/uv.txt requirements/uv.in
