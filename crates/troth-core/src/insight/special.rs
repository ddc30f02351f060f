//! Distribution functions, by their continued fractions and by halving.
//!
//! Source: Press, Teukolsky, Vetterling, Flannery, "Numerical Recipes", third edition, section 6.4.

/// The most terms of the continued fraction; it settles within 200 for all that is asked here.
const MOST_TERMS: u32 = 400;
/// Stands for zero where a quotient must not vanish.
const TINY: f64 = 1e-300;
const SETTLED: f64 = 1e-15;
/// Halvings of the unit interval until no closer number exists.
const HALVINGS: u32 = 60;

/// Returns the regularised incomplete beta function, the share of Beta(a, b) below `x`.
pub(super) fn beta_below(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log(1.0 - x),
    );
    // The fraction settles fast on this side of the mean, and the other side is its mirror.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// Finds the point below which a share `p` of Beta(a, b) lies.
pub(super) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if beta_below(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Returns the share of the F distribution with these degrees of freedom below `f`.
pub(super) fn f_below(above: f64, below: f64, f: f64) -> f64 {
    if f <= 0.0 {
        return 0.0;
    }
    beta_below(above / 2.0, below / 2.0, above * f / (above * f + below))
}

/// Evaluates the continued fraction of the incomplete beta function by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for term in 1..=MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let step = d * c;
        value *= step;
        if libm::fabs(step - 1.0) < SETTLED {
            break;
        }
    }
    value
}

fn away_from_zero(value: f64) -> f64 {
    if libm::fabs(value) < TINY {
        TINY
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with SciPy 1 (`scipy.stats.beta.cdf`, `.ppf`, `scipy.stats.f.cdf`).
    #[test]
    fn the_beta_and_f_distributions_agree_with_scipy() {
        let close =
            |mine: f64, theirs: f64| assert!((mine - theirs).abs() < 1e-10, "{mine} {theirs}");

        for (a, b, x, below) in SCIPY_BETA {
            close(beta_below(a, b, x), below);
        }
        for (a, b, p, at) in SCIPY_BETA_QUANTILES {
            close(beta_quantile(a, b, p), at);
        }
        for (above, under, f, below) in SCIPY_F {
            close(f_below(above, under, f), below);
        }
    }

    const SCIPY_BETA: [(f64, f64, f64, f64); 5] = [
        (0.5, 0.5, 0.1, 0.20483276469913345),
        (5.5, 0.5, 0.9, 0.2925184553957732),
        (2.25, 7.75, 0.3, 0.744541178416736),
        (40.5, 3.5, 0.95, 0.746868014921102),
        (100.5, 120.25, 0.42, 0.14622316281174502),
    ];
    const SCIPY_BETA_QUANTILES: [(f64, f64, f64, f64); 4] = [
        (5.5, 0.5, 0.025, 0.6206228577009606),
        (5.5, 0.5, 0.975, 0.9999065793999604),
        (7.25, 2.25, 0.025, 0.46404586398884284),
        (30.5, 10.5, 0.975, 0.863606545452734),
    ];
    const SCIPY_F: [(f64, f64, f64, f64); 3] = [
        (19.0, 18.0, 0.4, 0.027231742484775476),
        (27.0, 27.0, 1.0, 0.49999999999999944),
        (12.0, 22.0, 2.5, 0.9699124289326907),
    ];
}
