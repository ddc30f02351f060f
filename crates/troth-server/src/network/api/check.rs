//! Checks values against the schemas of the OpenAPI document that the server gives out.
//!
//! So the document is no description beside the code: what it says of a request is what is let
//! through. Knows the part of JSON Schema that the document uses.

use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::{Map, Value};
use troth_wire::network::ProblemCode;

use super::refusal::Refusal;

/// Where schemas are found by `$ref`.
const COMPONENTS: &str = "#/components/schemas/";

/// How deep schemas may refer to one another.
const MAX_DEPTH: usize = 32;

/// The schemas of a document, ready to check with.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    named: Map<String, Value>,
    patterns: HashMap<String, Regex>,
}

impl Schemas {
    /// Takes the schemas of a document, and every pattern in it.
    pub(crate) fn of_document(document: &Value) -> Self {
        let named = document.pointer("/components/schemas");
        let named = named
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut patterns = HashMap::new();
        collect_patterns(document, &mut patterns);
        Self { named, patterns }
    }

    /// Checks a value; what is wrong is named by its JSON pointer, after `at`.
    pub(crate) fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), Refusal> {
        self.check_at(schema, value, at, 0)
    }

    fn check_at(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        let wrong = || Refusal::at(ProblemCode::Invalid, at);
        let Some(schema) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
            return Ok(());
        };
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let named = name
                .strip_prefix(COMPONENTS)
                .and_then(|name| self.named.get(name));
            return named.map_or(Ok(()), |named| self.check_at(named, value, at, depth + 1));
        }
        if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            let mut refusal = None;
            for choice in choices.as_array().into_iter().flatten() {
                match self.check_at(choice, value, at, depth + 1) {
                    Ok(()) => return Ok(()),
                    // The deepest one knows best what is wrong.
                    Err(other) => refusal = Some(deeper(refusal, other)),
                }
            }
            return Err(refusal.unwrap_or_else(wrong));
        }
        if !type_fits(schema, value) {
            return Err(wrong());
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            return Err(wrong());
        }
        match value {
            Value::Number(_) => number_fits(schema, value).then_some(()).ok_or_else(wrong),
            Value::String(text) => self.text_fits(schema, text).then_some(()).ok_or_else(wrong),
            Value::Array(items) => self.check_items(schema, items, at, depth),
            Value::Object(fields) => self.check_fields(schema, fields, at, depth),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn text_fits(&self, schema: &Map<String, Value>, text: &str) -> bool {
        let length = text.chars().count() as u64;
        let pattern = schema.get("pattern").and_then(Value::as_str);
        length >= bound(schema, "minLength").unwrap_or(0)
            && length <= bound(schema, "maxLength").unwrap_or(u64::MAX)
            && pattern
                .and_then(|pattern| self.patterns.get(pattern))
                .is_none_or(|pattern| pattern.is_match(text))
    }

    fn check_items(
        &self,
        schema: &Map<String, Value>,
        items: &[Value],
        at: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        let count = items.len() as u64;
        if count < bound(schema, "minItems").unwrap_or(0)
            || count > bound(schema, "maxItems").unwrap_or(u64::MAX)
        {
            return Err(Refusal::at(ProblemCode::Invalid, at));
        }
        let Some(schema) = schema.get("items") else {
            return Ok(());
        };
        for (index, item) in items.iter().enumerate() {
            self.check_at(schema, item, &format!("{at}/{index}"), depth + 1)?;
        }
        Ok(())
    }

    fn check_fields(
        &self,
        schema: &Map<String, Value>,
        fields: &Map<String, Value>,
        at: &str,
        depth: usize,
    ) -> Result<(), Refusal> {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let properties = properties.unwrap_or(&none);
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, value) in fields {
            let field = format!("{at}/{}", escaped(name));
            match properties.get(name) {
                Some(schema) => self.check_at(schema, value, &field, depth + 1)?,
                None if is_closed => return Err(Refusal::at(ProblemCode::UnknownField, field)),
                None => {}
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                let field = format!("{at}/{}", escaped(name));
                return Err(Refusal::at(ProblemCode::Invalid, field));
            }
        }
        Ok(())
    }
}

