//! Sequences of what phone, application, operator and clock do, on the store itself.

use std::collections::BTreeMap;
use std::time::Duration;

use iampass_authentication::SessionStatus::{
    self, Active, Cancelled, Closed, Failed, Identifying, Pending, Timeout, Walkaway,
};
use pollster::block_on;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::app_state::AppState;
use crate::application::Application;

/// A run's sign-ins, of the first user.
async fn statuses(run: &Run) -> Vec<SessionStatus> {
    let found = run.state.store.sign_ins().await.unwrap();
    found.into_iter().map(|one| one.session_status).collect()
}

/// What may follow what, as the vendor's page has it.
const TABLE: [(SessionStatus, &[SessionStatus]); 8] = [
    (Pending, &[Identifying, Active, Failed, Cancelled, Timeout]),
    (Identifying, &[Active, Failed, Cancelled, Timeout]),
    (Active, &[Walkaway, Closed]),
    (Walkaway, &[Active, Closed]),
    (Failed, &[]),
    (Cancelled, &[]),
    (Timeout, &[]),
    (Closed, &[]),
];

#[derive(Clone, Debug)]
enum Step {
    Start { user: usize, duration_seconds: u64 },
    Change { session: Index, status: SessionStatus },
    End { session: Index },
    AddUser { user: usize },
    DeleteUser { user: usize },
    RegisterPhone { user: usize },
    LosePhone { user: usize },
    SetOutcome { user: usize, outcome: Option<SessionStatus> },
    MoveClock { seconds: i64 },
    SetClockRight,
}

fn status() -> impl Strategy<Value = SessionStatus> {
    proptest::sample::select(SessionStatus::KNOWN.to_vec())
}

fn step() -> impl Strategy<Value = Step> {
    let user = 0..2_usize;
    prop_oneof![
        4 => (user.clone(), 1..200_u64).prop_map(|(user, duration_seconds)| Step::Start { user, duration_seconds }),
        16 => (any::<Index>(), status()).prop_map(|(session, status)| Step::Change { session, status }),
        1 => any::<Index>().prop_map(|session| Step::End { session }),
        1 => user.clone().prop_map(|user| Step::AddUser { user }),
        1 => user.clone().prop_map(|user| Step::DeleteUser { user }),
        2 => user.clone().prop_map(|user| Step::RegisterPhone { user }),
        1 => user.clone().prop_map(|user| Step::LosePhone { user }),
        1 => (user, proptest::option::of(status())).prop_map(|(user, outcome)| Step::SetOutcome { user, outcome }),
        3 => (-300..300_i64).prop_map(|seconds| Step::MoveClock { seconds }),
        1 => Just(Step::SetClockRight),
    ]
}

/// An emulator with two users who have phones, and what was seen of their sign-ins.
struct Run {
    state: AppState,
    application_id: ApplicationId,
    tokens: Vec<String>,
    seen: BTreeMap<String, SessionStatus>,
}

impl Run {
    async fn start() -> Self {
        let state = AppState::in_memory();
        let application = Application::new("app", "SECRET").unwrap();
        let application_id = application.id().clone();
        state.store.add_application(application).await.unwrap();
        let run = Self { state, application_id, tokens: Vec::new(), seen: BTreeMap::new() };
        for user in 0..2 {
            run.carry_out(Step::AddUser { user }).await;
            run.carry_out(Step::RegisterPhone { user }).await;
        }
        run
    }

