#include "CXcb.h"
