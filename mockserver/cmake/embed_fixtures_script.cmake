# Run by timock_embed_fixtures: ROOT, NAMES (separated by |), OUTPUT, HEADER, NAMESPACE.
string(REPLACE "|" ";" names "${NAMES}")
set(source "// Generated from fixtures/.\n#include \"${HEADER}\"\n\n")
string(APPEND source "#include <utility>\n\nnamespace ${NAMESPACE} {\nnamespace {\n\n")
string(APPEND source "constexpr std::pair<std::string_view, std::string_view> kFixtures[] = {\n")
foreach(name IN LISTS names)
  file(READ "${ROOT}/${name}" text)
  string(APPEND source "    {\"${name}\", R\"fixture(${text})fixture\"},\n")
endforeach()
string(APPEND source "};\n\n}  // namespace\n\nstd::string_view EmbeddedFixture(std::string_view path) {\n"
  "  for (const auto& [name, text] : kFixtures) {\n    if (name == path) return text;\n  }\n"
  "  return {};\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUTPUT}" "${source}")
