//! The contracts of this repository. A second contract is one more row of [`CONTRACTS`].

/// One contract, and where and how it becomes Rust.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The hand-written `OpenAPI` document, relative to the repository.
    pub(crate) source: &'static str,
    /// The generated Rust file, relative to the repository.
    pub(crate) output: &'static str,
    /// Named schemas that hand-written types stand for: `(schema, Rust type)`.
    pub(crate) replacements: &'static [(&'static str, &'static str)],
    /// The function that encodes a path segment, in place of `progenitor_client::encode_path`, which
    /// lets `..` and `\` through to the URL parser.
    pub(crate) path_encoder: &'static str,
    /// The macro that gives structs their serde traits, so that they are read from JSON objects alone; what
    /// serde derives takes arrays for them too.
    pub(crate) objects_macro: &'static str,
    /// The struct that a row of the operations table is made of.
    pub(crate) operation_type: &'static str,
    /// What the client's hooks need at hand: the generated client carries one of these, and asks it for the URL of a
    /// path and for the value of an answer.
    pub(crate) hooks_type: &'static str,
}

/// The IAMPASS Management API.
pub(crate) const MANAGEMENT: Contract = Contract {
    source: "openapi/iampass-management.yaml",
    output: "crates/iampass-management/src/generated.rs",
    replacements: &[("ApplicationId", "crate::ids::ApplicationId"), ("UserId", "crate::ids::UserId")],
    path_encoder: "crate::path::encode_segment",
    objects_macro: "crate::object::objects",
    operation_type: "crate::operation::Operation",
    hooks_type: "crate::hooks::Hooks",
};

/// All that `cargo xtask codegen` generates.
pub(crate) const CONTRACTS: &[Contract] = &[MANAGEMENT];
