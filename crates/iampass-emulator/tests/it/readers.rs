//! Clients that do not read what they asked for.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use iampass_emulator::Emulator;

use crate::support::Sent;

#[test]
fn who_leaves_answers_unread_keeps_nobody_out() {
    let limit = Duration::from_millis(200);
    let emulator = Emulator::builder().max_connections(1).read_timeout(limit).start().unwrap();
    let mut stream = TcpStream::connect(emulator.local_addr()).unwrap();
    // Some 60 MB of answers: more than fits into what the system keeps for a connection.
    let asked = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2_000);
    stream.set_write_timeout(Some(limit)).unwrap();
    let _taken_in_full = stream.write_all(asked.as_bytes()).is_ok();
    // There is one place, which is free when the emulator has hung up on the first client.
    assert_eq!(Sent::new("GET", "/nothing").send(emulator.local_addr()).status, 404);
    assert!(emulator.requests().len() < 1_000);
}
