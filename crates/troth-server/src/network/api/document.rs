//! The OpenAPI document, made from the code, and what is let through according to it.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};
use troth_match::set::Code;
use troth_match::{AgeBand, Gender, Language, Modality, Specialty, State};
use troth_wire::network::{
    API, CLIENT_SCHEME, IDEMPOTENCY_KEY, MAX_KEY, PARTNER_HEADER, ProblemCode,
};
use utoipa::OpenApi as _;

use super::check::Schemas;
use super::refusal::Refusal;
use super::route::{Also, Described, ROUTES, Route, Who};

/// How the types mark the postal code of a state.
const STATE: &str = "^[A-Z]{2}$";

/// The document and its checks, made once.
static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::make);

/// The document of every route.
#[derive(Debug)]
pub(crate) struct Document {
    /// As JSON, to be given out.
    pub(crate) text: Vec<u8>,
    schemas: Schemas,
    rules: Vec<Rules>,
}

/// What the document says about the requests of one route.
#[derive(Debug, Default)]
struct Rules {
    parameters: Vec<Parameter>,
    body: Option<Body>,
}

#[derive(Debug)]
struct Parameter {
    place: Place,
    name: String,
    is_required: bool,
    schema: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
struct Body {
    kind: String,
    schema: Value,
    is_required: bool,
}

/// Gives the document of this build.
pub(crate) fn document() -> &'static Document {
    &DOCUMENT
}

impl Document {
    #[expect(
        clippy::expect_used,
        reason = "an empty document would let every body through; better no server than that"
    )]
    fn make() -> Self {
        let described = Described::openapi();
        let mut value = serde_json::to_value(&described).expect("the document is JSON");
        finish(&mut value);
        let rules = ROUTES
            .iter()
            .map(|route| Rules::of(&value, route))
            .collect();
        Self {
            text: serde_json::to_vec(&value).expect("a JSON value can be written"),
            schemas: Schemas::of_document(&value),
            rules,
        }
    }

    /// Checks the path, the query and the headers of a request to a route.
    pub(crate) fn check_parameters(
        &self,
        route: usize,
        path: &[String],
        query: &[(String, String)],
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let none = Rules::default();
        let rules = self.rules.get(route).unwrap_or(&none);
        let mut names = path.iter();
        for parameter in &rules.parameters {
            let (given, field): (Vec<&str>, _) = match parameter.place {
                Place::Path => (
                    names.next().map(String::as_str).into_iter().collect(),
                    String::new(),
                ),
                Place::Query => {
                    let given = query.iter().filter(|(name, _)| *name == parameter.name);
                    let given = given.map(|(_, value)| value.as_str()).collect();
                    (given, format!("?{}", parameter.name))
                }
                Place::Header => {
                    let given = headers.get_all(parameter.name.as_str()).iter();
                    // A value that is no text is no value that a schema describes.
                    let given = given
                        .map(|value| value.to_str().unwrap_or("\u{0}"))
                        .collect();
                    (given, parameter.name.clone())
                }
            };
            self.check_parameter(parameter, &given, &field)?;
        }
        let is_known = |name: &str| {
            let mut queries = rules
                .parameters
                .iter()
                .filter(|it| it.place == Place::Query);
            queries.any(|it| it.name == name)
        };
        match query.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => {
                let name: String = name.chars().take(64).collect();
                Err(Refusal::at(ProblemCode::UnknownField, format!("?{name}")))
            }
            None => Ok(()),
        }
    }

    fn check_parameter(
        &self,
        rule: &Parameter,
        given: &[&str],
        field: &str,
    ) -> Result<(), Refusal> {
        let wrong = || match rule.place {
            Place::Path => Refusal::from(ProblemCode::NotFound),
            Place::Query => Refusal::at(ProblemCode::Invalid, field),
            Place::Header if rule.name == "if-match" && given.is_empty() => {
                Refusal::at(ProblemCode::VersionNeeded, field)
            }
            Place::Header => Refusal::at(ProblemCode::Invalid, field),
        };
        match given {
            [] if rule.is_required => Err(wrong()),
            [] => Ok(()),
            [one] => {
                let value = typed(&rule.schema, one);
                let checked = self.schemas.check(&rule.schema, &value, field);
                checked.map_err(|_| wrong())
            }
            _ => Err(wrong()),
        }
    }

    /// Checks the body of a request to a route; gives the JSON in it, if it is JSON.
    pub(crate) fn check_body(
        &self,
        route: usize,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Option<Value>, Refusal> {
        let Some(rule) = self.rules.get(route).and_then(|rules| rules.body.as_ref()) else {
            // Padding alone says nothing, and neither does an empty object.
            return match body.trim_ascii() {
                b"" | b"{}" => Ok(None),
                _ => Err(ProblemCode::WrongKind.into()),
            };
        };
        if body.is_empty() && !rule.is_required {
            return Ok(None);
        }
        let kind = headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok());
        let kind = kind
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if !kind.eq_ignore_ascii_case(&rule.kind) {
            return Err(ProblemCode::WrongKind.into());
        }
        if rule.kind != "application/json" {
            return Ok(None);
        }
        let value = crate::network::json::read(body).map_err(|_| ProblemCode::NotJson)?;
        self.schemas.check(&rule.schema, &value, "")?;
        Ok(Some(value))
    }

    /// Checks an answer of a route, for the tests.
    #[cfg(test)]
    pub(crate) fn check_answer(&self, schema: &Value, value: &Value) -> Result<(), Refusal> {
        self.schemas.check(schema, value, "")
    }
}

