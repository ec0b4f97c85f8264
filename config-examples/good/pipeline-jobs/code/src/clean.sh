#!/bin/bash
set -eu
echo "cleaning with $*"
