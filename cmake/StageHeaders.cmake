# SPDX-License-Identifier: Apache-2.0
# Run by an installation: copies `headers` from `source_folder` to `stage`, their includes of each other made absolute. So a
# project's own "core/error.h" is never taken for ours, nor ours for its.
file(REMOVE_RECURSE ${stage})
foreach(header IN LISTS headers)
  file(READ ${source_folder}/${header} text)
  string(REGEX REPLACE "#include \"([a-z]+/[a-z0-9_]+\\.h)\"" "#include <KoyebQt/\\1>" text "${text}")
  file(WRITE ${stage}/${header} "${text}")
endforeach()
