//! One connection: TLS if it is spoken, then HTTP until somebody hangs up.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use axum::http::header::CONNECTION;
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use tokio::time::timeout;
use tokio_io_timeout::TimeoutWriter;
use tower::ServiceExt as _;

use super::client::Client;
use super::refused_head::{self, MAX_HEAD_BYTES, MAX_HEADERS};
use crate::app_state::AppState;
use crate::faults::{Reset, ResponseAction};
use crate::http::rejection::Rejection;
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use crate::middleware::record::record_request;
use crate::tls::Acceptor;

/// What each connection is served with.
#[derive(Clone)]
pub(crate) struct ConnectionConfig {
    pub(crate) router: Router,
    pub(crate) tls: Option<Acceptor>,
    /// For the record of what is refused before the router sees it.
    pub(crate) state: Arc<AppState>,
    /// How long a TLS handshake and a request's head may take, an idle connection stays open, and a client
    /// may leave a response unread.
    pub(crate) read_timeout: Duration,
}

pub(crate) async fn serve(stream: TcpStream, serving: ConnectionConfig) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let ConnectionConfig { router, tls, state, read_timeout } = serving;
    let Some(tls) = tls else {
        return converse(stream, router, &state, read_timeout, |stream| stream).await;
    };
    #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
    match tls {}
    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    match timeout(read_timeout, handshake(tls, stream)).await {
        Ok(Ok(Greeting::Tls(stream))) => {
            converse(*stream, router, &state, read_timeout, |stream| stream.get_ref().0).await;
        }
        Ok(Ok(Greeting::PlainHttp(stream))) => {
            tracing::warn!(
                "a client spoke plain http on this port, which speaks https: its URL must begin with https://"
            );
            let refuse = refuse_plain_http(state.clone());
            converse(stream, refuse, &state, read_timeout, |stream| stream).await;
        }
        // Somebody who does not trust the certificate would not learn it otherwise.
        Ok(Err(error)) => tracing::warn!(%error, "a TLS handshake failed"),
        Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// What a client of the port for HTTPS has begun with.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
enum Greeting {
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
    PlainHttp(TcpStream),
}

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
async fn handshake(tls: Acceptor, stream: TcpStream) -> std::io::Result<Greeting> {
    let mut first = [0];
    // No message of TLS begins with a letter, and every method of HTTP does.
    if stream.peek(&mut first).await? > 0 && first[0].is_ascii_alphabetic() {
        return Ok(Greeting::PlainHttp(stream));
    }
    Ok(Greeting::Tls(Box::new(tls.accept(stream).await?)))
}

/// Responds to every request with what to do, records it, and closes the connection.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
fn refuse_plain_http(state: Arc<AppState>) -> Router {
    let refuse = || async {
        let text = "This port speaks https: the URL must begin with https://.";
        ([(CONNECTION, "close")], Rejection::bad_request("plain_http", text)).into_response()
    };
    Router::new().fallback(refuse).layer(from_fn_with_state(state, record_request))
}

async fn converse<S>(
    stream: S,
    router: Router,
    state: &AppState,
    read_timeout: Duration,
    below: impl FnOnce(&S) -> &TcpStream,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let respond = service_fn(move |mut request: hyper::Request<Incoming>| {
        let router = router.clone();
        // On the heap, since what is polled without a shutdown must be movable.
        Box::pin(async move {
            // Dropped with this future, when the client hangs up.
            let (_waits, client) = Client::new();
            request.extensions_mut().insert(client);
            // A task of its own: what was begun is carried out and recorded, whether or not the client waits for it.
            let response = tokio::spawn(router.oneshot(request)).await;
            let response = response.unwrap_or_else(|_panic| Ok(Rejection::internal_error().into_response()));
            let Ok(response) = response;
            ResponseAction::carry_out(response).await
        })
    });
    // hyper bounds how long it waits for what a client sends, and not how long a client lets a response wait.
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(read_timeout));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), respond);
    // The stream is shut down only afterwards: who reads to the end finds what hyper has refused in the list.
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    if let Err(error) = ended {
        if std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<Reset>) {
            return reset(below(stream.get_ref()));
        } else if error.is_parse_version_h2() {
            tracing::warn!("a client began with HTTP/2 at once; the emulator speaks HTTP/1.1 alone");
        } else if error.is_parse() {
            refused_head::record(state, &error);
        } else {
            return tracing::debug!(%error, "a connection ended early");
        }
    }
    if let Err(error) = stream.shutdown().await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Makes the stream's end, which is near, a reset (RST) in the place of an orderly close (FIN).
fn reset(stream: &TcpStream) {
    if let Err(error) = stream.set_zero_linger() {
        tracing::warn!(%error, "cannot reset a connection; it is closed");
    }
}
