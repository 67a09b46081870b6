//! `iampass users`: adds and deletes users.

use std::collections::BTreeSet;
use std::io::{self, Write};

use iampass_management::{AddUsersOutcome, ManagementClient, UserId};
use serde::Serialize;
use serde_json::json;

use crate::args::{DeleteArguments, RemoveArguments, UserList, UsersCommand};
use crate::bulk;
use crate::confirm::{can_ask, confirm_deletion};
use crate::error::Failure;
use crate::output::{self, Records, Report, printable};
use crate::service::Service;
use crate::standard_input::{IdsProblem, read_ids};

pub(crate) fn run(command: UsersCommand) -> Result<(), Failure> {
    match command {
        UsersCommand::Add(list) => add(list),
        UsersCommand::Delete(arguments) => delete(arguments),
        UsersCommand::Import(arguments) => bulk::run(bulk::Operation::Import, &arguments, None),
        UsersCommand::Remove(RemoveArguments { yes, bulk }) => {
            bulk::run(bulk::Operation::Remove, &bulk, (!yes).then_some(confirm_deletion))
        }
    }
}

fn add(UserList { mut ids, output, service }: UserList) -> Result<(), Failure> {
    if matches!(&*ids, [id] if id.as_str() == "-") {
        let secret = service.settings.secret_file.as_deref();
        if secret.is_some_and(|path| path.as_os_str() == "-") {
            return Err(IdsProblem::Twice.into());
        }
        ids = read_ids(io::stdin().lock())?;
    }
    let added = Service::open(&service)?
        .call(output.curl(), async |client: ManagementClient| client.add_users(ids).await)?;
    let Some(AddUsersOutcome { created, existing, .. }) = added else { return Ok(()) };
    output::report(&Added { created, existing }, output.format())
}

fn delete(DeleteArguments { yes, users }: DeleteArguments) -> Result<(), Failure> {
    let UserList { ids, output, service } = users;
    let distinct = ids.iter().collect::<BTreeSet<_>>().len();
    let asks = distinct > 1 && !yes && output.curl().is_none();
    if asks {
        can_ask()?;
    }
    let service = Service::open(&service)?;
    if asks {
        confirm_deletion(&service, distinct as u64, &ids)?;
    }
    let deleted = ids.clone();
    let done =
        service.call(output.curl(), async |client: ManagementClient| client.delete_users(ids).await)?;
    if done.is_none() {
        return Ok(());
    }
    output::report(&Deleted { deleted }, output.format())
}

#[derive(Serialize)]
struct Added {
    created: Vec<UserId>,
    existing: Vec<UserId>,
}

impl Report for Added {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        lines(out, "created", &self.created)?;
        lines(out, "existing", &self.existing)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["user", "outcome"]);
        rows(&mut records, "created", &self.created);
        rows(&mut records, "existing", &self.existing);
        records
    }
}

/// The ids that were asked for: the service does not list them.
#[derive(Serialize)]
struct Deleted {
    deleted: Vec<UserId>,
}

impl Report for Deleted {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        lines(out, "deleted", &self.deleted)
    }

    fn records(&self) -> Records {
        let mut records = Records::new(&["user", "outcome"]);
        rows(&mut records, "deleted", &self.deleted);
        records
    }
}

fn lines(out: &mut dyn Write, outcome: &str, ids: &[UserId]) -> io::Result<()> {
    ids.iter().try_for_each(|id| writeln!(out, "{outcome} {}", printable(id.as_str())))
}

fn rows(records: &mut Records, outcome: &str, ids: &[UserId]) {
    for id in ids {
        records.push(vec![json!(id), json!(outcome)]);
    }
}
