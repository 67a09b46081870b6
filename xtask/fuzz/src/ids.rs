//! What callers give: ids, and settings as files and environments have them.

use iampass_management::{
    APPLICATION_ID_VARIABLE, APPLICATION_SECRET_VARIABLE, ApplicationId, ApplicationSecret, BaseUrl,
    SERVER_VARIABLE, Settings, UserId,
};

const MARK: &str = "7fd1c0ffee";

/// An id that is taken comes back as it was, in JSON too.
pub fn id(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(user) = UserId::new(text) {
        assert_eq!(user.as_str(), text);
        let json = serde_json::to_string(&user).unwrap();
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), user);
    } else {
        assert!(matches!(text, "" | "." | ".."), "{text:?} was refused");
    }
    if let Ok(application) = ApplicationId::new(text) {
        assert_eq!(application.as_str(), text);
        assert!(!text.contains([':', ' ', '\r', '\n']));
    }
    if let Ok(secret) = ApplicationSecret::new(text) {
        assert_eq!(format!("{secret:?}"), "ApplicationSecret(redacted)");
    }
    let _ = serde_json::from_slice::<UserId>(data);
}

/// Three lines: server, application and secret. What is wrong with them is told without the secret.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let [server, application, secret] = [(); 3].map(|()| lines.next());
    // The message's own words may well be in a secret, but not this.
    let secret = secret.map(|secret| format!("{secret}{MARK}"));
    let lookup = |name: &str| {
        let value = match name {
            SERVER_VARIABLE => server,
            APPLICATION_ID_VARIABLE => application,
            APPLICATION_SECRET_VARIABLE => secret.as_deref(),
            _ => None,
        };
        value.map(Into::into)
    };
    if let Err(error) = Settings::from_variables(lookup) {
        let told = error.to_string();
        assert!(!told.contains(MARK), "{told}");
    }
    if let Some(Ok(url)) = server.map(str::parse::<BaseUrl>) {
        let shown = url.to_string();
        assert_eq!(shown.parse::<BaseUrl>().unwrap(), url, "{shown}");
        // After the first slash it is a part of the path.
        let authority = shown.split('/').nth(2).unwrap_or_default();
        assert!(!authority.contains('@'), "user-info was let through: {shown}");
    }
}
