//! Mistakes put into copies of the contracts: each must be caught, by the guard that is there for it, by name.

use std::fs;

use super::error::{Error, file};
use super::lint;
use super::tools::{Folders, Node, Python};
use crate::codegen;
use crate::contract;
use crate::contracts::{AUTHENTICATION, Contract, MANAGEMENT};

#[derive(Clone, Copy)]
enum Guard {
    /// `cargo xtask codegen`
    Codegen,
    /// `cargo xtask contract`
    Release,
    /// `contract_guards.py`
    Specification,
    Redocly,
    Spectral,
}

struct Mistake {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    guard: Guard,
    /// What the guard must say.
    told: &'static str,
}

const MISTAKES: [(&Contract, &[Mistake]); 2] =
    [(&MANAGEMENT, &IN_OPERATIONS), (&AUTHENTICATION, &IN_GIVEN_URLS)];

const IN_OPERATIONS: [Mistake; 10] = [
    Mistake {
        name: "missing operationId",
        from: "      operationId: add_users\n",
        to: "",
        guard: Guard::Codegen,
        told: "operationId: is missing",
    },
    Mistake {
        name: "wrong type",
        from: "          type: array\n",
        to: "          type: list\n",
        guard: Guard::Specification,
        told: "'list' is not valid",
    },
    Mistake {
        name: "changed type",
        from: "whatever the HTTP status.\n          type: boolean",
        to: "whatever the HTTP status.\n          type: string",
        guard: Guard::Release,
        told: ".status: type was boolean and is string",
    },
    Mistake {
        name: "broken example",
        from: "users: [user1, user2]",
        to: "users: user1",
        guard: Guard::Specification,
        told: "example: POST /management/add_users/{application_id}: body application/json: twoUsers",
    },
    Mistake {
        name: "status without example",
        from: "          examples:\n            signature:\n              summary: The signature does not fit\n              value: The request is not authenticated.\n",
        to: "",
        guard: Guard::Specification,
        told: "no example: POST /management/add_users/{application_id}: 401 text/plain",
    },
    Mistake {
        name: "renamed header",
        from: "      name: Authentication\n",
        to: "      name: Authorization\n",
        guard: Guard::Release,
        told: "security scheme Authentication: name was Authentication and is Authorization",
    },
    Mistake {
        name: "duplicate key, for our reader",
        from: "  title: IAMPASS Management API\n",
        to: "  title: IAMPASS Management API\n  title: IAMPASS Management API\n",
        guard: Guard::Codegen,
        told: "duplicate",
    },
    Mistake {
        name: "duplicate key, for others",
        from: "  title: IAMPASS Management API\n",
        to: "  title: IAMPASS Management API\n  title: IAMPASS Management API\n",
        guard: Guard::Specification,
        told: "duplicate key: line ",
    },
    Mistake {
        name: "unused schema",
        from: "  schemas:\n",
        to: "  schemas:\n    Unused:\n      description: Nobody's.\n      type: string\n      example: none\n",
        guard: Guard::Redocly,
        told: "Component: \"Unused\" is never used.",
    },
    Mistake {
        name: "undeclared tag",
        from: "tags: [users]\n",
        to: "tags: [accounts]\n",
        guard: Guard::Spectral,
        told: "operation-tag-defined",
    },
];

/// In the calls of which the service gives the URL.
const IN_GIVEN_URLS: [Mistake; 5] = [
    Mistake {
        name: "misspelled member",
        from: "    url: status_url\n",
        to: "    uri: status_url\n",
        guard: Guard::Redocly,
        told: "The field `url` must be present on this level.",
    },
    Mistake {
        name: "id of another operation",
        from: "operationId: end_session\n",
        to: "operationId: authenticate_user\n",
        guard: Guard::Codegen,
        told: "ids must differ",
    },
    Mistake {
        name: "response that there is not",
        from: "schemas/EndSessionResponse'",
        to: "schemas/Nothing'",
        guard: Guard::Spectral,
        told: "'#/components/schemas/Nothing' does not exist",
    },
    Mistake {
        name: "broken example of a response",
        from: "authenticated: false\n                  session_status: pending\n",
        to: "authenticated: false\n                  session_status: 1\n",
        guard: Guard::Specification,
        told: "example: GET {status_url}: 200 application/json: pending: 1 is not of type 'string'",
    },
    Mistake {
        name: "changed method",
        from: "    method: post\n    url: logout_url\n",
        to: "    method: get\n    url: logout_url\n",
        guard: Guard::Release,
        told: "operation end_session: request was POST {logout_url} and is GET {logout_url}",
    },
];

/// Makes each mistake in turn; says which was not caught.
pub(crate) fn mistakes(node: &Node, python: &Python, folders: &Folders) -> Result<String, Error> {
    let copy = folders.work.join("seeded.yaml");
    let mut missed = Vec::new();
    let mut count = 0;
    for (contract, mistakes) in MISTAKES {
        let source = folders.root.join(contract.source);
        let text = fs::read_to_string(&source).map_err(file(&source, "cannot be read"))?;
        for mistake in mistakes {
            let seeded = text.replacen(mistake.from, mistake.to, 1);
            fs::write(&copy, &seeded).map_err(file(&copy, "cannot be written"))?;
            let told = match mistake.guard {
                _ if seeded == text => {
                    "the contract has changed: there is no place for this mistake".to_owned()
                }
                Guard::Codegen => {
                    codegen::generate(&seeded, contract).err().map_or_else(nothing, |e| e.to_string())
                }
                Guard::Release => contract::compare(&text, &seeded),
                Guard::Specification => failure(super::guards::specification_of(python, &copy)),
                Guard::Redocly => failure(lint::redocly_of(node, &copy)),
                Guard::Spectral => failure(lint::spectral_of(node, &copy)),
            };
            count += 1;
            if !told.contains(mistake.told) {
                missed.push(format!("{}: expected {:?}, told {told:?}", mistake.name, mistake.told));
            }
        }
    }
    if missed.is_empty() {
        Ok(format!("{count} mistakes, each caught by name"))
    } else {
        Err(Error::Uncaught(missed))
    }
}

fn failure(result: Result<String, Error>) -> String {
    result.err().map_or_else(nothing, |error| error.to_string())
}

fn nothing() -> String {
    "nothing".to_owned()
}
