//! Words of the screens, from `locales/`, by key.
//!
//! Keys are literals at the place of use, so that a test can hold that every used key exists and none is unused.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

const PARTS: [&str; 14] = [
    include_str!("../locales/en/shell.ftl"),
    include_str!("../locales/en/entry.ftl"),
    include_str!("../locales/en/pair.ftl"),
    include_str!("../locales/en/today.ftl"),
    include_str!("../locales/en/ours.ftl"),
    include_str!("../locales/en/mine.ftl"),
    include_str!("../locales/en/settings.ftl"),
    include_str!("../locales/en/find.ftl"),
    include_str!("../locales/en/visits.ftl"),
    include_str!("../locales/en/form.ftl"),
    include_str!("../locales/en/network.ftl"),
    include_str!("../locales/en/practice.ftl"),
    include_str!("../locales/en/steward.ftl"),
    include_str!("../locales/en/trouble.ftl"),
];

thread_local! {
    static BUNDLE: FluentBundle<FluentResource> = bundle();
}

fn bundle() -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![unic_langid::LanguageIdentifier::default()]);
    bundle.set_use_isolating(false);
    for part in PARTS {
        // A broken line is left out by the parser; the test of the locales finds it before a person does.
        let resource =
            FluentResource::try_new(part.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Returns the words for `key`.
pub(crate) fn t(key: &str) -> String {
    format(key, None)
}

/// Returns the words for `key` with `values` set in.
pub(crate) fn t_with<const N: usize>(key: &str, values: [(&'static str, Value); N]) -> String {
    let mut args = FluentArgs::with_capacity(N);
    for (name, value) in values {
        match value {
            Value::Text(text) => args.set(name, FluentValue::String(Cow::Owned(text))),
            Value::Count(count) => args.set(name, count as f64),
        }
    }
    format(key, Some(&args))
}

fn format(key: &str, args: Option<&FluentArgs<'_>>) -> String {
    BUNDLE.with(|bundle| {
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut faults = Vec::new();
        bundle
            .format_pattern(pattern, args, &mut faults)
            .into_owned()
    })
}

/// A value set into a text.
#[derive(Debug)]
pub(crate) enum Value {
    /// Words, shown as they are.
    Text(String),
    /// A number that words agree with.
    Count(usize),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}
