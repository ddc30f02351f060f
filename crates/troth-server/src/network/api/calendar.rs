//! The calendar that blocks a provider's time.

use troth_booking::Minute;
use troth_wire::network as wire;
use troth_wire::network::ProblemCode;

use super::call::Call;
use super::practice::{own_row, practice_reply};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::network::busy::{self, Read};
use crate::network::op::calendar::{BusySource, PutBusy, SetBusyAddress};
use crate::throttle::Who as Slowed;

/// Says where the busy times are: an iCalendar text, or an https address of one.
#[utoipa::path(put, path = "/practice/busy", tag = "practice", request_body = wire::BusyPut,
    responses((status = 200, description = "The practice as it is now.", body = wire::Practice)))]
pub(super) async fn put(call: &Call<'_>) -> Result<Reply, Refusal> {
    let put: wire::BusyPut = call.body()?;
    let row = own_row(call).await?;
    // Reading one is work, and so is fetching it: each therapist gets their share.
    let account = call.account()?;
    call.service.slow(Slowed::Calendar(account))?;
    let minute = Minute(call.minute());
    if put.calendar.is_some() && put.address.is_some() {
        return Err(Refusal::at(ProblemCode::Invalid, "/address"));
    }
    if let Some(address) = &put.address {
        busy::check_address(address, call.network.reads_private())
            .map_err(|code| Refusal::at(code, "/address"))?;
    }
    let read = match &put.calendar {
        Some(text) => {
            let zone = call.network.zone_of(row.provider).await?;
            let readings = &call.network.readings;
            let text = text.clone().into_bytes();
            let read = readings.work_out(text, zone, minute).await;
            read.map_err(|code| Refusal::at(code, "/calendar"))?
        }
        None => Read::default(),
    };
    let set = SetBusyAddress {
        account,
        address: put.address.clone().unwrap_or_default(),
        minute,
    };
    let provider = call.network.store.run(set).await?;
    call.network.readings.understood(provider, &read);
    if put.calendar.is_some() {
        let text = PutBusy {
            provider,
            source: BusySource::Text,
            busy: read.spans,
            minute,
        };
        call.network.store.run(text).await?;
    }
    if put.address.is_some() {
        call.network.reading.notify_one();
    }
    call.network.publisher.changed();
    practice_reply(call).await
}
