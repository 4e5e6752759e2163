# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: the library's reference.

help_docs() {
    cat <<'TEXT'
Usage: ./dev docs

Writes the library's reference to build/docs/html, from the comments in the headers that are installed and docs/library.md.
Fails when something public has no comment.
TEXT
}

# Needs build/dev configured, not built.
write_reference() {
    note "Reference"
    mkdir -p build/docs
    doxygen build/dev/Doxyfile || fail "the library's reference is incomplete, or a comment in it is wrong"
}

cmd_docs() {
    configure_preset dev
    write_reference
    printf '%s\n' "$root/build/docs/html/index.html"
}
