// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/error.h"
#include "core/base/utf8.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <new>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fedcctr {

namespace fs = std::filesystem;

namespace {

std::string systemReason()
{
    return std::generic_category().message(errno);
}

/// An open file or directory, closed with the object.
class Descriptor {
public:
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return m_number; }

private:
    int m_number;
};

/// False if the disk fails; errno says how.
bool synced(int descriptor)
{
    while (::fsync(descriptor) != 0) {
        if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == EROFS)
            return true; // the file system has no such thing
        if (errno != EINTR)
            return false;
    }
    return true;
}

/// False if not all of it could be written; errno says why.
bool writtenAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

fs::path directoryOf(const fs::path& path)
{
    const fs::path parent = path.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

fs::path besideName(const fs::path& path)
{
    return path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()) + ".tmp");
}

} // namespace

void syncToDisk(const fs::path& path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() >= 0 && !synced(file.number()))
        throw Error(path.string() + ": does not reach the disk (" + systemReason() + "); check the disk",
            Error::Kind::Failure);
}

void renameDurably(const fs::path& from, const fs::path& to, std::error_code& failed)
{
    fs::rename(from, to, failed);
    if (!failed)
        syncToDisk(directoryOf(to));
}

void writeFileAtomically(const fs::path& path, std::string_view content)
{
    const fs::path beside = besideName(path);
    {
        const Descriptor out(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (out.number() < 0)
            throw Error(
                path.string() + ": cannot be written (" + systemReason() + "); choose a writable place");
        // Before the rename: a disk may otherwise keep the new name and lose what it stands for.
        if (!writtenAll(out.number(), content) || !synced(out.number())) {
            const std::string reason = systemReason();
            ::unlink(beside.c_str());
            throw Error(
                path.string() + ": writing failed (" + reason + "); free some space or choose another place",
                Error::Kind::Failure);
        }
    }
    std::error_code failed;
    renameDurably(beside, path, failed);
    if (failed) {
        ::unlink(beside.c_str());
        throw Error(path.string() + ": cannot be replaced (" + failed.message() + ")");
    }
}

std::string readFile(const fs::path& path)
{
    std::error_code failed;
    if (fs::is_directory(path, failed))
        throw Error(path.string() + ": is a directory, a file was expected");
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw Error(path.string() + ": cannot be read (" + systemReason() + ")");
    std::string content;
    in.seekg(0, std::ios::end);
    const std::streamoff size = in.tellg();
    if (size > 0) {
        content.resize(static_cast<std::size_t>(size));
        in.seekg(0);
        in.read(content.data(), size);
    }
    if (!in)
        throw Error(path.string() + ": reading failed (" + systemReason() + ")", Error::Kind::Failure);
    return content;
}

void makeWritableDirectory(const fs::path& path)
{
    std::error_code failed;
    std::vector<fs::path> grown; // directories that get a new name
    for (fs::path missing = path; !missing.empty() && !fs::exists(missing, failed);
         missing = missing.parent_path())
        grown.push_back(directoryOf(missing));
    fs::create_directories(path, failed);
    if (failed)
        throw Error(path.string() + ": cannot be created (" + failed.message()
            + "); choose a writable place with --out");
    for (const fs::path& directory : grown)
        syncToDisk(directory);
    if (::access(path.c_str(), W_OK | X_OK) != 0)
        throw Error(
            path.string() + ": is not writable (" + systemReason() + "); choose another place with --out");
}

void requireUtf8(const fs::path& path)
{
    if (const std::optional<std::size_t> bad = invalidUtf8(path.native()))
        throw Error("'" + repairedUtf8(path.native()) + "': byte " + std::to_string(*bad + 1)
            + " of this name is not UTF-8; rename the file or folder with UTF-8 letters (convmv does it for "
              "many)");
}

std::string gzipped(std::string_view bytes)
{
    constexpr int kGzipHeader = 16;
    constexpr int kMemoryLevel = 8;
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzipHeader, kMemoryLevel,
            Z_DEFAULT_STRATEGY)
        != Z_OK)
        throw std::bad_alloc();
    std::string packed(deflateBound(&stream, bytes.size()), '\0');
    std::string input(bytes);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::uint32_t checksum(std::string_view bytes)
{
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

struct LineReader::State {
    fs::path path;
    gzFile file = nullptr;
    std::uintmax_t size = 0;
    std::array<char, 1 << 16> buffer;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t line = 0;
    char lineEnd = '\n';
    bool begun = false;
    bool finished = false;

    ~State()
    {
        if (file)
            gzclose_r(file);
    }

    /// Refills the buffer; false at the end of the file.
    bool fill()
    {
        begin = 0;
        end = 0;
        const int got = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()));
        int code = Z_OK;
        const char* text = gzerror(file, &code);
        // A truncated gzip file ends with Z_BUF_ERROR, which gzread itself does not report.
        if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END)) {
            const std::string reason =
                code == Z_BUF_ERROR ? "the compressed file is cut off" : std::string(text);
            throw Error(path.string() + ":" + std::to_string(line + 1) + ": " + reason
                + "; fetch or export the file again");
        }
        end = static_cast<std::size_t>(got);
        if (!std::exchange(begun, true))
            lookAtBeginning();
        return got > 0;
    }

    /// What the first bytes tell of the whole file.
    void lookAtBeginning()
    {
        const std::string_view text(buffer.data(), end);
        constexpr std::string_view kUtf32Little("\xFF\xFE\0\0", 4);
        constexpr std::string_view kUtf32Big("\0\0\xFE\xFF", 4);
        if (text.starts_with(kUtf32Little) || text.starts_with(kUtf32Big))
            throw Error(path.string()
                + ":1: is text in UTF-32; save it as UTF-8, or convert it with iconv -f UTF-32 -t UTF-8");
        if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
            throw Error(path.string()
                + ":1: is text in UTF-16, as some spreadsheets export it; save it as UTF-8, or convert it "
                  "with "
                  "iconv -f UTF-16 -t UTF-8");
        if (text.starts_with("\xEF\xBB\xBF"))
            begin = 3;
        // Old Macintosh exports.
        const bool macintosh =
            text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos;
        lineEnd = macintosh ? '\r' : '\n';
    }
};

