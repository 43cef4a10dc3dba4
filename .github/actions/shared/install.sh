#!/usr/bin/env bash
# Installs the command line into a folder of its own: the version in INPUT_VERSION, or the one of this commit.
set -eo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$INPUT_VERSION
if [ -z "$version" ]; then
  version=$(node -p 'require(process.argv[1]).version' "$here/../../../packages/cli/package.json")
fi
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  echo 'error: the input version must be a version such as 0.1.0' >&2
  exit 2
fi
folder=$RUNNER_TEMP/videocloud-webhooks
mkdir -p "$folder"
npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts "@videocloud/webhooks-cli@$version"
