//! The contracts that become Rust. A further contract is one more row of [`CONTRACTS`].

/// One contract, and where and how it becomes Rust. What the generated code stands on is the same for all of them: the
/// crate `iampass-client`.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The hand-written `OpenAPI` document, relative to the repository.
    pub(crate) source: &'static str,
    /// The generated Rust file, relative to the repository.
    pub(crate) output: &'static str,
    /// Named schemas that hand-written types stand for: `(schema, Rust type)`.
    pub(crate) replacements: &'static [(&'static str, &'static str)],
}

/// The IAMPASS Management API.
pub(crate) const MANAGEMENT: Contract = Contract {
    source: "openapi/iampass-management.yaml",
    output: "crates/iampass-management/src/generated.rs",
    replacements: &[("ApplicationId", "iampass_client::ApplicationId"), ("UserId", "iampass_client::UserId")],
};

/// The IAMPASS Authentication API.
pub(crate) const AUTHENTICATION: Contract = Contract {
    source: "openapi/iampass-authentication.yaml",
    output: "crates/iampass-authentication/src/generated.rs",
    replacements: &[
        ("ApplicationId", "iampass_client::ApplicationId"),
        ("SessionSecret", "crate::SessionSecret"),
        ("SessionStatus", "crate::SessionStatus"),
        ("UserId", "iampass_client::UserId"),
    ],
};

/// The contracts of this project: generated, linted, exported and compared with their last release.
pub(crate) const CONTRACTS: &[Contract] = &[MANAGEMENT, AUTHENTICATION];

/// Contracts of tests: generated, and nothing else.
pub(crate) const FIXTURES: &[Contract] = &[NOTES];

/// What a second contract costs: a file, this row and a thin crate.
pub(crate) const NOTES: Contract = Contract {
    source: "xtask/fixtures/notes/notes.yaml",
    output: "xtask/fixtures/notes/src/generated.rs",
    replacements: &[],
};
