//! Chooses, while running, the compilation of a pass that the processor can execute.
//!
//! Programs are built for the oldest processors of their kind, which know neither a count of
//! bits nor words of more than 128 of them. So the passes are compiled again for newer ones;
//! the source is one. In WASM the module says itself that it needs 128-bit words, which
//! every current browser has.

use super::ask::Ask;
use super::scan;
use super::top::Top;

#[cfg(target_arch = "x86_64")]
mod compiled {
    use super::{Ask, Top, scan};

    macro_rules! has {
        ($($feature:tt),+) => { $(std::arch::is_x86_feature_detected!($feature))&&+ };
    }

    fn has_256() -> bool {
        has!("avx2", "bmi1", "bmi2", "lzcnt", "popcnt")
    }

    fn has_512() -> bool {
        has_256()
            && has!(
                "avx512f",
                "avx512bw",
                "avx512dq",
                "avx512vl",
                "avx512vpopcntdq"
            )
    }

    /// Compiles one pass three times.
    macro_rules! pass {
        ($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?) => {
            #[expect(unsafe_code, reason = "the features are asked for before the call")]
            pub(in crate::engine) fn $name($($argument: $type),*) $(-> $result)? {
                #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
                fn wide($($argument: $type),*) $(-> $result)? {
                    scan::$name($($argument),*)
                }

                #[target_feature(
                    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx2,bmi1,bmi2,lzcnt,popcnt"
                )]
                fn widest($($argument: $type),*) $(-> $result)? {
                    scan::$name($($argument),*)
                }

                if has_512() {
                    // SAFETY: the processor has every feature `widest` was compiled for.
                    unsafe { widest($($argument),*) }
                } else if has_256() {
                    // SAFETY: the processor has every feature `wide` was compiled for.
                    unsafe { wide($($argument),*) }
                } else {
                    scan::$name($($argument),*)
                }
            }
        };
    }

    pass!(best(ask: &Ask<'_>, top: &mut Top));
    pass!(count(ask: &Ask<'_>) -> usize);
    pass!(intersect(ask: &Ask<'_>) -> usize);
}

#[cfg(not(target_arch = "x86_64"))]
mod compiled {
    use super::{Ask, Top, scan};

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub(in crate::engine) fn best(ask: &Ask<'_>, top: &mut Top) {
        scan::best(ask, top);
    }

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub(in crate::engine) fn count(ask: &Ask<'_>) -> usize {
        scan::count(ask)
    }

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub(in crate::engine) fn intersect(ask: &Ask<'_>) -> usize {
        scan::intersect(ask)
    }
}

pub(super) use compiled::{best, count, intersect};
