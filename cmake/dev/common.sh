# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: what its commands share.

note() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

fail() {
    printf 'dev: %s\n' "$*" >&2
    exit 1
}

# The number of jobs that this machine can run at once.
jobs_here() { nproc; }