impl Rules {
    fn of(document: &Value, route: &Route) -> Self {
        let operation = document
            .get("paths")
            .and_then(|paths| paths.get(format!("{API}{}", route.template)))
            .and_then(|path| path.get(route.method.as_str().to_lowercase()));
        let Some(operation) = operation else {
            return Self::default();
        };
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let parameters = parameters.into_iter().flatten().filter_map(Parameter::read);
        let body = operation.get("requestBody");
        let content = body.and_then(|body| body.get("content")?.as_object()?.iter().next());
        Self {
            parameters: parameters.collect(),
            body: content.map(|(kind, content)| Body {
                kind: kind.clone(),
                schema: content.get("schema").cloned().unwrap_or_default(),
                is_required: body.and_then(|body| body.get("required")) == Some(&Value::Bool(true)),
            }),
        }
    }
}

impl Parameter {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            place: match value.get("in")?.as_str()? {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" => Place::Header,
                _ => return None,
            },
            name: match value.get("in")?.as_str()? {
                "header" => value.get("name")?.as_str()?.to_lowercase(),
                _ => value.get("name")?.as_str()?.to_owned(),
            },
            is_required: value.get("required") == Some(&Value::Bool(true)),
            schema: value.get("schema")?.clone(),
        })
    }
}

/// Reads the text of a parameter as its schema wants it; if it cannot be, the text itself,
/// which then does not fit.
fn typed(schema: &Value, text: &str) -> Value {
    let is_a = |kind: &str| match schema.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(any)) => any.iter().any(|one| one == kind),
        _ => false,
    };
    // One spelling only: no sign, no leading zeros.
    let number = || {
        text.parse::<u64>()
            .ok()
            .filter(|number| number.to_string() == text)
    };
    if is_a("integer")
        && let Some(number) = number()
    {
        return Value::from(number);
    }
    match text {
        "true" | "false" if is_a("boolean") => Value::from(text == "true"),
        _ => Value::from(text),
    }
}

/// Adds to every operation what follows from its route: who may call it, its usual headers, its
/// problems; and the bounds of numbers that follow from their types.
fn finish(document: &mut Value) {
    bound_numbers(document);
    name_words(document);
    let security = json!({
        "client": {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": format!(
                "`{CLIENT_SCHEME} S`: S is 64 hexadecimal digits, drawn by the person's device. \
                 The server derives a pseudonym from it and keeps only that."
            )
        },
        "account": {
            "type": "http", "scheme": "bearer",
            "description": "The token of a signed-in account (docs/protocol/http.md)."
        }
    });
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.insert("securitySchemes".to_owned(), security);
    }
    let described = document.get_mut("paths").map(Value::take);
    let mut described = described
        .and_then(|paths| match paths {
            Value::Object(paths) => Some(paths),
            _ => None,
        })
        .unwrap_or_default();
    for route in ROUTES {
        let operation = described
            .get_mut(route.template)
            .and_then(|path| path.get_mut(route.method.as_str().to_lowercase()))
            .and_then(Value::as_object_mut);
        if let Some(operation) = operation {
            finish_operation(route, operation);
        }
    }
    let paths = described
        .into_iter()
        .map(|(path, value)| (format!("{API}{path}"), value));
    let paths: Map<String, Value> = paths.collect();
    if let Some(document) = document.as_object_mut() {
        document.insert("paths".to_owned(), Value::Object(paths));
    }
}

