#!/bin/sh
# Pins what pyproject.toml asks for: verify.txt is enough to verify a platform, dev.txt adds tests and linters.
set -eu
compile="$1 --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --no-emit-options --no-header --no-annotate --allow-unsafe"
groups=$(mktemp -d)
trap 'rm -r "$groups"' EXIT
python="$(dirname "$1")/python"
"$python" requirements/groups.py platform rehearsal build >"$groups/verify.in"
"$python" requirements/groups.py platform rehearsal build test lint docs >"$groups/dev.in"
$compile --output-file requirements/verify.txt pyproject.toml "$groups/verify.in"
$compile --constraint requirements/verify.txt --output-file requirements/dev.txt pyproject.toml "$groups/dev.in"
$compile --output-file requirements/uv.txt requirements/uv.in
$compile --output-file images/tools/awscli.lock images/tools/awscli.in
