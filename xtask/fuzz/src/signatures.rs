//! The parser of the `Authentication` header, and the verifier.

use std::sync::LazyLock;

use iampass_auth::{
    ApplicationId, ApplicationSecret, Authentication, Credentials, PresentedHeaders, Verifier, canonical_url,
    sign_with,
};

const APPLICATION: &str = "fuzz";
const SECRET: &str = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V";
const URL: &str = "https://main.iam-api.com/management/add_users/fuzz";
const NOW: u64 = 1_700_000_000;
const NONCE: u64 = 12_345_678_901_234_567_890;

/// What is read is written as it came.
pub fn header(data: &[u8]) {
    let Ok(value) = std::str::from_utf8(data) else { return };
    if let Ok(parsed) = Authentication::parse(value) {
        assert_eq!(parsed.to_header_value(), value);
        ApplicationId::new(parsed.application_id()).unwrap();
    }
    if let Ok(url) = canonical_url(value) {
        let text = url.to_string();
        assert!(!text.contains('#') && text.contains('/'), "{text}");
    }
}

/// Lines of `name: value`, after a first line that is the URL. None of them is signed by someone who knows the
/// secret, but for those that are the request below.
pub fn verifier(data: &[u8]) {
    static SIGNED: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let secret = ApplicationSecret::new(SECRET).unwrap();
        let credentials = Credentials::new(ApplicationId::new(APPLICATION).unwrap(), secret);
        let signed = sign_with(&credentials, &canonical_url(URL).unwrap(), NONCE, NOW);
        signed.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect()
    });
    let mut lines = data.split(|byte| *byte == b'\n');
    let Ok(url) = std::str::from_utf8(lines.next().unwrap_or_default()) else { return };
    let pairs: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let value = line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]);
            Some((std::str::from_utf8(&line[..colon]).ok()?, value))
        })
        .collect();
    let verifier =
        Verifier::new(|id: &str| (id == APPLICATION).then(|| ApplicationSecret::new(SECRET).unwrap()))
            .with_clock(|| NOW);
    let presented = PresentedHeaders::from_pairs(pairs.iter().copied());
    match verifier.verify(&presented, url) {
        Ok(found) => {
            assert_eq!((found.nonce, found.timestamp), (NONCE, NOW), "a forged signature");
            assert_eq!(canonical_url(url).unwrap(), canonical_url(URL).unwrap());
            for (name, value) in &SIGNED[..2] {
                let is_sent = |(sent, found): &(&str, &[u8])| {
                    sent.eq_ignore_ascii_case(name) && *found == value.as_bytes()
                };
                assert!(pairs.iter().any(is_sent), "another `{name}` was taken");
            }
            verifier.verify(&presented, url).expect_err("a replay");
        }
        Err(refusal) => assert!(!refusal.to_string().contains(SECRET), "a refusal shows the secret"),
    }
}
