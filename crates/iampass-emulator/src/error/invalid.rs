//! What is wrong with something that was given.

use iampass_auth::{InvalidApplicationId, InvalidSecret};
use thiserror::Error;

/// Why an application is none.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum InvalidApplication {
    /// The id has not an application id's form. Give it as it was issued.
    #[error("the application's id cannot be one")]
    Id(#[source] InvalidApplicationId),
    /// The secret has not a secret's form. Give it as it was issued.
    #[error("the application's secret cannot be one")]
    Secret(#[source] InvalidSecret),
}

/// Why a fault is not injected.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum InvalidFault {
    /// The contract has no such operation. Give one of its `operationId`s.
    #[error("the contract has no operation `{operation}`")]
    UnknownOperation {
        /// What was given.
        operation: String,
    },
    /// The status is not one that ends an exchange. Give one from 200 to 599.
    #[error("{status} is not an HTTP status from 200 to 599")]
    Status {
        /// What was given.
        status: u16,
    },
    /// The header's name or value is not HTTP's, or the header says where a message ends, which is the
    /// server's business. Mend it or leave it out.
    #[error("the header `{name}` cannot be sent")]
    Header {
        /// The header's name as it was given.
        name: String,
    },
    /// A fault in JSON lacks a member, or has one too many. Look at the rule.
    #[error("{rule}")]
    Members {
        /// Which members there must be.
        rule: &'static str,
    },
    /// The probability is none. Give one from 0 to 1.
    #[error("{probability} is not a probability from 0 to 1")]
    Probability {
        /// What was given.
        probability: f64,
    },
}

/// Why a URL is not taken for the public one. Give scheme, host and, if it is not the scheme's own, port.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPublicUrl {
    /// It is no absolute URL.
    #[error("it is no URL: write it as in https://iampass.example")]
    NotAUrl,
    /// The scheme is another one than `http` and `https`, or there is none.
    #[error("it must begin with http:// or https://")]
    Scheme,
    /// Host or port cannot be one.
    #[error("its host or its port cannot be one")]
    Host,
    /// A user or a password is in it.
    #[error("it must not hold a user or a password")]
    UserInfo,
    /// It has a path, below which neither signatures nor pages would be right.
    #[error("it must not have a path: give the emulator a host or a port of its own")]
    Path,
    /// It has a query or a fragment.
    #[error("it must have neither a query nor a fragment")]
    QueryOrFragment,
}
