//! A whole server on the loopback, spoken to over real HTTP.

#[cfg(test)]
mod abuse;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod calendars;
#[cfg(test)]
mod editions;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod network;
#[cfg(test)]
mod record;
#[cfg(test)]
mod schemathesis;
#[cfg(test)]
mod starting;
#[cfg(test)]
#[expect(
    unreachable_pub,
    reason = "shared with the crate's own tests, which see it as public"
)]
mod support;
#[cfg(test)]
mod visits;
#[cfg(test)]
mod watching;