/// A name inside a JSON pointer (RFC 6901, section 3). What a client made up may be long.
fn escaped(name: &str) -> String {
    let short: String = name.chars().take(64).collect();
    short.replace('~', "~0").replace('/', "~1")
}

fn deeper(one: Option<Refusal>, other: Refusal) -> Refusal {
    let depth = |it: &Refusal| {
        it.field
            .as_ref()
            .map_or(0, |field| field.matches('/').count())
    };
    match one {
        Some(one) if depth(&one) >= depth(&other) => one,
        _ => other,
    }
}

fn bound(schema: &Map<String, Value>, name: &str) -> Option<u64> {
    schema.get(name).and_then(Value::as_u64)
}

fn type_fits(schema: &Map<String, Value>, value: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => is_of(one, value),
        Some(Value::Array(any)) => any
            .iter()
            .filter_map(Value::as_str)
            .any(|one| is_of(one, value)),
        _ => true,
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn number_fits(schema: &Map<String, Value>, value: &Value) -> bool {
    let limit = |name| schema.get(name).and_then(Value::as_f64);
    let Some(number) = value.as_f64() else {
        return false;
    };
    limit("minimum").is_none_or(|least| number >= least)
        && limit("maximum").is_none_or(|most| number <= most)
}

fn collect_patterns(value: &Value, into: &mut HashMap<String, Regex>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(pattern)) = fields.get("pattern")
                && let Ok(compiled) = Regex::new(pattern)
            {
                into.insert(pattern.clone(), compiled);
            }
            fields
                .values()
                .for_each(|value| collect_patterns(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_patterns(value, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(value: &Value) -> Result<(), (ProblemCode, String)> {
        let document = json!({"components": {"schemas": {
            "Place": {"type": "object", "required": ["city"], "additionalProperties": false, "properties": {
                "city": {"type": "string", "minLength": 1, "maxLength": 3},
                "state": {"type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "near": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Place"}]},
                "list": {"type": "array", "maxItems": 2, "items": {"enum": ["a", "b"]}}
            }}
        }}});
        let schemas = Schemas::of_document(&document);
        let schema = json!({"$ref": "#/components/schemas/Place"});
        let checked = schemas.check(&schema, value, "");
        checked.map_err(|refusal| (refusal.code, refusal.field.unwrap()))
    }

    #[test]
    fn what_fits_goes_through() {
        for value in [
            json!({"city": "x"}),
            json!({"city": "äöü", "state": "CA", "lat": -90, "near": null, "list": ["a", "b"]}),
            json!({"city": "x", "state": null, "near": {"city": "y"}}),
        ] {
            assert_eq!(check(&value), Ok(()), "{value}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        use ProblemCode::{Invalid, UnknownField};

        for (value, code, field) in [
            (json!([]), Invalid, ""),
            (json!({}), Invalid, "/city"),
            (json!({"city": ""}), Invalid, "/city"),
            (json!({"city": "long"}), Invalid, "/city"),
            (json!({"city": "x", "state": "ca"}), Invalid, "/state"),
            (json!({"city": "x", "lat": 90.5}), Invalid, "/lat"),
            (json!({"city": "x", "lat": "1"}), Invalid, "/lat"),
            (
                json!({"city": "x", "near": {"city": 1}}),
                Invalid,
                "/near/city",
            ),
            (json!({"city": "x", "list": ["a", "c"]}), Invalid, "/list/1"),
            (
                json!({"city": "x", "list": ["a", "a", "a"]}),
                Invalid,
                "/list",
            ),
            (json!({"city": "x", "a/b~": 1}), UnknownField, "/a~1b~0"),
        ] {
            assert_eq!(check(&value), Err((code, field.to_owned())), "{value}");
        }
    }
}