    /// A step that makes no sense here is one that the store refuses.
    async fn carry_out(&self, step: Step) -> Option<String> {
        let (store, id) = (&self.state.store, &self.application_id);
        let user = |number: usize| UserId::new(format!("user-{number}")).unwrap();
        let token = |session: Index| match self.tokens.as_slice() {
            [] => "none",
            tokens => session.get(tokens),
        };
        match step {
            Step::Start { user: number, duration_seconds } => {
                let request = SignInRequest { methods: Vec::new(), duration_seconds };
                let started = store.start_sign_in(id, &user(number), request).await;
                return started.ok().flatten().map(|credentials| credentials.token);
            }
            Step::Change { session, status } => drop(store.change_sign_in(token(session), status).await),
            Step::End { session } => drop(store.end_sign_in(token(session)).await),
            Step::AddUser { user: number } => drop(store.add_users(id, vec![user(number)]).await),
            Step::DeleteUser { user: number } => drop(store.delete_users(id, vec![user(number)]).await),
            Step::RegisterPhone { user: number } => {
                if let Ok(link) = store.make_link(id, &user(number), None).await {
                    store.register_device(&link).await.unwrap();
                }
            }
            Step::LosePhone { user: number } => drop(store.lose_device(id, &user(number)).await),
            Step::SetOutcome { user: number, outcome } => {
                let outcome = outcome.and_then(|status| SignInOutcome::new(status, Duration::ZERO));
                drop(store.set_sign_in_outcome(id, &user(number), outcome).await);
            }
            Step::MoveClock { seconds } => self.state.move_clock(seconds).await,
            Step::SetClockRight => self.state.reset_clock().await,
        }
        None
    }

    /// Looks at all sign-ins, and compares them with what they were.
    async fn look(&mut self) {
        let found: BTreeMap<_, _> = self
            .state
            .store
            .sign_ins()
            .await
            .unwrap()
            .into_iter()
            .map(|one| (one.session_token.clone(), one))
            .collect();
        for (token, before) in &self.seen {
            let now = &found[token].session_status;
            let (_, next) = TABLE.iter().find(|(status, _)| status == before).unwrap();
            assert!(before == now || next.contains(now), "{before} became {now}");
        }
        for one in found.values() {
            assert_eq!(one.ends_at.is_none(), one.session_status.is_final(), "{one:?}");
        }
        self.seen = found.into_iter().map(|(token, one)| (token, one.session_status)).collect();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_sequence_of_events_leads_where_the_table_does_not(
        steps in proptest::collection::vec(step(), 1..100)
    ) {
        block_on(async {
            let mut run = Run::start().await;
            for step in steps {
                let started = run.carry_out(step).await;
                if let Some(token) = started {
                    run.seen.insert(token.clone(), Pending);
                    run.tokens.push(token);
                }
                run.look().await;
            }
        });
    }
}

#[test]
fn open_sign_ins_of_a_user_do_not_grow_without_bound() {
    block_on(async {
        let mut run = Run::start().await;
        let start = |user| Step::Start { user, duration_seconds: 60 };
        run.carry_out(start(1)).await;
        for _ in 0..2 {
            run.tokens.extend(run.carry_out(start(0)).await);
        }
        run.state.store.change_sign_in(&run.tokens[1], Active).await.unwrap();
        for _ in 0..100 {
            run.carry_out(start(0)).await;
        }
        let expected = [vec![Pending, Failed, Closed], vec![Pending; 100]].concat();
        assert_eq!(statuses(&run).await, expected);
    });
}

#[test]
fn ended_sign_ins_do_not_grow_without_bound_and_open_ones_are_kept_however_old() {
    block_on(async {
        let run = Run::start().await;
        let start = || Step::Start { user: 0, duration_seconds: 60 };
        let store = &run.state.store;
        let session = Step::Start { user: 0, duration_seconds: 1_000_000 };
        let oldest = run.carry_out(session).await.unwrap();
        store.change_sign_in(&oldest, Active).await.unwrap();
        let first = run.carry_out(start()).await.unwrap();
        store.end_sign_in(&first).await.unwrap();
        for _ in 0..10_000 {
            let token = run.carry_out(start()).await.unwrap();
            store.end_sign_in(&token).await.unwrap();
        }
        assert_eq!(store.sign_in(&first).await, Err(StateError::UnknownSession));
        assert!(store.session_secret(&first).is_none());
        store.end_sign_in(&oldest).await.unwrap();
        assert_eq!(store.sign_in(&oldest).await.unwrap().session_status, Closed);
        assert_eq!(statuses(&run).await.len(), 10_000);
    });
}
