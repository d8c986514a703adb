// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <vector>

namespace fedcctr::privacy {

/// Convolution of many distributions on the whole numbers by FFT. Numbers that differ by a multiple of the
/// window's length fall together.
class Spectrum {
public:
    /// A window of at least `least` numbers; for now the distribution of the constant 0.
    explicit Spectrum(std::size_t least);
    ~Spectrum();
    Spectrum(const Spectrum&) = delete;
    Spectrum& operator=(const Spectrum&) = delete;

    /// Begins the next distribution: nothing.
    void clear();
    /// Adds mass to it.
    void add(long place, double mass);
    /// Convolves the result with it, `times` (a whole number) times.
    void multiply(double times);

    /// The masses at first, first + 1, … of the sum; rounding below 0 is cut. Ends the use of the object.
    std::vector<double> result(long first);

private:
    struct Transform;
    std::unique_ptr<Transform> m_transform;
    std::vector<std::complex<double>> m_product;
};

} // namespace fedcctr::privacy
