// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fedcctr::model {

/// For programs, at their start. A round's tensors come again in the next one: given back to the system in
/// between, their pages would be cleared anew each time, while the other workers wait.
void keepMemory();

} // namespace fedcctr::model
