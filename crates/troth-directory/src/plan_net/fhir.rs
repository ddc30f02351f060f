//! Short ways into FHIR's JSON, for reading and for writing.

use serde_json::{Value, json};

/// Where HL7 keeps Plan-Net's extensions.
pub(crate) const PLAN_NET: &str =
    "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/";

/// NUCC's code system.
pub(crate) const NUCC: &str = "http://nucc.org/provider-taxonomy";

/// The system of National Provider Identifiers.
pub(crate) const US_NPI: &str = "http://hl7.org/fhir/sid/us-npi";

/// A text at a path of names; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

/// The members of a list; none where there is none.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The extensions whose address ends like this.
pub(crate) fn extensions<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    let name = name.to_owned();
    list(value, "extension").iter().filter(move |extension| {
        let url = text(extension, "/url").split('|').next().unwrap_or("");
        url.rsplit('/').next() == Some(&name)
    })
}

/// The codes of a concept's codings.
pub(crate) fn codes(concept: &Value) -> impl Iterator<Item = &str> {
    list(concept, "coding")
        .iter()
        .map(|coding| text(coding, "/code"))
}

/// The codes of a list of concepts.
pub(crate) fn codes_of<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    list(value, name).iter().flat_map(codes)
}

/// Makes a concept of one coding.
pub(crate) fn concept(system: &str, code: &str, display: &str) -> Value {
    json!({"coding": [{"system": system, "code": code, "display": display}]})
}

/// Makes a reference.
pub(crate) fn reference(kind: &str, id: &str) -> Value {
    json!({"reference": format!("{kind}/{id}")})
}
