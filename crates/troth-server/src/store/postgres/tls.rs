//! How the connection to PostgreSQL is encrypted: `sslmode` and `sslrootcert` of the database URL.
//!
//! | `sslmode` | encrypted | who answers is checked |
//! | --- | --- | --- |
//! | `disable` | no | no |
//! | `require` | yes | no: against someone who listens, not against someone in between |
//! | `verify-full` | yes | the name in the URL, and a chain to a root |
//!
//! There is no mode that falls back to a plain connection. A URL that names none means `disable` for
//! a socket or this machine, and is refused for any other host.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Config, Socket};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::ConnectError;

/// Reads a database URL: what the driver needs, and how to encrypt.
pub(super) fn read(url: &str) -> Result<(Config, Tls), ConnectError> {
    let is_url = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    if !is_url {
        return Err(ConnectError::BadUrl);
    }
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut asked = Asked::default();
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => put(&mut asked.mode, mode)?,
            Some(("sslrootcert", path)) => put(&mut asked.root, path)?,
            _ => rest.push(pair),
        }
    }
    let plain = match rest.is_empty() {
        true => place.to_owned(),
        false => format!("{place}?{}", rest.join("&")),
    };
    let mut config: Config = plain.parse().map_err(|_| ConnectError::BadUrl)?;
    let tls = asked.tls(&config)?;
    config.ssl_mode(match tls.0 {
        Some(_) => SslMode::Require,
        None => SslMode::Disable,
    });
    Ok((config, tls))
}

/// A setting is given once.
fn put(place: &mut Option<String>, value: &str) -> Result<(), ConnectError> {
    match place.replace(value.to_owned()) {
        None => Ok(()),
        Some(_) => Err(ConnectError::TlsMode),
    }
}

/// What a URL says about encryption.
#[derive(Default)]
struct Asked {
    mode: Option<String>,
    root: Option<String>,
}

impl Asked {
    fn tls(&self, config: &Config) -> Result<Tls, ConnectError> {
        let hosts = config.get_hosts();
        let is_here = hosts.iter().all(is_here);
        let mode = match &self.mode {
            Some(mode) => mode.as_str(),
            None if is_here => "disable",
            None => return Err(ConnectError::TlsMode),
        };
        let has_socket = hosts.iter().any(|host| matches!(host, Host::Unix(_)));
        if mode != "disable" && (has_socket || hosts.is_empty()) {
            return Err(ConnectError::TlsMode);
        }
        match (mode, &self.root) {
            ("disable", None) => Ok(Tls(None)),
            ("require", None) => Ok(Tls(Some(Arc::new(unchecked()?)))),
            ("verify-full", root) => Ok(Tls(Some(Arc::new(checked(root.as_deref())?)))),
            _ => Err(ConnectError::TlsMode),
        }
    }
}

/// Tells whether a host is a socket or this machine, where nobody is in between.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let address: Option<std::net::IpAddr> = name.parse().ok();
            name == "localhost" || address.is_some_and(|address| address.is_loopback())
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Encrypts, whoever answers.
fn unchecked() -> Result<ClientConfig, ConnectError> {
    let provider = provider();
    let anyone = Arc::new(Anyone(Arc::clone(&provider)));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| ConnectError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(anyone)
        .with_no_client_auth();
    Ok(config)
}

/// Encrypts, and checks who answers against the roots in a file, or against the public ones.
fn checked(file: Option<&str>) -> Result<ClientConfig, ConnectError> {
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| ConnectError::Tls)?
        .with_root_certificates(roots(file)?)
        .with_no_client_auth();
    Ok(config)
}

fn roots(file: Option<&str>) -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let path = decoded(file).ok_or(ConnectError::BadUrl)?;
    let found = CertificateDer::pem_file_iter(path).map_err(|_| ConnectError::TlsRoots)?;
    for certificate in found {
        let certificate = certificate.map_err(|_| ConnectError::TlsRoots)?;
        roots.add(certificate).map_err(|_| ConnectError::TlsRoots)?;
    }
    match roots.is_empty() {
        true => Err(ConnectError::TlsRoots),
        false => Ok(roots),
    }
}

/// Reads `%20` and the like.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Takes any certificate whose key the other side has.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let schemes = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, schemes)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let schemes = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, schemes)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Encrypts connections, where it has how.
#[derive(Clone)]
pub(super) struct Tls(Option<Arc<ClientConfig>>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.0.is_some()).finish()
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Encrypted;
    type TlsConnect = Begun;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Begun> {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| io::Error::from(io::ErrorKind::InvalidInput));
        // A socket has no name, and is never encrypted.
        Ok(Begun(self.0.clone().zip(name.ok())))
    }
}

/// A handshake that can begin.
#[derive(Debug)]
pub(super) struct Begun(Option<(Arc<ClientConfig>, ServerName<'static>)>);

impl TlsConnect<Socket> for Begun {
    type Stream = Encrypted;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let Some((config, name)) = self.0 else {
                return Err(io::Error::from(io::ErrorKind::InvalidInput));
            };
            let connector = TlsConnector::from(config);
            connector.connect(name, socket).await.map(Encrypted)
        })
    }
}

/// An encrypted connection.
#[derive(Debug)]
pub(super) struct Encrypted(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, Result<SslMode, ConnectError>)] = &[
        ("postgres://u@/d?host=/run/pg", Ok(SslMode::Disable)),
        ("postgres://u@localhost/d", Ok(SslMode::Disable)),
        ("postgres://u@127.0.0.1:5433/d", Ok(SslMode::Disable)),
        ("postgres://u@h.example/d", Err(ConnectError::TlsMode)),
        (
            "postgres://u@h.example/d?sslmode=disable",
            Ok(SslMode::Disable),
        ),
        (
            "postgres://u@h.example/d?sslmode=require",
            Ok(SslMode::Require),
        ),
        (
            "postgresql://u@h.example/d?application_name=t&sslmode=verify-full",
            Ok(SslMode::Require),
        ),
        (
            "postgres://u@h.example/d?sslmode=prefer",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=allow",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=verify-ca",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=Require",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=require&sslmode=disable",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=require&sslrootcert=/tmp/ca",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@/d?host=/run/pg&sslmode=require",
            Err(ConnectError::TlsMode),
        ),
        (
            "postgres://u@h.example/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
            Err(ConnectError::TlsRoots),
        ),
        (
            "postgres://u@h.example/d?tls=yes",
            Err(ConnectError::BadUrl),
        ),
        ("host=h.example user=u", Err(ConnectError::BadUrl)),
    ];

    fn mode(url: &str) -> Result<SslMode, ConnectError> {
        read(url).map(|(config, _)| config.get_ssl_mode())
    }

    #[test]
    fn every_mode_is_one_that_keeps_its_word_or_is_refused() {
        for (url, expected) in CASES {
            assert_eq!(mode(url), *expected, "{url}");
        }
    }
}
