#pragma once
#include <dbus/dbus.h>

// Cast macros are not imported; these are Int32, which is what the API takes.
static const int CDBUS_BYTE = DBUS_TYPE_BYTE;
static const int CDBUS_BOOLEAN = DBUS_TYPE_BOOLEAN;
static const int CDBUS_INT16 = DBUS_TYPE_INT16;
static const int CDBUS_UINT16 = DBUS_TYPE_UINT16;
static const int CDBUS_INT32 = DBUS_TYPE_INT32;
static const int CDBUS_UINT32 = DBUS_TYPE_UINT32;
static const int CDBUS_INT64 = DBUS_TYPE_INT64;
static const int CDBUS_UINT64 = DBUS_TYPE_UINT64;
static const int CDBUS_DOUBLE = DBUS_TYPE_DOUBLE;
static const int CDBUS_STRING = DBUS_TYPE_STRING;
static const int CDBUS_OBJECT_PATH = DBUS_TYPE_OBJECT_PATH;
static const int CDBUS_SIGNATURE = DBUS_TYPE_SIGNATURE;
static const int CDBUS_ARRAY = DBUS_TYPE_ARRAY;
static const int CDBUS_VARIANT = DBUS_TYPE_VARIANT;
static const int CDBUS_STRUCT = DBUS_TYPE_STRUCT;
static const int CDBUS_DICT_ENTRY = DBUS_TYPE_DICT_ENTRY;
