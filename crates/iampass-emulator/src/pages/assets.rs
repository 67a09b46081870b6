//! The files that pages load: style, scripts, icon.

/// A file that is the same for everybody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) text: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The reference's style, on which that of all other pages builds.
pub(crate) const BASE_STYLE: Asset = Asset {
    path: "/assets/base.css",
    content_type: "text/css; charset=utf-8",
    text: iampass_reference::STYLE,
};

pub(crate) const STYLE: Asset = Asset {
    path: "/assets/style.css",
    content_type: "text/css; charset=utf-8",
    text: include_str!("style.css"),
};

pub(crate) const ICON: Asset =
    Asset { path: "/assets/icon.svg", content_type: "image/svg+xml", text: include_str!("icon.svg") };

/// Where browsers look for the icon of what is no page.
pub(crate) const FAVICON: Asset = Asset { path: "/favicon.ico", ..ICON };

pub(crate) const TRY_OUT: Asset =
    Asset { path: "/assets/try-out.js", content_type: SCRIPT, text: include_str!("try-out.js") };

/// Keeps pages of the console as they are now.
pub(crate) const LIVE: Asset =
    Asset { path: "/assets/live.js", content_type: SCRIPT, text: include_str!("live.js") };

/// Keeps the phone's page as it is now. The events are for those alone who may have the console.
pub(crate) const POLL: Asset =
    Asset { path: "/assets/poll.js", content_type: SCRIPT, text: include_str!("poll.js") };

/// What both of them do when they look.
pub(crate) const REFRESH: Asset =
    Asset { path: "/assets/refresh.js", content_type: SCRIPT, text: include_str!("refresh.js") };

pub(crate) const COPY: Asset =
    Asset { path: "/assets/copy.js", content_type: SCRIPT, text: include_str!("copy.js") };

/// Protocol 1 for a browser; made to be read, and to be taken elsewhere.
pub(crate) const SIGNER: Asset =
    Asset { path: "/assets/signer.js", content_type: SCRIPT, text: include_str!("signer.js") };

pub(crate) const ALL: [Asset; 10] =
    [BASE_STYLE, STYLE, ICON, FAVICON, TRY_OUT, SIGNER, LIVE, POLL, REFRESH, COPY];
