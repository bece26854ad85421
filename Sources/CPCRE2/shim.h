#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// The width is pasted into the names by macros, which are not imported: pcre2_compile_8 and so on are.

/// Codes of errors are negative numbers in parentheses, which are not imported.
static const int CPCRE2_NO_MATCH = PCRE2_ERROR_NOMATCH;
static const int CPCRE2_GIVE_UP = PCRE2_ERROR_CALLOUT;
