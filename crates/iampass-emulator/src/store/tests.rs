use std::sync::mpsc;

use super::*;

fn application() -> Application {
    Application::new("app", "SECRET").unwrap()
}

fn id() -> ApplicationId {
    application().id().clone()
}

fn user(id: &str) -> UserId {
    UserId::new(id).unwrap()
}

fn in_memory() -> Store {
    let store = Store::open(None, &[application()]).unwrap();
    block_on(store.add_users(&id(), vec![user("alice")])).unwrap();
    store
}

fn count(store: &Store, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    store.connection().query_row(&sql, [], |row| row.get(0)).unwrap()
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

#[test]
fn what_waits_shares_a_transaction_and_what_fails_does_not_hurt_the_rest() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let store = Store::open(Some(&path), &[application()]).unwrap();
    let file = store.file.as_ref().unwrap();
    let (go, wait) = mpsc::channel::<()>();
    let (started, has_started) = mpsc::channel::<()>();
    let blocked = file.writer.queue(
        move |_| {
            started.send(()).unwrap();
            Ok(wait.recv().is_ok())
        },
        |_| {},
    );
    has_started.recv().unwrap();
    let add = |id: &'static str| {
        move |connection: &Connection| {
            changes::add_users(connection, application().id(), vec![user(id)]).map(drop)
        }
    };
    let good = file.writer.queue(add("good"), |()| {});
    let bad = file.writer.queue(
        move |connection| {
            add("bad")(connection)?;
            Err::<(), _>(StateError::UnknownLink)
        },
        |()| {},
    );
    let reader = file.database.reader().unwrap();
    let key = store.known.key(&id()).unwrap();
    let seen = file.writer.queue(
        move |connection| Ok((questions::users(&reader, key)?, questions::users(connection, key)?)),
        |_| {},
    );
    go.send(()).unwrap();
    assert_eq!(block_on(blocked).unwrap(), Ok(true));
    assert_eq!(block_on(good).unwrap(), Ok(()));
    assert_eq!(block_on(bad).unwrap(), Err(StateError::UnknownLink));
    // Not committed yet when the last of the group was made, and without what failed.
    assert_eq!(block_on(seen).unwrap(), Ok((vec![], vec![user("good")])));
    assert_eq!(store.users(&id()), Ok(vec![user("good")]));
}

#[test]
fn a_change_whose_transaction_fails_is_not_answered_with_success() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("state.db");
    let store = Store::open(Some(&path), &[application()]).unwrap();
    let file = store.file.as_ref().unwrap();
    // What SQLite does when the disk is full.
    let rolled_back = file.writer.queue(
        |connection| {
            connection.execute_batch("ROLLBACK").map_err(StorageError::from)?;
            Ok(())
        },
        |()| panic!("it was not written"),
    );
    assert!(matches!(block_on(rolled_back).unwrap(), Err(StateError::Storage(_))));
    block_on(store.add_users(&id(), vec![user("alice")])).unwrap();
    assert_eq!(store.users(&id()), Ok(vec![user("alice")]));
}
