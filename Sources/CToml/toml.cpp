// toml++ in plain C. Compiled without exceptions; what the standard library throws (no memory) ends
// the process here, at a `noexcept`, and never in a Swift frame.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#define TOML_UNRELEASED_FEATURES 0
#define TOML_FLOAT_CHARCONV 1
#define TOML_INT_CHARCONV 1
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include <memory>
#include <string>
#include <vector>

#include "CToml.h"

struct ctoml_document {
  toml::table root;
  std::vector<ctoml_value> values;
  bool failed = false;
  std::string words;
  ctoml_place place = {0, 0};
};

namespace {

ctoml_place place(const toml::source_position &position) {
  return {static_cast<uint32_t>(position.line), static_cast<uint32_t>(position.column)};
}

ctoml_text text(std::string_view view) { return {view.data(), view.size()}; }

ctoml_value plain(const toml::node &node) {
  ctoml_value value = {};
  value.place = place(node.source().begin);
  switch (node.type()) {
    case toml::node_type::string:
      value.kind = CTOML_STRING;
      value.text = text(node.as_string()->get());
      break;
    case toml::node_type::integer:
      value.kind = CTOML_INTEGER;
      value.integer = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      value.kind = CTOML_REAL;
      value.real = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      value.kind = CTOML_BOOLEAN;
      value.integer = node.as_boolean()->get();
      break;
    case toml::node_type::time: {
      const toml::time time = node.as_time()->get();
      value.kind = CTOML_TIME;
      value.integer = time.hour * 60 + time.minute;
      break;
    }
    default:
      value.kind = CTOML_DATE;
      break;
  }
  return value;
}

void walk(const toml::node &node, const toml::key *key, std::vector<ctoml_value> &values) {
  const size_t index = values.size();
  values.push_back(plain(node));
  if (key) {
    values[index].key = text(key->str());
    values[index].key_place = place(key->source().begin);
  }
  if (const toml::table *table = node.as_table()) {
    values[index].kind = CTOML_TABLE;
    values[index].count = static_cast<uint32_t>(table->size());
    for (auto &&[name, member] : *table) walk(member, &name, values);
  } else if (const toml::array *array = node.as_array()) {
    values[index].kind = CTOML_ARRAY;
    values[index].count = static_cast<uint32_t>(array->size());
    for (auto &&member : *array) walk(member, nullptr, values);
  }
}

/// Where a key has more parts than anybody means, or nothing. toml++ bounds how deep values nest, but
/// not `a.a.a.a…`, and it goes down such a chain by recursion.
constexpr int most_key_parts = 32;

struct KeyScanner {
  std::string_view rest;
  ctoml_place place = {1, 1};

  void step() {
    if (rest.front() == '\n') {
      place = {place.line + 1, 1};
    } else if ((rest.front() & 0xC0) != 0x80) {
      place.column++;
    }
    rest.remove_prefix(1);
  }

  void skip(int count) {
    for (; count > 0; count--) step();
  }

  void skip_comment() {
    while (!rest.empty() && rest.front() != '\n') step();
  }

  void skip_string() {
    const char quote = rest.front();
    const char triple[] = {quote, quote, quote};
    const std::string_view marks(triple, 3);
    const bool is_long = rest.substr(0, 3) == marks;
    skip(is_long ? 3 : 1);
    while (!rest.empty()) {
      if (quote == '"' && rest.front() == '\\' && rest.size() > 1) {
        step();
      } else if (is_long ? rest.substr(0, 3) == marks : rest.front() == quote) {
        skip(is_long ? 3 : 1);
        return;
      } else if (!is_long && rest.front() == '\n') {
        return;
      }
      step();
    }
  }

  bool finds_too_long() {
    int dots = 0;
    while (!rest.empty()) {
      switch (rest.front()) {
        case '#':
          skip_comment();
          continue;
        case '"':
        case '\'':
          skip_string();
          continue;
        case '.':
          if (++dots >= most_key_parts) return true;
          break;
        case '\n':
        case '=':
        case ',':
        case '[':
        case '{':
          dots = 0;
          break;
        default:
          break;
      }
      step();
    }
    return false;
  }
};

}  // namespace

extern "C" {

ctoml_document *ctoml_parse(const char *bytes, size_t length) noexcept {
  auto document = std::make_unique<ctoml_document>();
  const std::string_view source(bytes ? bytes : "", bytes ? length : 0);
  KeyScanner scanner{source};
  if (scanner.finds_too_long()) {
    document->failed = true;
    document->words = "a key of too many parts";
    document->place = scanner.place;
    return document.release();
  }
  toml::parse_result result = toml::parse(source);
  if (!result) {
    const toml::parse_error &error = result.error();
    document->failed = true;
    document->words = error.description();
    document->place = place(error.source().begin);
    return document.release();
  }
  document->root = std::move(result).table();
  walk(document->root, nullptr, document->values);
  return document.release();
}

void ctoml_free(ctoml_document *document) noexcept { delete document; }

bool ctoml_error(const ctoml_document *document, ctoml_text *words, ctoml_place *where) noexcept {
  *words = text(document->words);
  *where = document->place;
  return document->failed;
}

const ctoml_value *ctoml_values(const ctoml_document *document, size_t *count) noexcept {
  *count = document->values.size();
  return document->values.data();
}

}  // extern "C"
