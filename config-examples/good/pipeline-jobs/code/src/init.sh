#!/bin/bash
set -eu
echo "preparing $(basename "$PWD")"
