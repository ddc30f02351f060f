//! What can be checked of an entry without the record: form, body and signature.

use super::Refusal;
use crate::control::Control;
use crate::envelope::{Envelope, MAX_BODY, MAX_HEADER};
use crate::header::{self, Header, Kind, SUITE};
use crate::id::{DeviceId, EntryId, PublicKey, Signature};
use crate::padme::is_class;
use crate::signature::Verifier;

/// A well-formed entry whose body belongs to its header. Its signature is unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The id of the entry.
    pub id: EntryId,
    /// Its decoded header.
    pub header: Header,
    /// Its decoded body, for a control entry.
    pub control: Option<Control>,
    /// The unchecked signature.
    pub sig: Signature,
}

/// A well-formed entry that was signed with a known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    parsed: Parsed,
    key: PublicKey,
}

/// Checks all of an entry that needs neither the record nor a key.
///
/// # Errors
///
/// [`Refusal::TooLarge`], [`Refusal::Malformed`], [`Refusal::UnknownSuite`],
/// [`Refusal::WrongBody`], [`Refusal::WrongSize`] or [`Refusal::WrongBinding`].
pub fn parse(envelope: &Envelope) -> Result<Parsed, Refusal> {
    let header = check_form(envelope)?;
    let control = match header.kind {
        Kind::Control => Some(Control::decode(&envelope.body)?),
        Kind::Content | Kind::Checkpoint | Kind::Erase => None,
    };
    Ok(Parsed {
        id: envelope.id(),
        header,
        control,
        sig: envelope.sig,
    })
}

impl Parsed {
    /// Returns the key that the entry itself brings along, when its device introduces itself.
    #[must_use]
    pub fn carried_key(&self) -> Option<PublicKey> {
        let certs = match &self.control {
            Some(Control::SpaceCreate { devices, .. }) => devices.as_slice(),
            Some(Control::DeviceAdd { cert }) => core::slice::from_ref(cert),
            _ => &[],
        };
        certs
            .iter()
            .find(|cert| cert.device() == self.header.device)
            .map(|cert| cert.key)
    }

    /// Checks the signature with the key of the entry's device.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownDevice`] if the key is another device's, [`Refusal::BadSignature`] if
    /// the signature does not hold.
    pub fn verify(self, key: &PublicKey) -> Result<Verified, Refusal> {
        if DeviceId::of_key(key) != self.header.device {
            return Err(Refusal::UnknownDevice);
        }
        self.verify_with(&Verifier::of(key).ok_or(Refusal::BadSignature)?)
    }

    /// As [`verify`](Self::verify), with a key that was read before.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn verify_with(self, key: &Verifier) -> Result<Verified, Refusal> {
        if key.device() != self.header.device {
            return Err(Refusal::UnknownDevice);
        }
        if !key.holds(&header::signed_bytes(&self.id), &self.sig) {
            return Err(Refusal::BadSignature);
        }
        Ok(Verified {
            parsed: self,
            key: key.public(),
        })
    }
}

impl Verified {
    /// Returns the entry.
    #[must_use]
    pub const fn parsed(&self) -> &Parsed {
        &self.parsed
    }

    /// Returns the key that signed it.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }
}

fn check_form(envelope: &Envelope) -> Result<Header, Refusal> {
    if envelope.header.len() > MAX_HEADER || envelope.body.len() > MAX_BODY {
        return Err(Refusal::TooLarge);
    }
    let header = Header::decode(&envelope.header)?;
    if header.suite != SUITE {
        return Err(Refusal::UnknownSuite);
    }
    let length = envelope.body.len();
    if u32::try_from(length) != Ok(header.body_len)
        || header::body_hash(&envelope.body) != header.body_hash
    {
        return Err(Refusal::WrongBody);
    }
    if header.binding.is_some() && header.kind != Kind::Content {
        return Err(Refusal::WrongBinding);
    }
    let fits = match header.kind {
        Kind::Content => is_class(length),
        Kind::Control | Kind::Erase => true,
        Kind::Checkpoint => length == 0 && header.blobs.is_empty(),
    };
    if fits {
        Ok(header)
    } else {
        Err(Refusal::WrongSize)
    }
}
