#!/usr/bin/env bash
# Make sure there is a Chromium for the browser tests; prints nothing when there is.
#
# Debian's headless shell is the same browser without its own windows, and a third quicker. A whole Chromium does too.
set -eu
if command -v chromium-headless-shell >/dev/null 2>&1; then exit 0; fi
whole=""
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then whole="$name"; fi
done
as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
if ! command -v apt-get >/dev/null 2>&1; then
  if [ -n "$whole" ]; then exit 0; fi
  echo "The browser tests need Chromium: install it with your package manager, so that \`chromium\` is on the PATH." >&2
  exit 1
fi
if [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; then
  if [ -n "$whole" ]; then exit 0; fi
  echo "The browser tests need Chromium: run \`sudo apt-get install chromium-headless-shell\` once, then again." >&2
  exit 1
fi
if [ -z "$whole" ]; then echo "installing Chromium for the browser tests …"; fi
export DEBIAN_FRONTEND=noninteractive
get() { $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1; }
$as_root apt-get update -qq >/dev/null 2>&1 || true
# Ubuntu has no headless shell of its own.
if get chromium-headless-shell || [ -n "$whole" ] || get chromium; then exit 0; fi
echo "Chromium for the browser tests could not be installed; \`apt-get install chromium\` says why." >&2
exit 1
