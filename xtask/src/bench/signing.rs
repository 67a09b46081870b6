//! Signing and chunks, by criterion.

use std::path::Path;

use super::error::Error;
use super::figures::Row;
use super::process::criterion;

pub(crate) fn sign(root: &Path) -> Result<Vec<Row>, Error> {
    let [compressions, sign] = criterion(root, ["compressions", "sign"])?;
    Ok(vec![Row::at_most(
        "sign one request ÷ seven bare SHA-256 compressions",
        sign.fastest_tenth()? / compressions.fastest_tenth()?,
        3.0,
        format!("{} ÷ {}", sign.text()?, compressions.text()?),
    )])
}

pub(crate) fn bulk(root: &Path) -> Result<Vec<Row>, Error> {
    let [json, signed] = criterion(root, ["chunk_to_json", "chunk_to_signed_request"])?;
    Ok(vec![Row::at_most(
        "chunk of 1,000 users: serialise and sign ÷ `serde_json::to_vec`",
        signed.fastest_tenth()? / json.fastest_tenth()?,
        1.15,
        format!("{} ÷ {}", signed.text()?, json.text()?),
    )])
}
