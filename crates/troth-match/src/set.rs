//! Small closed lists of codes, and sets of them in one machine word.

use core::fmt;
use core::marker::PhantomData;

/// A value of a closed list with a stable name, as it stands in JSON, and an English label.
///
/// Lists are append-only: an index, once given out, is in shard files.
pub trait Code: Copy + Eq + Ord + fmt::Debug + 'static {
    /// How many values the list has; at most 64.
    const COUNT: u8;
    /// What one value is called in an error, such as `specialty`.
    const KIND: &'static str;

    /// Tells the position in the list.
    fn index(self) -> u8;

    /// Finds the value at a position.
    fn from_index(index: u8) -> Option<Self>;

    /// Tells the stable name.
    fn name(self) -> &'static str;

    /// Tells the plain English label.
    fn label(self) -> &'static str;

    /// Finds the value of a stable name.
    #[must_use]
    fn parse(name: &str) -> Option<Self> {
        Self::list().find(|code| code.name() == name)
    }

    /// Goes through the whole list in order.
    fn list() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).filter_map(Self::from_index)
    }
}

/// A set of codes, one bit each.
pub struct Set<C> {
    bits: u64,
    codes: PhantomData<C>,
}

impl<C: Code> Set<C> {
    /// The set without members.
    pub const EMPTY: Self = Self {
        bits: 0,
        codes: PhantomData,
    };

    /// Makes the set of one code.
    #[must_use]
    pub fn of(code: C) -> Self {
        Self {
            bits: 1 << code.index(),
            codes: PhantomData,
        }
    }

    /// Reads a set from its bits; `None` if a bit names no code.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        let known = if C::COUNT >= 64 {
            u64::MAX
        } else {
            (1 << C::COUNT) - 1
        };
        if bits & !known == 0 {
            Some(Self {
                bits,
                codes: PhantomData,
            })
        } else {
            None
        }
    }

    /// Tells the bits, bit *i* for the code at position *i*.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.bits
    }

    /// Adds a code.
    pub fn insert(&mut self, code: C) {
        self.bits |= 1 << code.index();
    }

    /// Takes a code out.
    pub fn remove(&mut self, code: C) {
        self.bits &= !(1 << code.index());
    }

    /// Adds a code and gives the set back, to be chained.
    #[must_use]
    pub fn with(mut self, code: C) -> Self {
        self.insert(code);
        self
    }

    /// Tells whether a code is in the set.
    #[must_use]
    pub fn contains(self, code: C) -> bool {
        self.bits >> code.index() & 1 == 1
    }

    /// Tells whether every code of `other` is in the set.
    #[must_use]
    pub const fn contains_all(self, other: Self) -> bool {
        other.bits & !self.bits == 0
    }

    /// Keeps the codes that both sets have.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            bits: self.bits & other.bits,
            codes: PhantomData,
        }
    }

    /// Joins two sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
            codes: PhantomData,
        }
    }

    /// Tells whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Counts the codes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.bits.count_ones()
    }

    /// Goes through the codes in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = C> {
        C::list().filter(move |code| self.contains(*code))
    }
}

impl<C> Clone for Set<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Set<C> {}

impl<C> PartialEq for Set<C> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<C> Eq for Set<C> {}

impl<C> core::hash::Hash for Set<C> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<C: Code> Default for Set<C> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<C: Code> fmt::Debug for Set<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Code::name)).finish()
    }
}

impl<C: Code> FromIterator<C> for Set<C> {
    fn from_iter<I: IntoIterator<Item = C>>(codes: I) -> Self {
        codes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(feature = "serde")]
impl<C: Code + serde::Serialize> serde::Serialize for Set<C> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(feature = "serde")]
impl<'de, C: Code + serde::Deserialize<'de>> serde::Deserialize<'de> for Set<C> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<C>::deserialize(deserializer).map(Self::from_iter)
    }
}

/// Defines a code as a newtype over its position in a list of `(name, label)`.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident, $kind:literal, [$(($code:literal, $label:literal)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u8);

        impl $name {
            const LIST: &'static [(&'static str, &'static str)] = &[$(($code, $label)),+];
        }

        $crate::set::code_traits!($name, $kind);

        impl $crate::set::Code for $name {
            const COUNT: u8 = Self::LIST.len() as u8;
            const KIND: &'static str = $kind;

            fn index(self) -> u8 {
                self.0
            }

            fn from_index(index: u8) -> Option<Self> {
                (index < Self::COUNT).then_some(Self(index))
            }

            fn name(self) -> &'static str {
                Self::LIST.get(usize::from(self.0)).map_or("", |entry| entry.0)
            }

            fn label(self) -> &'static str {
                Self::LIST.get(usize::from(self.0)).map_or("", |entry| entry.1)
            }
        }
    };
}

/// Defines a code as an enum whose variants each have a name and a label.
macro_rules! code_enum {
    ($(#[$doc:meta])* $name:ident, $kind:literal, {
        $($(#[$vdoc:meta])* $variant:ident = ($code:literal, $label:literal)),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        $crate::set::code_traits!($name, $kind);

        impl $crate::set::Code for $name {
            const COUNT: u8 = Self::ALL.len() as u8;
            const KIND: &'static str = $kind;

            fn index(self) -> u8 {
                self as u8
            }

            fn from_index(index: u8) -> Option<Self> {
                Self::ALL.get(usize::from(index)).copied()
            }

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label),+
                }
            }
        }
    };
}

/// Text and JSON of a code: always its stable name.
macro_rules! code_traits {
    ($name:ident, $kind:literal) => {
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str($crate::set::Code::name(*self))
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::set::Code::name(*self))
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                <Self as $crate::set::Code>::parse(&name)
                    .ok_or_else(|| serde::de::Error::custom(concat!("unknown ", $kind)))
            }
        }
    };
}

pub(crate) use {code_enum, code_traits, codes};
