// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/noise_key.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace fedcctr::engine {

namespace fs = std::filesystem;
using Key = privacy::NoiseSource::Key;

namespace {

fs::path keyFile(const fs::path& run)
{
    return run / "checkpoint" / "noise.key";
}

fs::path priorFile(const fs::path& run)
{
    return run / "checkpoint" / "prior.bin";
}

/// A file that nobody else may read at any moment.
void writePrivate(const fs::path& file, const Key& key)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = descriptor >= 0
        && ::write(descriptor, key.data(), key.size()) == static_cast<ssize_t>(key.size())
        && ::fsync(descriptor) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!written)
        throw Error(file.string() + ": cannot be written; without it the run could not be resumed",
            Error::Kind::Failure);
}

template <typename Values> Values readValues(const fs::path& file)
{
    const std::string bytes = readFile(file);
    Values values{};
    if constexpr (requires { values.resize(1); })
        values.resize(bytes.size() / sizeof values[0]);
    if (bytes.size() != values.size() * sizeof values[0])
        throw Error(file.string() + ": is damaged; start the run again");
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

} // namespace

void readSecrets(const fs::path& run, training::TrainingOptions& options)
{
    if (!privacy::hasSecretSource(options.privacy))
        return;
    if (fs::exists(keyFile(run)))
        options.noiseKey = readValues<Key>(keyFile(run));
    if (fs::exists(priorFile(run)))
        options.prior = readValues<std::vector<float>>(priorFile(run));
    if (options.model.prior == model::Prior::Histogram && !options.noiseKey && !options.prior)
        throw Error(priorFile(run).string()
            + ": is missing, and with the key of the noise gone the histogram cannot be drawn again; start a "
              "new run");
}

void storeSecrets(
    const fs::path& run, const training::TrainingOptions& options, const std::vector<float>& prior)
{
    if (!privacy::hasSecretSource(options.privacy))
        return;
    // The prior first: where the key lies, the prior does too.
    if (!prior.empty() && !options.prior) {
        const auto* bytes = reinterpret_cast<const char*>(prior.data());
        writeFileAtomically(priorFile(run), std::string_view(bytes, prior.size() * sizeof(float)));
    }
    if (options.noiseKey)
        writePrivate(keyFile(run), *options.noiseKey);
}

void demandKey(const fs::path& run, const training::TrainingOptions& options)
{
    if (privacy::hasSecretSource(options.privacy) && !options.noiseKey)
        throw Error(keyFile(run).string()
            + ": is missing. The run drew its noise from a secret source (privacy.noise_source = secret), "
              "whose key "
              "is removed when the run ends; it cannot go on. Start a new one");
}

bool removeKey(const fs::path& run)
{
    std::error_code failed;
    fs::remove(keyFile(run), failed);
    return !fs::exists(keyFile(run), failed);
}

} // namespace fedcctr::engine
