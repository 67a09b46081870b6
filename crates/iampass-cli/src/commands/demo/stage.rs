//! Makes the demo's calls, shows them as the emulator received them, and checks them.

use http::StatusCode;
use iampass_auth::{Credentials, canonical_url, sign_with};
use iampass_authentication::Session;
use iampass_emulator::{Emulator, RecordedRefusal, RequestRecord, SignIn};
use iampass_management::{BaseUrl, CallPolicy, Connection, Error, Settings, UserId};
use tokio::runtime::Runtime;

use super::error::failed;
use super::page::Page;
use super::recorder::Recorder;
use crate::call_error::CallError;
use crate::error::Failure;
use crate::service::runtime;

/// Someone who calls the emulator.
pub(super) struct Caller {
    connection: Connection,
    credentials: Credentials,
    recorder: Recorder,
}

impl Caller {
    /// The same one, whose calls this session signs.
    pub(super) fn in_session(&self, session: &Session) -> Self {
        let (connection, recorder) = (self.connection.clone(), self.recorder.clone());
        Self { connection, credentials: session.store_with_secret().credentials().clone(), recorder }
    }
}

/// The emulator, and the page on which its calls are shown.
pub(super) struct Stage {
    emulator: Emulator,
    base_url: BaseUrl,
    runtime: Runtime,
    page: Page,
    operation: &'static str,
    /// How many requests the emulator has seen as far as the demo knows.
    seen: usize,
}

impl Stage {
    pub(super) fn new(emulator: Emulator, page: Page) -> Result<Self, Failure> {
        let base_url = BaseUrl::parse(emulator.base_url()).map_err(failed)?;
        Ok(Self { emulator, base_url, runtime: runtime()?, page, operation: "", seen: 0 })
    }

    pub(super) fn caller(&self, credentials: Credentials) -> Result<Caller, Failure> {
        let recorder = Recorder::default();
        let settings = Settings::new(self.base_url.clone(), credentials.clone());
        // One request is shown per call, so there must be no retry.
        let connection = Connection::builder(settings).policy(CallPolicy::one_attempt());
        let connection = recorder.watch(connection).build();
        let connection = connection.map_err(|error| CallError::new(self.base_url.clone(), error))?;
        Ok(Caller { connection, credentials, recorder })
    }

    pub(super) fn introduce(&self) -> Result<(), Failure> {
        self.page.paragraph(&format!("A local IAMPASS is listening on {}.", self.base_url))?;
        self.page.paragraph(&format!(
            "It knows one application, `{}`, whose secret was made up just now.",
            self.emulator.credentials().application_id()
        ))?;
        self.page.paragraph("What was sent is marked with >, what came back with <.")?;
        self.page.paragraph("The header `X-IAMOASS-…` is spelled as the vendor's clients spell it.")
    }

    pub(super) fn conclude(&self) -> Result<(), Failure> {
        self.page.paragraph("")?;
        self.page.paragraph(&format!(
            "All {} calls went as they should. `iampass emulator` keeps such a service running; \
             `iampass --help` has the rest.",
            self.page.scenes()
        ))
    }

    /// Begins a part of the story, about a call of this operation.
    pub(super) fn scene(&mut self, title: &str, operation: &'static str) -> Result<(), Failure> {
        self.operation = operation;
        self.page.heading(title, operation)
    }

    pub(super) fn tell(&self, text: &str) -> Result<(), Failure> {
        self.page.meaning(text)
    }

    /// Makes a call that must succeed, and shows it.
    pub(super) fn succeeds<C: From<Connection>, T>(
        &mut self,
        caller: &Caller,
        status: u16,
        call: impl AsyncFnOnce(C) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let (result, _) = self.exchange(caller, status, call)?;
        result.map_err(|error| CallError::new(self.base_url.clone(), error).into())
    }

    /// Makes a call, shows it as the emulator saw it, and checks that it was this one call.
    pub(super) fn exchange<C: From<Connection>, T>(
        &mut self,
        caller: &Caller,
        status: u16,
        call: impl AsyncFnOnce(C) -> Result<T, Error>,
    ) -> Result<(Result<T, Error>, Option<RecordedRefusal>), Failure> {
        let result = self.runtime.block_on(call(caller.connection.clone().into()));
        let record = self.new_record()?;
        let signatures = caller.recorder.take();
        let [(nonce, timestamp)] = signatures[..] else {
            return Err(self.deviation("one request is signed once"));
        };
        self.show_request(caller, &record, nonce, timestamp)?;
        let answered = StatusCode::from_u16(record.status)
            .map_err(|_| self.deviation("the answer has a status of HTTP"))?;
        self.page.received(&answered.to_string())?;
        self.check(record.operation == Some(self.operation), "the request is this operation's")?;
        self.check(record.status == status, &format!("the status is {status}"))?;
        Ok((result, record.refusal))
    }

    /// Plays the phone.
    pub(super) fn register_phone(&self, link: &str) -> Result<(), Failure> {
        self.emulator
            .register_device(link)
            .map_err(|error| self.deviation(&format!("the link registers a phone, but {error}")))
    }

    /// Plays the phone that is asked last: the user agrees, or refuses.
    pub(super) fn answer_sign_in(&self, agrees: bool) -> Result<(), Failure> {
        let failed = |error| failed(format!("the phone cannot answer: {error}"));
        let sign_ins = self.emulator.sign_ins().map_err(failed)?;
        let last = sign_ins.last().ok_or_else(|| self.deviation("the phone is asked"))?;
        let SignIn { session_token, .. } = last;
        let answered =
            if agrees { self.emulator.approve(session_token) } else { self.emulator.deny(session_token) };
        answered.map(drop).map_err(failed)
    }

    /// The users that the emulator has.
    pub(super) fn users(&self) -> Result<Vec<UserId>, Failure> {
        let application_id = self.emulator.credentials().application_id();
        self.emulator.users(application_id).map_err(failed)
    }

    pub(super) fn check(&self, holds: bool, expectation: &str) -> Result<(), Failure> {
        if holds { Ok(()) } else { Err(self.deviation(expectation)) }
    }

    pub(super) fn deviation(&self, expectation: &str) -> Failure {
        failed(format!("{} (part {}): it should be that {expectation}", self.operation, self.page.scenes()))
    }

    /// The one request that came since the last look. The emulator notes it before it answers.
    fn new_record(&mut self) -> Result<RequestRecord, Failure> {
        let mut records = self.emulator.requests();
        let new = records.split_off(self.seen.min(records.len()));
        self.seen += new.len();
        match <[RequestRecord; 1]>::try_from(new) {
            Ok([record]) => Ok(record),
            Err(new) => Err(self.deviation(&format!("one request arrives, not {}", new.len()))),
        }
    }

    /// Path and method are those that the emulator received; the headers are signed anew for that
    /// path with the nonce and the time that the client used, which gives the headers that were sent.
    /// No call of the demo has a query, which the emulator does not keep.
    fn show_request(
        &self,
        caller: &Caller,
        record: &RequestRecord,
        nonce: u64,
        timestamp: u64,
    ) -> Result<(), Failure> {
        self.page.sent(&format!("{} {}", record.method, record.path))?;
        let url = format!("{}{}", self.base_url, record.path);
        let headers = sign_with(&caller.credentials, &canonical_url(&url).map_err(failed)?, nonce, timestamp);
        for (name, value) in &headers {
            self.page.sent(&format!("{name}: {value}"))?;
        }
        Ok(())
    }
}
