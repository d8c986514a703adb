// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ordered_products.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cstring>

namespace fedcctr::model {

namespace {

constexpr std::size_t kBlock = 64; ///< rows that are read again while they are near

/// How a machine's vectors are used: a tile of sums is `rows` high and two vectors wide.
template <std::size_t bytes, std::size_t height> struct Shape {
    using Vector [[gnu::vector_size(bytes)]] = double;
    static constexpr std::size_t kRows = height;
    static constexpr std::size_t kLanes = bytes / sizeof(double);
    static constexpr std::size_t kColumns = 2 * kLanes;
};

/// c[r][j] += or -= a(r, k) b[k][j] for k = 0, 1, …; `along` and `down` are the steps of a's k and r.
template <typename Machine, std::size_t rows, bool subtracts>
[[gnu::always_inline]] inline void tile(double* c, std::size_t cStride, const double* a, std::size_t down,
    std::size_t along, const double* b, std::size_t bStride, std::size_t depth)
{
    using Vector = typename Machine::Vector;
    Vector sums[rows][2];
    for (std::size_t r = 0; r < rows; ++r)
        std::memcpy(&sums[r], c + r * cStride, sizeof sums[r]);
    for (std::size_t k = 0; k < depth; ++k) {
        Vector right[2];
        std::memcpy(&right, b + k * bStride, sizeof right);
        for (std::size_t r = 0; r < rows; ++r) {
            const double left = subtracts ? -a[r * down + k * along] : a[r * down + k * along];
            sums[r][0] += left * right[0];
            sums[r][1] += left * right[1];
        }
    }
    for (std::size_t r = 0; r < rows; ++r)
        std::memcpy(c + r * cStride, &sums[r], sizeof sums[r]);
}

/// Every `threads`-th stripe of the lower triangle, from stripe `own` on.
template <typename Machine>
[[gnu::always_inline]] inline void gramStripes(
    const DenseMatrix& a, DenseMatrix& result, std::size_t own, std::size_t threads)
{
    for (std::size_t first = 0; first < a.rows; first += kBlock) {
        const std::size_t depth = std::min(kBlock, a.rows - first);
        const double* block = a.row(first);
        for (std::size_t j = own * Machine::kRows; j < a.stride; j += threads * Machine::kRows)
            for (std::size_t k = 0; k < j + Machine::kRows; k += Machine::kColumns)
                tile<Machine, Machine::kRows, false>(
                    result.row(j) + k, result.stride, block + j, 1, a.stride, block + k, a.stride, depth);
    }
}

template <typename Machine, std::size_t rows>
[[gnu::always_inline]] inline void productRows(
    const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& result, std::size_t i)
{
    for (std::size_t j = 0; j < b.stride; j += Machine::kColumns)
        tile<Machine, rows, false>(
            result.row(i) + j, result.stride, a.row(i), a.stride, 1, b.row(0) + j, b.stride, a.columns);
}

/// Forward substitution, column by column.
template <typename Machine, std::size_t rows>
[[gnu::always_inline]] inline void solveRows(DenseMatrix& a, const DenseMatrix& u, std::size_t i)
{
    for (std::size_t j = 0; j < u.columns; j += Machine::kColumns) {
        tile<Machine, rows, true>(a.row(i) + j, a.stride, a.row(i), a.stride, 1, u.row(0) + j, u.stride, j);
        const std::size_t end = std::min(j + Machine::kColumns, u.columns);
        for (std::size_t r = i; r < i + rows; ++r)
            for (std::size_t k = j; k < end; ++k) {
                const double diagonal = u.at(k, k);
                const double solved = diagonal > 0 ? a.at(r, k) / diagonal : 0;
                a.at(r, k) = solved;
                for (std::size_t c = k + 1; c < end; ++c)
                    a.at(r, c) -= solved * u.at(k, c);
            }
    }
}

template <typename Machine>
[[gnu::always_inline]] inline void productRange(
    const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    for (; i + Machine::kRows <= end; i += Machine::kRows)
        productRows<Machine, Machine::kRows>(a, b, result, i);
    for (; i < end; ++i)
        productRows<Machine, 1>(a, b, result, i);
}

template <typename Machine>
[[gnu::always_inline]] inline void solveRange(
    DenseMatrix& a, const DenseMatrix& u, std::size_t i, std::size_t end)
{
    for (; i + Machine::kRows <= end; i += Machine::kRows)
        solveRows<Machine, Machine::kRows>(a, u, i);
    for (; i < end; ++i)
        solveRows<Machine, 1>(a, u, i);
}

[[gnu::always_inline]] inline void sparseRange(
    const SparseMatrix& x, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    for (; i < end; ++i) {
        double* out = result.row(i);
        for (std::size_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
            const double* in = b.row(x.entries[e].column);
            const double value = x.entries[e].value;
            for (std::size_t j = 0; j < b.stride; ++j)
                out[j] += value * in[j];
        }
    }
}

struct Kernels {
    void (*gram)(const DenseMatrix&, DenseMatrix&, std::size_t, std::size_t);
    void (*product)(const DenseMatrix&, const DenseMatrix&, DenseMatrix&, std::size_t, std::size_t);
    void (*solve)(DenseMatrix&, const DenseMatrix&, std::size_t, std::size_t);
    void (*sparse)(const SparseMatrix&, const DenseMatrix&, DenseMatrix&, std::size_t, std::size_t);
};

using PlainShape = Shape<16, 4>;

void gramPlain(const DenseMatrix& a, DenseMatrix& result, std::size_t own, std::size_t threads)
{
    gramStripes<PlainShape>(a, result, own, threads);
}

void productPlain(
    const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    productRange<PlainShape>(a, b, result, i, end);
}

void solvePlain(DenseMatrix& a, const DenseMatrix& u, std::size_t i, std::size_t end)
{
    solveRange<PlainShape>(a, u, i, end);
}

void sparsePlain(
    const SparseMatrix& x, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    sparseRange(x, b, result, i, end);
}

#if defined(__x86_64__) && defined(__GNUC__)

using WideShape = Shape<32, 4>;

[[gnu::target("avx2")]] void gramWide(
    const DenseMatrix& a, DenseMatrix& result, std::size_t own, std::size_t threads)
{
    gramStripes<WideShape>(a, result, own, threads);
}

[[gnu::target("avx2")]] void productWide(
    const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    productRange<WideShape>(a, b, result, i, end);
}

[[gnu::target("avx2")]] void solveWide(DenseMatrix& a, const DenseMatrix& u, std::size_t i, std::size_t end)
{
    solveRange<WideShape>(a, u, i, end);
}

[[gnu::target("avx2")]] void sparseWide(
    const SparseMatrix& x, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    sparseRange(x, b, result, i, end);
}

using WidestShape = Shape<64, 8>;

[[gnu::target("avx512f")]] void gramWidest(
    const DenseMatrix& a, DenseMatrix& result, std::size_t own, std::size_t threads)
{
    gramStripes<WidestShape>(a, result, own, threads);
}

[[gnu::target("avx512f")]] void productWidest(
    const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    productRange<WidestShape>(a, b, result, i, end);
}

[[gnu::target("avx512f")]] void solveWidest(
    DenseMatrix& a, const DenseMatrix& u, std::size_t i, std::size_t end)
{
    solveRange<WidestShape>(a, u, i, end);
}

[[gnu::target("avx512f")]] void sparseWidest(
    const SparseMatrix& x, const DenseMatrix& b, DenseMatrix& result, std::size_t i, std::size_t end)
{
    sparseRange(x, b, result, i, end);
}

Kernels chosen()
{
    if (__builtin_cpu_supports("avx512f"))
        return {gramWidest, productWidest, solveWidest, sparseWidest};
    if (__builtin_cpu_supports("avx2"))
        return {gramWide, productWide, solveWide, sparseWide};
    return {gramPlain, productPlain, solvePlain, sparsePlain};
}

#else

Kernels chosen()
{
    return {gramPlain, productPlain, solvePlain, sparsePlain};
}

#endif

/// Of this machine.
const Kernels& kernels()
{
    static const Kernels kKernels = chosen();
    return kKernels;
}

/// Calls range(begin, end) for rows that lie together.
template <typename Work> void overRows(std::size_t rows, std::size_t threads, const Work& range)
{
    constexpr std::size_t kTogether = 256;
    parallel(threads, (rows + kTogether - 1) / kTogether,
        [&](std::size_t job) { range(job * kTogether, std::min(rows, (job + 1) * kTogether)); });
}

} // namespace

SparseMatrix transposed(const SparseMatrix& x)
{
    SparseMatrix result;
    result.columns = x.rows();
    result.offsets.assign(x.columns + 1, 0);
    for (const SparseMatrix::Entry& entry : x.entries)
        ++result.offsets[entry.column + 1];
    for (std::size_t c = 0; c < x.columns; ++c)
        result.offsets[c + 1] += result.offsets[c];
    std::vector<std::size_t> next(result.offsets.begin(), result.offsets.end() - 1);
    result.entries.resize(x.entries.size());
    for (std::size_t i = 0; i < x.rows(); ++i)
        for (std::size_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e)
            result.entries[next[x.entries[e].column]++] = {static_cast<std::uint32_t>(i), x.entries[e].value};
    return result;
}

DenseMatrix multiply(const SparseMatrix& x, const DenseMatrix& b, std::size_t threads)
{
    DenseMatrix result(x.rows(), b.columns);
    overRows(
        x.rows(), threads, [&](std::size_t i, std::size_t end) { kernels().sparse(x, b, result, i, end); });
    return result;
}

DenseMatrix multiply(const DenseMatrix& a, const DenseMatrix& b, std::size_t threads)
{
    DenseMatrix result(a.rows, b.columns);
    overRows(
        a.rows, threads, [&](std::size_t i, std::size_t end) { kernels().product(a, b, result, i, end); });
    return result;
}

DenseMatrix gram(const DenseMatrix& a, std::size_t threads)
{
    // With the padding, so that stripes need no ends of their own.
    DenseMatrix lower(a.stride, a.stride);
    parallel(threads, threads, [&](std::size_t own) { kernels().gram(a, lower, own, threads); });
    DenseMatrix result(a.columns, a.columns);
    for (std::size_t j = 0; j < a.columns; ++j)
        for (std::size_t k = 0; k <= j; ++k)
            result.at(j, k) = result.at(k, j) = lower.at(j, k);
    return result;
}

void solveUpper(DenseMatrix& a, const DenseMatrix& u, std::size_t threads)
{
    overRows(a.rows, threads, [&](std::size_t i, std::size_t end) { kernels().solve(a, u, i, end); });
}

} // namespace fedcctr::model
