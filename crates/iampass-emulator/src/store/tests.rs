use std::sync::mpsc;
use std::time::Duration;

use iampass_auth::SystemClock;
use pollster::block_on;

use super::*;
use crate::movable_clock::MovableClock;
use crate::rules::SecondPhone;

fn application() -> Application {
    Application::new("app", "SECRET").unwrap()
}

fn id() -> ApplicationId {
    application().id().clone()
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn rules() -> Rules {
    let clock = Arc::new(MovableClock::new(Arc::new(SystemClock)));
    Rules {
        clock,
        link_lifetime: None,
        second_phone: SecondPhone::Replace,
        sign_in_timeout: Duration::from_secs(60),
    }
}

fn in_memory() -> Store {
    let store = Store::open(None, None, &[application()], rules()).unwrap();
    block_on(store.add_users(&id(), vec![user("alice")])).unwrap();
    store
}

fn count(store: &Store, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    lock(&store.reader).query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn ended_links_do_not_grow_without_bound() {
    let store = in_memory();
    let first = block_on(store.lose_device(&id(), &user("alice"))).unwrap();
    let second = block_on(store.lose_device(&id(), &user("alice"))).unwrap();
    assert_eq!(store.invitation(&first), Err(StateError::DeadLink));
    for _ in 0..10_000 {
        block_on(store.lose_device(&id(), &user("alice"))).unwrap();
    }
    assert_eq!((count(&store, "ended_links"), count(&store, "open_links")), (10_000, 1));
    assert_eq!(store.invitation(&first), Err(StateError::UnknownLink));
    assert_eq!(store.invitation(&second), Err(StateError::DeadLink));
}

#[test]
fn open_links_of_a_user_do_not_grow_without_bound() {
    let store = in_memory();
    let link = || block_on(store.make_link(&id(), &user("alice"), None)).unwrap();
    let links: Vec<_> = (0..102).map(|_| link()).collect();
    let open: Vec<_> = links.iter().map(|link| store.invitation(link).is_ok()).collect();
    assert_eq!(open, [vec![false; 2], vec![true; 100]].concat());
    assert_eq!(store.invitation(&links[0]), Err(StateError::DeadLink));
}

/// Keeps the writer busy until the sender is dropped, so that what is queued meanwhile is one group.
fn keep_busy(store: &Store) -> mpsc::Sender<()> {
    let (go, wait) = mpsc::channel::<()>();
    let (started, has_started) = mpsc::channel();
    store.writer.queue(
        move |_| {
            started.send(()).unwrap();
            Ok(wait.recv().is_ok())
        },
        |_| {},
    );
    has_started.recv().unwrap();
    go
}

fn add(id: &'static str) -> impl FnOnce(&Connection) -> Result<(), StateError> + Send {
    move |connection| mutations::add_users(connection, application().id(), vec![user(id)]).map(drop)
}

#[test]
fn what_waits_shares_a_transaction_and_what_fails_does_not_hurt_the_rest() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let store = Store::open(Some(&path), None, &[application()], rules()).unwrap();
    let busy = keep_busy(&store);
    let good = store.writer.queue(add("good"), |()| {});
    let bad = store.writer.queue(
        move |connection| {
            add("bad")(connection)?;
            Err::<(), _>(StateError::UnknownLink)
        },
        |()| {},
    );
    let reader = store.file.as_ref().unwrap().reader().unwrap();
    let seen = store.writer.queue(
        move |connection| Ok((queries::users(&reader, &id())?, queries::users(connection, &id())?)),
        |users| users,
    );
    drop(busy);
    assert_eq!(block_on(good).unwrap(), Ok(()));
    assert_eq!(block_on(bad).unwrap(), Err(StateError::UnknownLink));
    // Not committed yet when the last of the group ran, and without what failed.
    assert_eq!(block_on(seen).unwrap(), Ok((vec![], vec![user("good")])));
    assert_eq!(store.users(&id()), Ok(vec![user("good")]));
}

#[test]
fn no_mutation_of_a_transaction_that_sqlite_rolls_back_succeeds_or_is_kept() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let store = Store::open(Some(&path), None, &[application()], rules()).unwrap();
    let busy = keep_busy(&store);
    let before = store.writer.queue(add("before"), |()| panic!("it was not written"));
    // What SQLite does when the disk is full.
    let rolled_back = store.writer.queue(|connection| Ok(connection.execute_batch("ROLLBACK")?), |()| {});
    let after = store.writer.queue(add("after"), |()| panic!("it was not written"));
    drop(busy);
    for result in [before, rolled_back, after] {
        let result = block_on(result).unwrap();
        assert!(matches!(result, Err(StateError::Storage(StorageError::Sqlite(_)))), "{result:?}");
    }
    block_on(store.add_users(&id(), vec![user("alice")])).unwrap();
    assert_eq!(store.users(&id()), Ok(vec![user("alice")]));
}
