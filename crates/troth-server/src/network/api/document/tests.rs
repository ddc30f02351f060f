use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn value() -> Value {
    serde_json::from_slice(&document().text).unwrap()
}

/// Method and path of everything that the document describes.
fn described() -> BTreeSet<(String, String)> {
    let value = value();
    let paths = value["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, operations)| {
        let methods = operations.as_object().unwrap().keys();
        methods.map(|method| (method.to_uppercase(), path.clone()))
    });
    operations.collect()
}

#[test]
fn every_route_is_in_the_document_and_the_other_way_round() {
    let routes: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_string(), format!("{API}{}", route.template)))
        .collect();
    assert_eq!(routes.len(), ROUTES.len());
    assert_eq!(routes, described());
}

#[test]
fn the_document_is_of_the_version_it_says_and_names_only_what_is_in_it() {
    let value = value();
    assert!(value["openapi"].as_str().unwrap().starts_with("3.1"));
    let named = value["components"]["schemas"].as_object().unwrap();
    let text = value.to_string();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("#/components/schemas/") {
        let (name, after) = after.split_once('"').unwrap();
        assert!(named.contains_key(name), "{name}");
        rest = after;
    }
}

#[test]
fn every_pattern_of_the_document_can_be_checked() {
    fn count(value: &Value) -> usize {
        match value {
            Value::Object(fields) => {
                let own = fields.get("pattern").and_then(Value::as_str);
                if let Some(pattern) = own {
                    assert!(regex_lite::Regex::new(pattern).is_ok(), "{pattern}");
                }
                usize::from(own.is_some()) + fields.values().map(count).sum::<usize>()
            }
            Value::Array(items) => items.iter().map(count).sum(),
            _ => 0,
        }
    }
    assert!(count(&value()) > 20);
}

#[test]
fn what_a_client_sends_is_closed_in_every_depth() {
    let value = value();
    let bodies = ROUTES.iter().filter_map(|route| {
        let path = format!("{API}{}", route.template);
        let operation = &value["paths"][path][route.method.as_str().to_lowercase()];
        let body = operation["requestBody"]["content"].as_object()?;
        Some(body.values().next()?["schema"].clone())
    });
    let mut seen = BTreeSet::new();
    for body in bodies {
        closed(&value, &body, &mut seen);
    }
    assert!(seen.len() > 15, "{seen:?}");
}

fn closed(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        if seen.insert(name.to_owned()) {
            let schema = &document["components"]["schemas"][name];
            if schema["type"] == "object" {
                assert_eq!(schema["additionalProperties"], json!(false), "{name}");
            }
            closed(document, schema, seen);
        }
        return;
    }
    match schema {
        Value::Object(fields) => fields
            .values()
            .for_each(|value| closed(document, value, seen)),
        Value::Array(items) => items.iter().for_each(|value| closed(document, value, seen)),
        _ => {}
    }
}

fn route(method: &str, template: &str) -> usize {
    let mut routes = ROUTES.iter();
    let is_it = |route: &Route| route.method == method && route.template == template;
    routes.position(is_it).unwrap()
}

fn refused(checked: Result<(), Refusal>) -> (ProblemCode, String) {
    let refusal = checked.unwrap_err();
    (refusal.code, refusal.field.unwrap_or_default())
}

#[test]
fn a_query_is_checked_name_by_name() {
    let slots = route("GET", "/providers/{id}/slots");
    let check = |id: &str, pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        document().check_parameters(slots, &[id.to_owned()], &pairs, &HeaderMap::new())
    };
    assert_eq!(
        check("7", &[("from", "2026-11-23T15:30:00Z"), ("minutes", "50")]),
        Ok(())
    );
    assert_eq!(refused(check("x", &[])).0, ProblemCode::NotFound);
    assert_eq!(refused(check("-1", &[])).0, ProblemCode::NotFound);
    for (pairs, code, field) in [
        (&[("from", "yesterday")][..], ProblemCode::Invalid, "?from"),
        (&[("minutes", "4")], ProblemCode::Invalid, "?minutes"),
        (&[("minutes", "050")], ProblemCode::Invalid, "?minutes"),
        (
            &[("minutes", "50"), ("minutes", "50")],
            ProblemCode::Invalid,
            "?minutes",
        ),
        (&[("name", "Ana")], ProblemCode::UnknownField, "?name"),
    ] {
        assert_eq!(refused(check("7", pairs)), (code, field.to_owned()));
    }
}

#[test]
fn a_body_is_checked_by_kind_and_by_schema() {
    let holds = route("POST", "/reports");
    let check = |kind: &str, body: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        document()
            .check_body(holds, &headers, body.as_bytes())
            .map(drop)
    };
    let good = r#"{"provider":7,"what":"no_answer"}"#;
    assert_eq!(check("application/json", good), Ok(()));
    assert_eq!(
        check("application/json; charset=utf-8", &format!("{good}   ")),
        Ok(())
    );
    for (kind, body, code, field) in [
        ("text/plain", good, ProblemCode::WrongKind, ""),
        ("application/json", "{", ProblemCode::NotJson, ""),
        ("application/json", "", ProblemCode::NotJson, ""),
        ("application/json", "[]", ProblemCode::Invalid, ""),
        (
            "application/json",
            r#"{"provider":7}"#,
            ProblemCode::Invalid,
            "/what",
        ),
        (
            "application/json",
            r#"{"provider":7,"what":"rude"}"#,
            ProblemCode::Invalid,
            "/what",
        ),
        (
            "application/json",
            r#"{"provider":4294967296,"what":"wrong"}"#,
            ProblemCode::Invalid,
            "/provider",
        ),
        (
            "application/json",
            r#"{"provider":7,"what":"wrong","who":"me"}"#,
            ProblemCode::UnknownField,
            "/who",
        ),
    ] {
        assert_eq!(
            refused(check(kind, body)),
            (code, field.to_owned()),
            "{body}"
        );
    }
}

#[test]
fn every_day_of_the_calendar_and_no_other_fits_the_patterns() {
    let value = value();
    for (name, good, wrong) in [
        (
            "Day",
            &["2026-01-31", "2028-02-29", "2030-03-31", "2026-12-31"][..],
            &["2027-02-29", "2026-04-31", "2026-00-10", "2026-1-1"][..],
        ),
        (
            "Time",
            &["2026-01-31T23:45:00Z", "2028-02-29T00:00:00Z"],
            &[
                "2026-02-29T00:00:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T10:00:30Z",
            ],
        ),
    ] {
        let schema = &value["components"]["schemas"][name];
        let fits = |text: &str| document().check_answer(schema, &json!(text)).is_ok();
        assert!(good.iter().all(|text| fits(text)), "{name}");
        assert!(!wrong.iter().any(|text| fits(text)), "{name}");
    }
}
