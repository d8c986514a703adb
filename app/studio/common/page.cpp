// SPDX-License-Identifier: GPL-3.0-or-later
// A header alone would not be seen by the build: its signals need a source of the same name.
#include "app/studio/common/page.h"
