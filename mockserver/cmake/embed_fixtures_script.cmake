# Run by timock_embed_files: FILES (name=path, separated by |), HEADER, NAMESPACE, FUNCTION, OUTPUT.
string(REPLACE "|" ";" files "${FILES}")
# A file may be longer than the 65,536 bytes that the standard asks of every compiler.
set(source "// Generated.\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n#include \"${HEADER}\"\n\n")
string(APPEND source "#include <utility>\n\nnamespace ${NAMESPACE} {\nnamespace {\n\n")
string(APPEND source "constexpr std::pair<std::string_view, std::string_view> kFiles[] = {\n")
foreach(file IN LISTS files)
  string(REGEX REPLACE "=.*" "" name "${file}")
  string(REGEX REPLACE "^[^=]*=" "" path "${file}")
  file(READ "${path}" text)
  string(APPEND source "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
string(APPEND source "};\n\n}  // namespace\n\nstd::string_view ${FUNCTION}(std::string_view wanted) {\n"
  "  for (const auto& [name, text] : kFiles) {\n    if (name == wanted) return text;\n  }\n"
  "  return {};\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${source}")
