//! What the emulator makes of bytes on its port.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials, Signer};
use iampass_emulator::Emulator;

const APPLICATION: &str = "fuzz";
const SECRET: &str = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V";
const ADMIN: &[u8] = b"_emulator";
/// Nothing that the emulator does takes so long, on whatever machine.
const HANGING: Duration = Duration::from_secs(20);

/// The bytes are a request. Where a line says `sign: `, the headers of a signature take its place, so that more than
/// the refusal of a wrong one is reached.
///
/// Every request ends in an answer or the connection's end, and none of them shows the secret.
pub fn route(data: &[u8]) {
    static RUNNING: LazyLock<(Emulator, Signer)> = LazyLock::new(|| {
        let id = ApplicationId::new(APPLICATION).unwrap();
        let credentials = Credentials::new(id, ApplicationSecret::new(SECRET).unwrap());
        let emulator = Emulator::builder().application(credentials.clone()).start().unwrap();
        (emulator, Signer::new(credentials))
    });
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let (emulator, signer) = &*RUNNING;
    let address = emulator.local_addr();
    let request = signed(data, signer, emulator.base_url());
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(HANGING)).unwrap();
    // The emulator may have heard enough before all is sent.
    let _ = stream.write_all(&request).and_then(|()| stream.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "the emulator hangs");
    }
    // One input must not decide what becomes of the next, nor fill the memory.
    let is_admin = data.windows(ADMIN.len()).any(|window| window == ADMIN);
    if is_admin || NUMBER.fetch_add(1, Ordering::Relaxed) % 1_000 == 999 {
        emulator.reset().unwrap();
    }
    if !answer.is_empty() {
        assert!(answer.starts_with(b"HTTP/1."), "{}", String::from_utf8_lossy(&answer));
        assert!(!answer.starts_with(b"HTTP/1.1 500"), "{}", String::from_utf8_lossy(&answer));
    }
    let shown = answer.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    // Whoever sends it may get it back.
    let sent = data.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    assert!(sent || !shown, "the secret is shown");
}

fn signed(data: &[u8], signer: &Signer, base_url: &str) -> Vec<u8> {
    const PLACE: &[u8] = b"\nsign: ";
    let place = data.windows(PLACE.len()).position(|window| window == PLACE);
    let target = data.split(|byte| *byte == b' ').nth(1).and_then(|target| std::str::from_utf8(target).ok());
    let (Some(place), Some(target)) = (place, target) else { return data.to_vec() };
    let Ok(headers) = signer.sign(&format!("{base_url}{target}")) else { return data.to_vec() };
    let mut request = data[..=place].to_vec();
    let host = base_url.trim_start_matches("http://");
    request.extend_from_slice(format!("Host: {host}\r\n").as_bytes());
    for (name, value) in &headers {
        request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    let rest = data[place + PLACE.len()..].iter().position(|byte| *byte == b'\n');
    request.extend_from_slice(rest.map_or(&[], |rest| &data[place + PLACE.len() + rest + 1..]));
    request
}
