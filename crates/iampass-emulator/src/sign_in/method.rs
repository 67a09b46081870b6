//! How a user may be asked to sign in.

use serde::Serialize;

/// What the phone asks of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignInMethod {
    /// To confirm.
    Acceptance,
    /// To unlock the phone.
    Device,
    /// To show the face.
    Facial,
}

impl SignInMethod {
    const ALL: [Self; 3] = [Self::Acceptance, Self::Device, Self::Facial];

    /// The service's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Device => "device",
            Self::Facial => "facial",
        }
    }

    /// Reads a list whose words are set apart by commas; `None` if one of them is no method, or is there twice.
    pub(crate) fn parse_list(list: &str) -> Option<Vec<Self>> {
        let mut methods = Vec::new();
        for word in list.split(',') {
            let method = Self::ALL.into_iter().find(|method| method.as_str() == word)?;
            if methods.contains(&method) {
                return None;
            }
            methods.push(method);
        }
        Some(methods)
    }

    /// The list as [`parse_list`](Self::parse_list) reads it.
    pub(crate) fn list(methods: &[Self]) -> String {
        methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(",")
    }
}
