#!/usr/bin/env bash
# Make sure there is a Chromium for the browser tests; prints nothing when there is.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The browser tests need Chromium: install it with your package manager, so that \`chromium\` is on the PATH." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
    echo "The browser tests need Chromium: run \`sudo apt-get install chromium\` once, then again." >&2
    exit 1
  fi
  as_root="sudo"
fi
echo "installing Chromium for the browser tests …"
export DEBIAN_FRONTEND=noninteractive
${as_root:-} apt-get update -qq
${as_root:-} apt-get install -y -qq --no-install-recommends chromium >/dev/null
