#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define CTOML_NOEXCEPT noexcept
#else
#define CTOML_NOEXCEPT
#endif

static const uint8_t CTOML_TABLE = 0;
static const uint8_t CTOML_ARRAY = 1;
static const uint8_t CTOML_STRING = 2;
static const uint8_t CTOML_INTEGER = 3;
static const uint8_t CTOML_REAL = 4;
static const uint8_t CTOML_BOOLEAN = 5;
/// A time of day; `integer` is the minute of the day.
static const uint8_t CTOML_TIME = 6;
/// A date, with or without a time.
static const uint8_t CTOML_DATE = 7;

/// Bytes that end where `length` says; UTF-8, and a NUL may be inside.
typedef struct {
  const char *bytes;
  size_t length;
} ctoml_text;

/// Counted from 1, columns in characters.
typedef struct {
  uint32_t line;
  uint32_t column;
} ctoml_place;

/// One value. A table or array is followed by its `count` members, each with what is inside of it.
typedef struct {
  uint8_t kind;
  uint32_t count;
  /// Empty at the root and inside of arrays.
  ctoml_text key;
  ctoml_place key_place;
  ctoml_place place;
  /// Of strings.
  ctoml_text text;
  /// Of integers, booleans and times.
  int64_t integer;
  double real;
} ctoml_value;

typedef struct ctoml_document ctoml_document;

/// Reads a text. What is returned is to be freed, also where it holds an error.
ctoml_document *ctoml_parse(const char *bytes, size_t length) CTOML_NOEXCEPT;
void ctoml_free(ctoml_document *document) CTOML_NOEXCEPT;

/// Why the text could not be read; false where it could. The words are free with the document.
bool ctoml_error(const ctoml_document *document, ctoml_text *words, ctoml_place *place) CTOML_NOEXCEPT;

/// The root table and all below it, a table's members by their keys; free with the document.
const ctoml_value *ctoml_values(const ctoml_document *document, size_t *count) CTOML_NOEXCEPT;

#ifdef __cplusplus
}
#endif
