//! Verifying a server for TLS: by its public key (trust on first use), or by the certificate authorities of the system.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, PeerIncompatible, RootCertStore,
    SignatureScheme,
};
use shared::Fingerprint;

/// TLS settings for a server that is known by one of these keys, or by none yet, and the verifier, which has the key the
/// server showed once the handshake is over.
pub(super) fn by_key(known: Vec<Fingerprint>) -> Result<(ClientConfig, Arc<KeyVerifier>), Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(KeyVerifier { provider: Arc::clone(&provider), known, shown: Mutex::new(None) });
    let shown = Arc::clone(&verifier);
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok((config, shown))
}

/// TLS settings for a server with a certificate of one of the system's authorities. Reads their certificates from the
/// disk.
///
/// # Errors
/// When the system has none.
pub(super) fn by_authority() -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let verifier = verifier.map_err(|error| Error::General(error.to_string()))?;
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13])?;
    Ok(config.with_webpki_verifier(verifier).with_no_client_auth())
}

/// Verifies the public key alone; names, dates and authorities do not count. That the server has the private key is
/// proved by the handshake's signature.
#[derive(Debug)]
pub(super) struct KeyVerifier {
    provider: Arc<CryptoProvider>,
    /// The server must have one of these; with none, any will do.
    known: Vec<Fingerprint>,
    shown: Mutex<Option<Fingerprint>>,
}

impl KeyVerifier {
    /// The key the server showed.
    pub(super) fn shown(&self) -> Option<Fingerprint> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for KeyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = Fingerprint::of(&ParsedCertificate::try_from(end_entity)?.subject_public_key_info());
        let is_known = self.known.is_empty() || self.known.contains(&key);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
        if is_known {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The key a server has proved to have in the handshake.
pub(super) fn key_of(connection: &rustls::ClientConnection) -> Option<Fingerprint> {
    let certificate = connection.peer_certificates()?.first()?;
    let parsed = ParsedCertificate::try_from(certificate).ok()?;
    Some(Fingerprint::of(&parsed.subject_public_key_info()))
}
