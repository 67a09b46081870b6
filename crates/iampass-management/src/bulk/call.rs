//! The call that a chunk is sent with.

use futures_util::future::BoxFuture;

use crate::client::ManagementClient;
use crate::error::Error;
use crate::generated::types::UserList;
use crate::ids::UserId;
use crate::outcome::AddUsersOutcome;
use crate::policy::CallPolicy;

/// Sends one chunk.
pub(super) type SendChunk<T> =
    for<'a> fn(&'a ManagementClient, &'a UserList) -> BoxFuture<'a, Result<T, Error>>;

pub(super) fn add<'a>(
    client: &'a ManagementClient,
    body: &'a UserList,
) -> BoxFuture<'a, Result<AddUsersOutcome, Error>> {
    let client = client.with_policy(with_room_for(&body.users, client.policy()));
    Box::pin(async move { client.add_user_list(body).await })
}

pub(super) fn delete<'a>(
    client: &'a ManagementClient,
    body: &'a UserList,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(client.delete_user_list(body))
}

/// The same policy with room for an answer that lists all of these ids: its limit is there for what
/// nobody asked for. JSON writes a byte of an id as six at most (`\u003c`), and between two ids stand
/// quotes, a comma and perhaps a line break with its indentation.
fn with_room_for(ids: &[UserId], policy: &CallPolicy) -> CallPolicy {
    const LONGEST_ESCAPE: usize = 6;
    const AROUND_AN_ID: usize = 32;
    let bytes = |id: &UserId| id.as_str().len().saturating_mul(LONGEST_ESCAPE).saturating_add(AROUND_AN_ID);
    let answer = ids.iter().map(bytes).fold(0, usize::saturating_add);
    policy.clone().with_answer_limit(policy.answer_limit.saturating_add(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_answer_finds_room_and_no_limit_overflows() {
        let ids = vec![UserId::new("<".repeat(200)).unwrap(); 1000];
        let roomy = with_room_for(&ids, &CallPolicy::default().with_answer_limit(100));
        let worst = format!("\"{}\",\n{}", "\\u003c".repeat(200), " ".repeat(24)).len() * 1000;
        assert!(roomy.answer_limit >= worst + 100);
        assert!(roomy.answer_limit < 2 * worst);
        let unlimited = CallPolicy::default().with_answer_limit(usize::MAX);
        assert_eq!(with_room_for(&ids, &unlimited), unlimited);
    }
}
