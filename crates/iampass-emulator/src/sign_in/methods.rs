//! How a user may answer, as a list.

use iampass_authentication::AuthenticationMethod;
use serde::{Serialize as _, Serializer};

/// Reads a list whose words are set apart by commas; `None` if one of them is no method. One that is there twice counts
/// once: the contract does not forbid it.
pub(crate) fn parse_methods(list: &str) -> Option<Vec<AuthenticationMethod>> {
    let mut methods = Vec::new();
    for word in list.split(',') {
        let method = AuthenticationMethod::ALL.into_iter().find(|method| method.as_str() == word)?;
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Some(methods)
}

/// The list as [`parse_methods`] reads it.
pub(crate) fn methods_text(methods: &[AuthenticationMethod]) -> String {
    words(methods).join(",")
}

pub(super) fn serialize<S: Serializer>(
    methods: &[AuthenticationMethod],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    words(methods).serialize(serializer)
}

fn words(methods: &[AuthenticationMethod]) -> Vec<&'static str> {
    methods.iter().map(|method| method.as_str()).collect()
}
