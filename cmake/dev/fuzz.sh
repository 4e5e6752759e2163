# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: the fuzz targets of tests/fuzz.

help_fuzz() {
    cat <<TEXT
Usage: ./dev fuzz [TARGET…] [--seconds N]

Gives hostile bytes to what reads them, as many at a time as there are processors, and stops at what should not happen.
Begins with the seeds in tests/fuzz/corpus and what earlier runs found worth keeping in build/fuzz/corpus.

  TARGET       one of: $(fuzz_names | tr '\n' ' ')(all when left out)
  --seconds N  how long each is run: 600 when left out

An input that is a finding is named, and kept in build/fuzz/findings. Run it again with
build/fuzz/tests/fuzz/fuzz_TARGET FILE; once it is mended, it belongs into tests/fuzz/corpus/TARGET.
TEXT
}

fuzz_names() {
    local source
    for source in "$root"/tests/fuzz/fuzz_*.cpp; do
        basename "$source" .cpp | cut -c6-
    done
}

# fuzz_one NAME SECONDS SEED. Succeeds when it ran that long, beyond its seeds, and found nothing.
fuzz_one() {
    local name=$1 seconds=$2 seed=$3 executed seeds
    local log=build/fuzz/$name.log
    mkdir -p "build/fuzz/corpus/$name" build/fuzz/findings
    # Where the seeds do not lie, it writes what it finds worth keeping.
    if ! ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS='' \
        "build/fuzz/tests/fuzz/fuzz_$name" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" \
        -dict="tests/fuzz/$name.dict" -artifact_prefix="build/fuzz/findings/$name-" -max_len=4096 \
        -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        grep -v -E '^#[0-9]+' "$log" | tail -n 60 >&2
        note "fuzz $name: a finding, ${log}; the input is $(grep -o 'build/fuzz/findings/[^ ]*' "$log" | tail -n 1)"
        return 1
    fi
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    seeds=$(find "tests/fuzz/corpus/$name" -type f | wc -l)
    if [ "${executed:-0}" -le "$seeds" ] || [ "$seeds" -eq 0 ]; then
        note "fuzz $name: nothing was run beyond the seeds, see $log"
        return 1
    fi
    note "fuzz $name: $executed inputs in $seconds s, no finding"
}

# fuzz_targets SECONDS SEED NAME… (a SEED of 0 is a new one each time)
fuzz_targets() {
    local seconds=$1 seed=$2 name passed
    shift 2
    build_preset fuzz
    note "Fuzzing for $seconds s each: $*"
    passed=$(mktemp -d)
    for name in "$@"; do
        while [ "$(jobs -rp | wc -l)" -ge "$(jobs_here)" ]; do
            sleep 1
        done
        { fuzz_one "$name" "$seconds" "$seed" && touch "$passed/$name"; } &
    done
    wait
    # Only a mark of its own shows that a target ran and found nothing.
    local -a failed=()
    for name in "$@"; do
        [ -e "$passed/$name" ] || failed+=("$name")
    done
    rm -rf "$passed"
    [ ${#failed[@]} -eq 0 ] || fail "these fuzz targets failed: ${failed[*]}"
}

cmd_fuzz() {
    local seconds=600
    local -a names=()
    while [ $# -gt 0 ]; do
        case "$1" in
            --seconds)
                seconds=${2:?--seconds needs a number}
                [[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "fuzz: '$seconds' is no number of seconds"
                shift
                ;;
            *)
                [ -f "tests/fuzz/fuzz_$1.cpp" ] || fail "fuzz: there is no target '$1'; ./dev fuzz --help lists them"
                names+=("$1")
                ;;
        esac
        shift
    done
    [ ${#names[@]} -gt 0 ] || mapfile -t names < <(fuzz_names)
    fuzz_targets "$seconds" 0 "${names[@]}"
}
