# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: formatting, static analysis, layers.

help_lint() {
    cat <<'TEXT'
Usage: ./dev lint [--since REVISION | --all]

Checks formatting (clang-format), layers (who includes whom, who links whom), that the library's reference is complete
(Doxygen), and what clang-tidy finds.

  --since REVISION  clang-tidy looks at files changed since then (the default: since this branch left the main one; on
                    the main branch itself, in its last twenty commits)
  --all             clang-tidy looks at every file
TEXT
}

lint_format() {
    note "Formatting"
    local version
    version=$(clang-format --version | grep -o 'version [0-9]*')
    [ "$version" = "version 14" ] || fail "clang-format 14 is needed, this is ${version:-unknown}"
    git ls-files -z -- 'app/*.cpp' 'app/*.h' 'examples/*.cpp' 'examples/*.h' 'lib/*.cpp' 'lib/*.h' \
        'tests/*.cpp' 'tests/*.h' |
        xargs -0 -n 40 -P "$(jobs_here)" clang-format --dry-run --Werror
}

lint_layers() {
    note "Layers"
    python3 "$root/cmake/dev/layers.py" "$root"
}

# The sources that clang-tidy is to look at, NUL-separated.
tidy_sources() {
    local since=$1
    if [ -n "$since" ]; then
        git diff --name-only -z --diff-filter=d "$since" -- 'app/*.cpp' 'examples/*.cpp' 'lib/*.cpp'
    else
        git ls-files -z -- 'app/*.cpp' 'examples/*.cpp' 'lib/*.cpp'
    fi
}

# The compiler's commands for clang-tidy. It cannot read GCC's precompiled headers, but takes the file next to such a header for
# one of its own.
tidy_commands() {
    mkdir -p build/dev/lint
    sed -E 's/ -(Winvalid-pch|fpch-preprocess|include [^ "]*cmake_pch\.hxx)//g' build/dev/compile_commands.json \
        > build/dev/lint/compile_commands.json
}

lint_tidy() {
    local since=$1
    note "Static analysis${since:+ of what changed since $since}"
    tidy_commands
    # clang 14 has coroutines, but does not announce them in the way that libstdc++'s header asks for.
    tidy_sources "$since" | xargs -0 -r -n 1 -P "$(jobs_here)" \
        clang-tidy -p build/dev/lint --quiet --extra-arg=-D__cpp_impl_coroutine=201902L \
        --extra-arg=-DBOOST_ASIO_HAS_CO_AWAIT=1 \
        --extra-arg=-Wno-unknown-warning-option 2> >(grep -v -E '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use ' >&2)
}

cmd_lint() {
    local since=""
    if [ "${1:-}" = --since ]; then
        since=${2:?--since needs a revision}
    elif [ "${1:-}" != --all ]; then
        since=$(git merge-base HEAD origin/main 2>/dev/null || true)
        if [ -z "$since" ] || [ "$since" = "$(git rev-parse HEAD)" ]; then
            since=$(git log -n 1 --skip=20 --first-parent --format=%H)
        fi
    fi
    [ -f build/dev/compile_commands.json ] || build_preset dev
    lint_format
    lint_layers
    write_reference
    lint_tidy "$since"
}
