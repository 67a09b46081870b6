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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    /// Each text below this folder.
    fn texts(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(
                |path| {
                    if path.is_dir() { texts(&path) } else { vec![fs::read_to_string(&path).unwrap()] }
                },
            )
            .collect()
    }

    #[test]
    fn the_runtime_names_no_contract_and_no_operation() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let client = root.join("crates/iampass-client");
        let mut runtime = texts(&client.join("src")).concat();
        runtime += &fs::read_to_string(client.join("README.md")).unwrap();
        for contract in CONTRACTS {
            let name = contract.source.trim_start_matches("openapi/").trim_end_matches(".yaml");
            let document: Value =
                serde_saphyr::from_str(&fs::read_to_string(root.join(contract.source)).unwrap()).unwrap();
            let items = document["paths"].as_object().unwrap().values();
            let operations = items.flat_map(|item| item.as_object().unwrap().values());
            let given = document[crate::codegen::GIVEN_URLS].as_array().into_iter().flatten();
            let ids = operations.chain(given).map(|call| call["operationId"].as_str().unwrap());
            for word in ids.chain([name]) {
                assert!(!runtime.contains(word), "{word}");
            }
        }
    }
}
