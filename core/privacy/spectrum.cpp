// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/spectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fftw3.h>
#include <mutex>

namespace fedcctr::privacy {

namespace {

/// FFTW plans and frees plans in one thread at a time; it runs them in any.
std::mutex& plannerMutex()
{
    static std::mutex mutex;
    return mutex;
}

/// Without the care for infinities that the operator takes.
std::complex<double> product(std::complex<double> a, std::complex<double> b)
{
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

std::complex<double> power(std::complex<double> base, double times)
{
    constexpr double kMany = 1e4;
    if (times > kMany) {
        const double size = std::abs(base);
        return size == 0 ? 0 : std::polar(std::pow(size, times), std::arg(base) * times);
    }
    std::complex<double> result = 1;
    for (auto left = static_cast<unsigned>(times); left != 0; left /= 2) {
        if (left % 2 == 1)
            result = product(result, base);
        base = product(base, base);
    }
    return result;
}

} // namespace

struct Spectrum::Transform {
    explicit Transform(std::size_t n)
        : size(n)
        , real(fftw_alloc_real(n))
        , complex(fftw_alloc_complex(n / 2 + 1))
    {
        const std::lock_guard lock(plannerMutex());
        forward = fftw_plan_dft_r2c_1d(static_cast<int>(n), real, complex, FFTW_ESTIMATE);
        backward = fftw_plan_dft_c2r_1d(static_cast<int>(n), complex, real, FFTW_ESTIMATE);
    }

    ~Transform()
    {
        const std::lock_guard lock(plannerMutex());
        fftw_destroy_plan(forward);
        fftw_destroy_plan(backward);
        fftw_free(real);
        fftw_free(complex);
    }

    Transform(const Transform&) = delete;
    Transform& operator=(const Transform&) = delete;

    std::size_t place(long number) const
    {
        const long n = static_cast<long>(size);
        return static_cast<std::size_t>((number % n + n) % n);
    }

    std::size_t size;
    double* real;
    fftw_complex* complex;
    fftw_plan forward = nullptr;
    fftw_plan backward = nullptr;
};

Spectrum::Spectrum(std::size_t least)
    : m_transform(std::make_unique<Transform>(std::bit_ceil(std::max<std::size_t>(least, 16))))
    , m_product(m_transform->size / 2 + 1, 1.0)
{
}

Spectrum::~Spectrum() = default;

void Spectrum::clear()
{
    std::fill_n(m_transform->real, m_transform->size, 0.0);
}

void Spectrum::add(long place, double mass)
{
    m_transform->real[m_transform->place(place)] += mass;
}

void Spectrum::multiply(double times)
{
    fftw_execute(m_transform->forward);
    for (std::size_t i = 0; i < m_product.size(); ++i) {
        std::complex<double> value(m_transform->complex[i][0], m_transform->complex[i][1]);
        if (times != 1)
            value = power(value, times);
        m_product[i] = product(m_product[i], value);
    }
}

std::vector<double> Spectrum::result(long first)
{
    for (std::size_t i = 0; i < m_product.size(); ++i) {
        m_transform->complex[i][0] = m_product[i].real();
        m_transform->complex[i][1] = m_product[i].imag();
    }
    fftw_execute(m_transform->backward);
    const double scale = 1 / static_cast<double>(m_transform->size);
    std::vector<double> masses(m_transform->size);
    for (std::size_t i = 0; i < masses.size(); ++i)
        masses[i] =
            std::max(0.0, m_transform->real[m_transform->place(first + static_cast<long>(i))] * scale);
    return masses;
}

} // namespace fedcctr::privacy
