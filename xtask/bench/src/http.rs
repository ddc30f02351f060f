//! The smallest client that speaks to the server: one kept connection, one request at a time.
//!
//! It shares the machine with the server that it measures, so it does nothing that it need not.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, bail, ensure};
use troth_wire::{Token, frame};

/// A kept connection to the server.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects to an address such as `127.0.0.1:8200`.
    pub(crate) fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).context("connecting to the server")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 64 * 1024],
        })
    }

    /// Sends a request that was prepared with [`request`] and gives the body of the answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        loop {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            ensure!(!room.is_empty(), "the answer is too long");
            let read = self.stream.read(room)?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
            let come = self.buffer.get(..filled).unwrap_or_default();
            if let Some(range) = body(come)? {
                return self.buffer.get(range).context("the answer was cut");
            }
        }
    }

    /// Asks and reads the answer's frame.
    pub(crate) fn ask<T>(&mut self, request: &[u8]) -> Result<T>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let body = self.send(request)?;
        frame::decode(body).map_err(|error| anyhow::anyhow!("the answer is no frame: {error}"))
    }
}

/// Prepares a request with a frame as its body.
pub(crate) fn request<T: minicbor::Encode<()>>(
    path: &str,
    token: Option<&Token>,
    body: &T,
) -> Vec<u8> {
    let frame = frame::encode(body);
    let session = token.map_or_else(String::new, |token| {
        let hex: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("authorization: Bearer {hex}\r\n")
    });
    let mut bytes = format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/octet-stream\r\n{session}\
         content-length: {}\r\n\r\n",
        frame.len()
    )
    .into_bytes();
    bytes.extend_from_slice(&frame);
    bytes
}

/// The header that says how long an answer is.
const LENGTH: &[u8] = b"content-length:";

/// Finds the body in what has come so far; none while something is missing.
fn body(bytes: &[u8]) -> Result<Option<std::ops::Range<usize>>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let mut lines = bytes.get(..end).unwrap_or_default().split(|&b| b == b'\n');
    let status = lines.next().unwrap_or_default();
    if !status.starts_with(b"HTTP/1.1 2") {
        bail!("the server answered {}", String::from_utf8_lossy(status));
    }
    let length = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(LENGTH.len())?;
        name.eq_ignore_ascii_case(LENGTH).then_some(value)
    });
    let length = length.context("an answer without a length")?;
    let length: usize = std::str::from_utf8(length)?.trim().parse()?;
    let whole = end + 4 + length;
    Ok((bytes.len() >= whole).then_some(end + 4..whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_taken_once_all_of_it_is_there() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

        assert_eq!(body(answer.get(..20).unwrap()).unwrap(), None);
        assert_eq!(body(answer.get(..answer.len() - 1).unwrap()).unwrap(), None);
        assert_eq!(body(answer).unwrap(), Some(38..41));
    }

    #[test]
    fn an_error_of_the_server_is_an_error() {
        assert!(body(b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
