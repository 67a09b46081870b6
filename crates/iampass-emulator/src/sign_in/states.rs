//! The states of a session, and which may follow which.

use iampass_authentication::SessionStatus::{
    self, Active, Cancelled, Closed, Failed, Identifying, Pending, Timeout, Walkaway,
};

/// Whether a session may go from one state to the other. Nothing else decides that.
pub(crate) fn may_follow(from: &SessionStatus, to: &SessionStatus) -> bool {
    match from {
        // A phone that is asked for one tap says yes without a step between.
        Pending => matches!(to, Identifying | Active | Failed | Cancelled | Timeout),
        Identifying => matches!(to, Active | Failed | Cancelled | Timeout),
        Active => matches!(to, Walkaway | Closed),
        Walkaway => matches!(to, Active | Closed),
        _ => false,
    }
}

/// Whether the user has yet to answer.
pub(crate) fn is_in_progress(status: &SessionStatus) -> bool {
    matches!(status, Pending | Identifying)
}

/// What ends a session without the phone's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Nobody has answered in time, or the session has lasted its time.
    TimeIsOver,
    /// The user was deleted, the phone was lost, or newer sign-ins of the user have taken the place.
    Removed,
    /// The application has ended it.
    ByApplication,
}

impl End {
    /// What a session in this state becomes; `None` for one that has ended already.
    pub(crate) fn of(self, status: &SessionStatus) -> Option<SessionStatus> {
        match (status, self) {
            (Pending | Identifying, Self::TimeIsOver) => Some(Timeout),
            (Pending | Identifying, Self::Removed) => Some(Failed),
            // Nothing has failed, and the phone asks no longer.
            (Pending | Identifying, Self::ByApplication) => Some(Cancelled),
            (Active | Walkaway, _) => Some(Closed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_final_and_may_follow() {
        for status in SessionStatus::KNOWN {
            let next = SessionStatus::KNOWN.into_iter().filter(|next| may_follow(&status, next)).count();
            assert_eq!(next == 0, status.is_final(), "{status}");
            for end in [End::TimeIsOver, End::Removed, End::ByApplication] {
                match end.of(&status) {
                    Some(ended) => assert!(ended.is_final() && may_follow(&status, &ended), "{status}"),
                    None => assert!(status.is_final(), "{status}"),
                }
            }
        }
    }
}
