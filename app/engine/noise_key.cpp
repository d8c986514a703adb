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

bool isSecret(const federated::TrainingOptions& options)
{
    return options.privacy.schedule != privacy::Schedule::None
        && options.privacy.noiseSource == privacy::NoiseOrigin::Secret;
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

template <typename Values> Values readValues(const fs::path& file, std::size_t count)
{
    const std::string bytes = readFile(file);
    Values values{};
    if constexpr (requires { values.resize(count); })
        values.resize(bytes.size() / sizeof values[0]);
    if (bytes.size() != values.size() * sizeof values[0])
        throw Error(file.string() + ": is damaged; start the run again");
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

} // namespace

void readSecrets(const fs::path& run, federated::TrainingOptions& options)
{
    if (!isSecret(options))
        return;
    if (fs::exists(keyFile(run)))
        options.noiseKey = readValues<Key>(keyFile(run), sizeof(Key));
    if (fs::exists(priorFile(run)))
        options.prior = readValues<std::vector<float>>(priorFile(run), 0);
}

void storeSecrets(
    const fs::path& run, const federated::TrainingOptions& options, const std::vector<float>& prior)
{
    if (!isSecret(options))
        return;
    if (options.noiseKey)
        writePrivate(keyFile(run), *options.noiseKey);
    if (options.prior || prior.empty())
        return;
    const auto* bytes = reinterpret_cast<const char*>(prior.data());
    writeFileAtomically(priorFile(run), std::string_view(bytes, prior.size() * sizeof(float)));
}

void demandKey(const fs::path& run, const federated::TrainingOptions& options)
{
    if (isSecret(options) && !options.noiseKey)
        throw Error(keyFile(run).string()
            + ": is missing. The run drew its noise from a secret source (privacy.noise_source = secret), "
              "whose key "
              "is removed when the run ends; it cannot go on. Start a new one");
}

void removeKey(const fs::path& run)
{
    std::error_code ignored;
    fs::remove(keyFile(run), ignored);
}

} // namespace fedcctr::engine
