//! What the vendor's client can call, and the emulator has not.

use crate::support::{Backend, Sent};

#[test]
fn a_call_that_is_not_emulated_is_refused_by_its_name() {
    let backend = Backend::with_users(&["alice"]);
    for (path, name) in [("/management/send_registration_sms/app/alice", "send_registration_sms")] {
        let sent = Sent::new("POST", path).header("Content-Type", "application/json").body("{}");
        // Signed or not, known or not: the reason is the same.
        for sent in [backend.sign(sent.clone()), sent] {
            let got = sent.send(backend.address());
            assert_eq!(got.status, 501);
            assert!(got.body.contains(name) && got.body.contains("not emulated"), "{}", got.body);
            let record = backend.emulator.requests().pop().unwrap();
            assert_eq!((record.status, record.operation), (501, Some(name)));
            let refusal = record.refusal.unwrap();
            assert_eq!((refusal.code, refusal.explanation), ("not_emulated", got.body));
        }
        let got = Sent::new("GET", path).send(backend.address());
        assert_eq!((got.status, got.header("allow")), (405, Some("POST")));
    }
}