LineReader::LineReader(const fs::path& path)
    : m_state(std::make_unique<State>())
{
    m_state->path = path;
    std::error_code failed;
    if (fs::is_directory(path, failed))
        throw Error(path.string() + ": is a directory, a file was expected");
    m_state->size = fs::file_size(path, failed);
    errno = 0;
    m_state->file = failed ? nullptr : gzopen(path.c_str(), "rb");
    if (!m_state->file)
        throw Error(
            path.string() + ": cannot be read (" + (failed ? failed.message() : systemReason()) + ")");
    gzbuffer(m_state->file, 1 << 18);
}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

bool LineReader::next(std::string& line)
{
    State& s = *m_state;
    line.clear();
    if (s.finished)
        return false;
    while (true) {
        if (s.begin == s.end && !s.fill()) {
            s.finished = true;
            if (line.empty())
                return false;
            break;
        }
        const char* start = s.buffer.data() + s.begin;
        const auto* stop = static_cast<const char*>(std::memchr(start, s.lineEnd, s.end - s.begin));
        if (stop) {
            line.append(start, stop);
            s.begin += static_cast<std::size_t>(stop - start) + 1;
            break;
        }
        line.append(start, s.end - s.begin);
        s.begin = s.end;
    }
    ++s.line;
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return true;
}

std::size_t LineReader::lineNumber() const
{
    return m_state->line;
}

double LineReader::progress() const
{
    if (m_state->size == 0)
        return 1;
    const auto offset = static_cast<double>(gzoffset(m_state->file));
    return std::min(1.0, offset / static_cast<double>(m_state->size));
}

const fs::path& LineReader::path() const
{
    return m_state->path;
}

} // namespace fedcctr