fn finish_operation(route: &Route, operation: &mut Map<String, Value>) {
    let scheme = match route.who {
        Who::Anybody => None,
        Who::Client => Some("client"),
        Who::Provider | Who::Operator => Some("account"),
    };
    if let Some(scheme) = scheme {
        operation.insert("security".to_owned(), json!([{ scheme: [] }]));
    }
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.extend(headers_of(route));
    }
    let problem = json!({
        "description": "What went wrong (RFC 9457).",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    });
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Some(responses) = responses.as_object_mut() {
        responses.insert("default".to_owned(), problem);
        if route.method == axum::http::Method::GET {
            let known = json!({"description": "The asker has it already."});
            responses.insert("304".to_owned(), known);
        }
    }
}

/// The headers that a route understands besides its own parameters.
fn headers_of(route: &Route) -> Vec<Value> {
    let mut headers = Vec::new();
    let mut add = |name: &str, is_required: bool, schema: Value, description: &str| {
        headers.push(json!({
            "name": name, "in": "header", "required": is_required, "schema": schema,
            "description": description
        }));
    };
    if route.has(Also::Key) {
        let schema =
            json!({"type": "string", "pattern": format!("^[A-Za-z0-9_-]{{1,{MAX_KEY}}}$")});
        let text = "Drawn by the client; a repetition with the same key is the same request.";
        add(IDEMPOTENCY_KEY, false, schema, text);
    }
    if route.has(Also::Version) {
        let schema =
            json!({"type": "string", "maxLength": 200, "pattern": "^(\"[ -!#-~]*\"|\\*)$"});
        let text = "The ETag of what this replaces; needed once there is something.";
        add("if-match", false, schema, text);
    }
    if route.has(Also::Partner) {
        let schema = json!({"type": "string", "pattern": "^[0-9a-f]{64}$"});
        add(
            PARTNER_HEADER,
            false,
            schema,
            "The partner's token, before accepting.",
        );
    }
    headers
}

/// Says which words there are, where a name has to be one of a vocabulary.
fn name_words(document: &mut Value) {
    let codes: Vec<_> = State::list().map(|state| json!(state.code())).collect();
    name_states(document, &codes);
    for schema in ["Listing", "MatchQuery"] {
        let properties = document.pointer_mut(&format!("/components/schemas/{schema}/properties"));
        let Some(properties) = properties.and_then(Value::as_object_mut) else {
            continue;
        };
        for (name, words) in [
            ("specialties", words::<Specialty>()),
            ("modalities", words::<Modality>()),
            ("languages", words::<Language>()),
        ] {
            if let Some(items) = properties.get_mut(name).and_then(|it| it.get_mut("items")) {
                *items = json!({"type": "string", "enum": words});
            }
        }
        for (name, mut words) in [
            ("language", words::<Language>()),
            ("gender", words::<Gender>()),
            ("age_band", words::<AgeBand>()),
        ] {
            words.push(Value::Null);
            if let Some(property) = properties.get_mut(name).and_then(Value::as_object_mut) {
                property.remove("maxLength");
                property.insert("enum".to_owned(), Value::Array(words));
            }
        }
    }
}

fn words<C: Code>() -> Vec<Value> {
    C::list().map(|code| json!(code.name())).collect()
}

fn name_states(value: &mut Value, codes: &[Value]) {
    match value {
        Value::Object(fields) => {
            if fields.get("pattern") == Some(&json!(STATE)) {
                fields.remove("pattern");
                let is_list = fields.get("type") == Some(&json!("array"));
                if is_list {
                    let items = json!({"type": "string", "enum": codes});
                    fields.insert("items".to_owned(), items);
                } else {
                    let is_needed = fields.get("type") == Some(&json!("string"));
                    let none = (!is_needed).then_some(Value::Null);
                    let all = codes.iter().cloned().chain(none).collect();
                    fields.insert("enum".to_owned(), Value::Array(all));
                    // An example comes from the words.
                    fields.remove("example");
                }
            }
            fields
                .values_mut()
                .for_each(|value| name_states(value, codes));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| name_states(value, codes)),
        _ => {}
    }
}

/// Says of every number without an upper bound the one that its type has.
fn bound_numbers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_open =
                !fields.contains_key("maximum") && fields.get("type") == Some(&json!("integer"));
            let is_open = is_open
                || (!fields.contains_key("maximum")
                    && fields.get("type") == Some(&json!(["integer", "null"])));
            if is_open {
                let most = match fields.get("format").and_then(Value::as_str) {
                    Some("int64") => 9_007_199_254_740_991_u64,
                    _ => u64::from(u32::MAX),
                };
                fields.insert("maximum".to_owned(), Value::from(most));
            }
            fields.values_mut().for_each(bound_numbers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_numbers),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
