//! Which content coding an answer takes (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// How an answer is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// As it is.
    Plain,
    /// Brotli.
    Brotli,
}

/// Chooses for an answer of which there is a brotli form, if `has_brotli`; `None` if the client
/// refuses every form that there is.
pub(super) fn choose(asked: &HeaderMap, has_brotli: bool) -> Option<Coding> {
    let brotli = weight(asked, "br").unwrap_or(0);
    // Plain is acceptable unless it is refused by name, or by a star that nothing overrides.
    let plain = weight(asked, "identity");
    if has_brotli && brotli > 0 && brotli >= plain.unwrap_or(0) {
        return Some(Coding::Brotli);
    }
    (plain != Some(0)).then_some(Coding::Plain)
}

/// The weight that the client gives a coding, in thousandths: its own or, where it is not named, the
/// star's.
fn weight(asked: &HeaderMap, coding: &str) -> Option<u16> {
    let mut of_star = None;
    let values = asked.get_all(header::ACCEPT_ENCODING).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    for one in values.flat_map(|value| value.split(',')) {
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let weight = parts.find_map(quality).unwrap_or(1000);
        if name.eq_ignore_ascii_case(coding) {
            return Some(weight);
        }
        if name == "*" {
            of_star = Some(weight);
        }
    }
    of_star
}

/// Reads `q=0.5`; a weight that is none of RFC 9110 is taken for a refusal.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let is_weight = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = format!("{fraction:0<3}").parse().unwrap_or(0);
    Some(match whole {
        "0" if is_weight => fraction,
        "1" if is_weight && fraction == 0 => 1000,
        _ => 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_of_zero_refuses_a_coding_and_the_greater_weight_wins() {
        let cases = [
            (None, Some(Coding::Plain)),
            (Some(""), Some(Coding::Plain)),
            (Some("br"), Some(Coding::Brotli)),
            (Some("gzip, BR;q=0.5"), Some(Coding::Brotli)),
            (Some("br;q=0"), Some(Coding::Plain)),
            (Some("br;q=0.000"), Some(Coding::Plain)),
            (Some("gzip, br; q=0"), Some(Coding::Plain)),
            (Some("br ; Q=0, *"), Some(Coding::Plain)),
            (Some("*"), Some(Coding::Brotli)),
            (Some("gzip"), Some(Coding::Plain)),
            (Some("br;q=0.2, identity;q=0.9"), Some(Coding::Plain)),
            (Some("br;q=0.9, identity;q=0.2"), Some(Coding::Brotli)),
            (Some("identity;q=0, br"), Some(Coding::Brotli)),
            (Some("identity;q=0"), None),
            (Some("*;q=0"), None),
            (Some("*;q=0, br;q=0.001"), Some(Coding::Brotli)),
            (Some("*;q=0, identity"), Some(Coding::Plain)),
            (Some("br;q=0, identity;q=0"), None),
            (Some("br;q=2"), Some(Coding::Plain)),
            (Some("br;q=nonsense"), Some(Coding::Plain)),
        ];
        for (value, expected) in cases {
            let mut asked = HeaderMap::new();
            if let Some(value) = value {
                asked.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
            }
            assert_eq!(choose(&asked, true), expected, "{value:?}");
        }
        let mut asked = HeaderMap::new();
        asked.append(header::ACCEPT_ENCODING, "identity;q=0".parse().unwrap());
        asked.append(header::ACCEPT_ENCODING, "br".parse().unwrap());
        assert_eq!(choose(&asked, true), Some(Coding::Brotli));
        assert_eq!(choose(&asked, false), None);
    }
}
