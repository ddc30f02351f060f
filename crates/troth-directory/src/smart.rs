//! SMART Scheduling Links: free slots for everybody, as static files.
//!
//! The form is HL7's *SMART Scheduling Links* (`$bulk-publish`): a manifest that lists files
//! of Locations, Schedules and Slots, one resource a line. Each slot carries a deep link to
//! where it can be held. What is published is what a shard publishes: no name of a client,
//! no reason, no time that is taken.

use std::io::{self, Write};

use serde_json::{Value, json};
use troth_match::{Code, Minute, Provider, States};

/// The extension by which a slot leads to its booking.
const DEEP_LINK: &str =
    "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link";

/// The three files, by the type of their resources.
pub const FILES: [(&str, &str); 3] = [
    ("Location", "locations.ndjson"),
    ("Schedule", "schedules.ndjson"),
    ("Slot", "slots.ndjson"),
];

/// Writes the three files.
#[derive(Debug)]
pub struct Writer<'a, W> {
    /// The address that people reach the instance by, without a slash at its end.
    pub base: &'a str,
    /// Locations.
    pub locations: W,
    /// Schedules.
    pub schedules: W,
    /// Slots.
    pub slots: W,
}

impl<W: Write> Writer<'_, W> {
    /// Writes one provider and the starts of their free visits; gives how many slots.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(
        &mut self,
        provider: &Provider,
        starts: impl IntoIterator<Item = Minute>,
    ) -> io::Result<u64> {
        let id = provider.id.0;
        let place = provider.places.first();
        let states: Vec<&str> = provider.licensed().iter().map(Code::name).collect();
        let address = place.map(|place| json!({"city": place.city, "state": place.state.code()}));
        let position = place.map(|place| {
            json!({
                "latitude": f64::from(place.point.lat) / 100.0,
                "longitude": f64::from(place.point.lon) / 100.0,
            })
        });
        let address = address.unwrap_or_else(|| json!({"state": states.first()}));
        let mut location = json!({
            "resourceType": "Location",
            "id": format!("{id}"),
            "name": name(provider),
            "address": address,
            "description": format!("Licensed in {}", states.join(", ")),
        });
        if let (Some(object), Some(position)) = (location.as_object_mut(), position) {
            object.insert("position".to_owned(), position);
        }
        line(&mut self.locations, &location)?;
        line(&mut self.schedules, &schedule(provider))?;
        let mut count = 0;
        for start in starts {
            line(&mut self.slots, &slot(self.base, provider, start))?;
            count += 1;
        }
        Ok(count)
    }
}

fn name(provider: &Provider) -> String {
    if provider.credentials.is_empty() {
        provider.name.clone()
    } else {
        format!("{}, {}", provider.name, provider.credentials)
    }
}

fn schedule(provider: &Provider) -> Value {
    let id = provider.id.0;
    let types: Vec<Value> = provider
        .services
        .iter()
        .map(|service| json!({"text": service.label()}))
        .collect();
    json!({
        "resourceType": "Schedule",
        "id": format!("{id}"),
        "serviceType": types,
        "actor": [{"reference": format!("Location/{id}")}],
    })
}

fn slot(base: &str, provider: &Provider, start: Minute) -> Value {
    let (id, at) = (provider.id.0, start.to_string());
    let end = start.plus(provider.visit_minutes.into());
    json!({
        "resourceType": "Slot",
        "id": format!("{id}-{}", start.0),
        "extension": [{
            "url": DEEP_LINK,
            "valueUrl": format!("{base}/find/slot?provider={id}&start={at}"),
        }],
        "schedule": {"reference": format!("Schedule/{id}")},
        "status": "free",
        "start": at,
        "end": end.to_string(),
    })
}

fn line(to: &mut impl Write, resource: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *to, resource)?;
    to.write_all(b"\n")
}

/// Makes the manifest of the three files; it is served as `$bulk-publish`.
#[must_use]
pub fn manifest(base: &str, made: Minute, states: States) -> Value {
    let states: Vec<&str> = states.iter().map(Code::name).collect();
    let output = FILES.map(|(kind, file)| {
        json!({
            "type": kind,
            "url": format!("{base}/{file}"),
            "extension": {"state": states},
        })
    });
    json!({
        "transactionTime": made.to_string(),
        "request": format!("{base}/$bulk-publish"),
        "output": output,
        "error": [],
    })
}

#[cfg(test)]
mod tests {
    use troth_match::Day;
    use troth_match::generate::Network;

    use super::*;

    #[test]
    fn every_free_start_becomes_a_slot_of_its_schedule_with_a_way_to_book_it() {
        let base = Day::from_civil(2026, 11, 22).unwrap();
        let network = Network::new(3, 50, base);
        let mut writer = Writer {
            base: "https://example.org",
            locations: Vec::new(),
            schedules: Vec::new(),
            slots: Vec::new(),
        };
        let mut free = 0;
        for (provider, availability) in network.iter() {
            let starts = availability
                .iter()
                .map(|at| base.midnight().plus(at as u32 * 30));
            free += writer.write(&provider, starts).unwrap();
        }
        let read = |bytes: &[u8]| -> Vec<Value> {
            let lines = bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty());
            lines
                .map(|line| serde_json::from_slice(line).unwrap())
                .collect()
        };
        let (locations, slots) = (read(&writer.locations), read(&writer.slots));
        assert_eq!((locations.len(), read(&writer.schedules).len()), (50, 50));
        assert_eq!(slots.len() as u64, free);
        assert!(free > 50);
        let first = &slots[0];
        assert_eq!(first["status"], "free");
        let link = first["extension"][0]["valueUrl"].as_str().unwrap();
        assert!(
            link.starts_with("https://example.org/find/slot?provider="),
            "{link}"
        );
        let schedule = first["schedule"]["reference"].as_str().unwrap();
        assert!(
            locations
                .iter()
                .any(|l| schedule.ends_with(l["id"].as_str().unwrap()))
        );
    }

    #[test]
    fn the_manifest_names_the_three_files() {
        let manifest = manifest("https://example.org", Minute(0), States::EMPTY);
        assert_eq!(manifest["transactionTime"], "1970-01-01T00:00:00Z");
        let types: Vec<&str> = manifest["output"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["type"].as_str().unwrap())
            .collect();
        assert_eq!(types, ["Location", "Schedule", "Slot"]);
    }
}
