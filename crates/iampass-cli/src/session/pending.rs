//! A sign-in that has not come to its end.

/// What is known of a sign-in that was not waited for to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// The service had not responded yet.
    NotKnown,
    /// The phone asks, and the session is in no file.
    NotStored,
    /// The phone asks, and these arguments name the session.
    Stored(String),
}

impl Pending {
    /// How to continue.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NotKnown => "the phone may have been asked; the same command asks it once more".to_owned(),
            Self::NotStored => {
                "the phone still asks, and the same command asks it once more; a sign-in that was \
                started with `--session-file FILE` can be continued"
                    .to_owned()
            }
            Self::Stored(arguments) => format!(
                "the phone still asks; `iampass session wait {arguments}` waits for it, and `iampass session end \
                 {arguments}` ends the session"
            ),
        }
    }
}
