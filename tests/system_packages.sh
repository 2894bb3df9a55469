#!/bin/sh
# Install Chromium and a Chinese font for the browser tests, where that is allowed and needed.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
  command -v google-chrome >/dev/null 2>&1 || missing="chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "browser tests will be skipped: install$missing (apt-get install$missing)" >&2
  exit 0
fi
echo "installing $missing for the browser tests" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing fontconfig; } \
  >/dev/null 2>&1 || echo "could not install$missing: browser tests will be skipped" >&2
exit 0
