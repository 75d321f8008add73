//! What `--check-config` finds in the state directory beside the configuration itself: what would stop a start, and what
//! should be known before it. Nothing is made and nothing is changed.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Result;

use crate::admin::AdminKey;
use crate::clock;
use crate::config::Config;
use crate::store::error::StoreError;
use crate::store::schema;
use crate::tls::served_key::ServedKey;
use crate::{state_dir, tls};

/// Reads what a start reads of the state directory; returns what should be told.
pub fn state(config: &Config) -> Result<Vec<String>> {
    let (dir, given) = (config.state_dir()?, config.live.certificate()?);
    let mut told = Vec::new();
    let certificate = match std::fs::read_dir(&dir) {
        Ok(_) => {
            AdminKey::check(&dir)?;
            check_version(&dir)?;
            let certificate = tls::to_serve(given, &dir)?;
            told.extend(ServedKey::read(&dir).and_then(|served| match &certificate {
                Some(certificate) => served.warning(&certificate.key),
                None => Some(served.lost()),
            }));
            certificate
        }
        Err(error) => {
            if error.kind() == ErrorKind::PermissionDenied {
                // For another user than the server's this is as it should be.
                told.push(format!("did not look into the state directory {}: {error}", dir.display()));
            } else {
                state_dir::may_be_made(&dir)?;
            }
            given.map(|given| tls::read_certificate(given.cert)).transpose()?
        }
    };
    told.extend(certificate.and_then(|certificate| certificate.warning(clock::wall())));
    Ok(told)
}

fn check_version(dir: &Path) -> Result<()> {
    let (path, known) = (dir.join(schema::FILE), schema::newest_version());
    match schema::version_in_header(&path).filter(|found| *found > known) {
        Some(found) => Err(StoreError::too_new(path, found, known).into()),
        None => Ok(()),
    }
}
