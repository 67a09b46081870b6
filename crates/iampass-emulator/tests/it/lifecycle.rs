//! Starting and stopping.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use iampass_auth::Signer;
use iampass_emulator::{Emulator, StartError};

use crate::support::{Backend, Sent, credentials, try_exchange};

/// Whether an emulator that knows the application and its user is still there, be it that it does not answer.
///
/// That its address refuses connections is too much to ask after a stop: it may be another test's
/// emulator by then, and a process that a test starts has every open socket until it has become
/// another program.
fn is_there(address: SocketAddr, signer: &Signer, user: &str) -> bool {
    let path = format!("/management/has_registered_mobile_device/app/{user}");
    let sent = Sent::new("GET", path).signed(signer, &address.to_string());
    match try_exchange(address, &sent.bytes(address)) {
        Ok(got) => got.status == 200,
        Err(error) => matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock),
    }
}

#[test]
fn it_listens_when_start_returns_and_no_longer_when_stopped() {
    let emulator = Emulator::start().unwrap();
    let address = emulator.local_addr();
    assert!(address.ip().is_loopback());
    assert_eq!(emulator.base_url(), format!("http://{address}"));
    assert_eq!(Sent::new("GET", "/nothing").send(address).status, 404);

    let Backend { emulator, signer } = Backend::with_users(&["stopped"]);
    let address = emulator.local_addr();
    assert!(is_there(address, &signer, "stopped"));
    emulator.stop();
    assert!(!is_there(address, &signer, "stopped"));
}

#[test]
fn a_drop_does_not_wait_for_open_connections() {
    let Backend { emulator, signer } = Backend::with_users(&["dropped"]);
    let address = emulator.local_addr();
    // One has had an answer and is kept alive, one is in the middle of a head, one of a body.
    let mut streams = [
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /nothing HTT",
        "POST /management/add_users/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1",
    ]
    .map(|sent| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream
    });
    let mut buffer = [0; 1024];
    assert!(streams[0].read(&mut buffer).unwrap() > 0);
    assert!(is_there(address, &signer, "dropped"));

    let start = Instant::now();
    drop(emulator);
    // Not as long as a client may take to finish what it has begun, which is 30 s.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(!is_there(address, &signer, "dropped"));
    for mut stream in streams {
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let ended = match stream.read(&mut buffer) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        };
        assert!(ended);
    }
}

#[test]
fn two_at_once_have_nothing_in_common() {
    let (one, two) = (Backend::with_users(&["only-here"]), Backend::with_users(&["bob"]));
    assert_ne!(one.address(), two.address());
    assert_eq!((one.users(), two.users()), (vec!["only-here".to_owned()], vec!["bob".to_owned()]));
    let Backend { emulator, signer } = one;
    let address = emulator.local_addr();
    assert!(is_there(address, &signer, "only-here"));
    drop(emulator);
    assert!(!is_there(address, &signer, "only-here"));
    assert!(is_there(two.address(), &two.signer, "bob"));
}

#[test]
fn a_taken_address_is_an_error_that_names_it() {
    let emulator = Emulator::start().unwrap();
    let address = emulator.local_addr();
    let error = Emulator::builder().listen(address).start().unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {address}"));
    assert!(matches!(
        error,
        StartError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse
    ));
}

#[test]
fn an_address_is_free_again_after_a_stop() {
    let emulator = Emulator::start().unwrap();
    let address = emulator.local_addr();
    Sent::new("GET", "/nothing").send(address);
    emulator.stop();
    // A process that another test starts has the socket for a moment (see `is_there`).
    let deadline = Instant::now() + Duration::from_secs(20);
    let emulator = loop {
        match Emulator::builder().listen(address).start() {
            Err(StartError::Listen { .. }) if Instant::now() < deadline => sleep(Duration::from_millis(10)),
            started => break started.unwrap(),
        }
    };
    assert_eq!(emulator.local_addr(), address);
}

#[test]
fn it_refuses_connections_until_it_listens_again_with_the_same_port_and_state() {
    let backend = Backend::with_users(&["alice"]);
    let address = backend.address();
    // Kept alive until the port is closed.
    let mut open = TcpStream::connect(address).unwrap();
    open.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut buffer = [0; 1024];
    assert!(open.read(&mut buffer).unwrap() > 0);

    backend.emulator.stop_listening().unwrap();
    open.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let ended = match open.read(&mut buffer) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    };
    assert!(ended);
    for _ in 0..3 {
        // Twice is no error.
        backend.emulator.stop_listening().unwrap();
        assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
    let others: Vec<_> = (0..100).map(|_| Emulator::start().unwrap().local_addr()).collect();
    assert!(!others.contains(&address));

    let before = backend.emulator.requests().len();
    for _ in 0..2 {
        backend.emulator.start_listening().unwrap();
        assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
    }
    assert_eq!(backend.emulator.local_addr(), address);
    assert_eq!(backend.emulator.requests().len(), before + 2);
}

#[test]
fn a_closed_emulator_can_be_dropped() {
    let emulator = Emulator::start().unwrap();
    emulator.stop_listening().unwrap();
    drop(emulator);
}

#[test]
fn an_application_given_twice_is_an_error() {
    let builder = Emulator::builder().application(credentials("app", "A"));
    let error = builder.application(credentials("app", "B")).start().unwrap_err();
    assert_eq!(error.to_string(), "the application `app` was given more than once");
}

#[test]
fn fresh_credentials_look_like_the_vendors_and_are_never_the_same() {
    let (one, two) = (Emulator::start().unwrap(), Emulator::start().unwrap());
    let id = one.credentials().application_id().as_str();
    assert!(id.len() == 32 && id.bytes().all(|byte| b"0123456789abcdef".contains(&byte)), "{id}");
    assert_ne!(id, two.credentials().application_id().as_str());
    assert!(one.credentials().secret() != two.credentials().secret());
}

#[test]
fn listening_everywhere_is_reached_at_loopback() {
    let emulator = Emulator::builder().listen(([0, 0, 0, 0], 0).into()).start().unwrap();
    let port = emulator.local_addr().port();
    assert_eq!(emulator.base_url(), format!("http://127.0.0.1:{port}"));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_started_and_dropped_inside_a_runtime_with_a_paused_clock() {
    let backend = Backend::with_users(&["alice"]);
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!(backend.get("has_registered_mobile_device", "alice").status, 200);
    drop(backend);
}

#[test]
fn an_emulator_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Emulator>();
    let backend = Backend::with_users(&["alice"]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    backend.link("device_registration_link", "alice");
                }
            });
        }
    });
    assert_eq!(backend.emulator.requests().len(), 81);
}
