//! What every operation of the Management API's contract needs, in one test that lists what is missing. Without it,
//! one operation more would make some hundred tests fail for the same few reasons: those that start an emulator, and
//! those that go through the generated table.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use iampass_emulator::{Emulator, StartError};
    use iampass_management::Operation;
    use iampass_management::generated::OPERATIONS;

    const CLIENT: &str = "crates/iampass-management/src/client.rs";
    const BLOCKING: &str = "crates/iampass-management/src/blocking/client.rs";
    const TEST_DATA: &str = "crates/iampass-management/tests/it/support.rs";
    const PAYLOADS: &str = "crates/iampass-management/tests/it/payloads";
    const VECTORS: &str = "openapi/signing-vectors.json";
    const TABLE: &str = "openapi/README.md";
    const RUST_TABLE: &str = "crates/iampass-management/README.md";
    const DEMO: &str = "crates/iampass-cli/src/commands/demo/mod.rs";

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
    }

    fn read(file: &str) -> String {
        fs::read_to_string(root().join(file)).unwrap()
    }

    /// The URL of an operation's first vector: `Case::of` in `xtask/src/vectors/positive.rs` has these ids.
    fn vector_url(path: &str) -> String {
        let path = path.replace("{application_id}", "0123456789abcdef0123456789abcdef");
        format!("https://main.iam-api.com{}", path.replace("{user_id}", "user1"))
    }

    /// What is missing of an operation, but for its handler.
    fn missing(operation: &Operation) -> Vec<String> {
        let (id, vector_url) = (operation.id, vector_url(operation.path));
        let has = |file: &str, text: &str| read(file).contains(text);
        // `fn add_users<I>(` as well as `fn list_users(`, and not `fn add_users_in_bulk`.
        let has_method = |file: &str| has(file, &format!("fn {id}(")) || has(file, &format!("fn {id}<"));
        let has_payload = has(&format!("{PAYLOADS}.rs"), &format!("payload!(\"{id}."));
        let arms = read(TEST_DATA).matches(&format!("\"{id}\" =>")).count();
        let has_vector = has(VECTORS, &format!("\"operation: {id}\""))
            && has(VECTORS, &format!("\"url\": \"{vector_url}\""));
        let needs = [
            (has_method(CLIENT), format!("a method `{id}` to {CLIENT}")),
            (has_method(BLOCKING), format!("a method `{id}` to {BLOCKING}")),
            (arms >= 2, format!("its call and its success to `call_naming` and `success` in {TEST_DATA}")),
            (has_payload, format!("a payload {PAYLOADS}/{id}.200.json and its row to {PAYLOADS}.rs")),
            (
                has_vector,
                format!(
                    "a case for {vector_url} to xtask/src/vectors/positive.rs; then run `cargo xtask vectors`"
                ),
            ),
            (has(TABLE, &format!("| `{id}` |")), format!("a row to the table of {TABLE}")),
            (has(RUST_TABLE, &format!("| `{id}(")), format!("a row to the table of {RUST_TABLE}")),
            (has(DEMO, &format!("\"{id}\"")), format!("a scene to {DEMO}")),
        ];
        needs.into_iter().filter(|(is_there, _)| !is_there).map(|(_, what)| what).collect()
    }

    #[test]
    fn every_operation_of_the_contract_has_what_it_needs() {
        // The emulator starts with all operations or not at all, and names the first that it does not serve.
        let unserved = match Emulator::start() {
            Err(StartError::Unserved { operation_id }) => Some(operation_id),
            _ => None,
        };
        let mut lacking = Vec::new();
        for operation in OPERATIONS {
            let handler = "a handler to the module `api` of crates/iampass-emulator/src".to_owned();
            let handler = Some(handler).filter(|_| unserved == Some(operation.id));
            let all = handler.into_iter().chain(missing(operation));
            lacking.extend(all.map(|what| format!("\n  {}: add {what}", operation.id)));
        }
        let list = lacking.concat();
        assert!(list.is_empty(), "operations of the contract lack something (see CONTRIBUTING.md):{list}\n");
    }
}
