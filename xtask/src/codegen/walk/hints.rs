//! What to do about a member that is not supported, or not there.

use super::grammar::SAFE_TO_REPEAT;

/// What is said of a member that the generator does not know.
pub(super) fn unsupported(name: &str) -> String {
    let hint = match name {
        "$ref" => "write out here what it refers to, or put it into the `allOf` of a property",
        "additionalProperties" => "list the members as properties",
        "allOf" => "only a property can have it, to refer to a named schema; write the members out",
        "anyOf" | "discriminator" | "not" | "oneOf" => "use one flat object with optional properties",
        "default" | "deprecated" | "readOnly" | "uniqueItems" | "writeOnly" => "say it in the description",
        "delete" | "head" | "options" | "patch" | "put" | "trace" => "the client sends get and post",
        "enum" => "let it be any text, and list the values in the description",
        "explode" | "style" => "only a list in a query has them",
        "format" => "let it be any text or number, and say in the description how it is written",
        "items" => "only an array has them",
        "exclusiveMaximum" | "exclusiveMinimum" | "maxItems" | "maxLength" | "maximum" | "minItems"
        | "minLength" | "minimum" | "multipleOf" | "pattern" => {
            "name the schema and put a hand-written type in its place (xtask/src/contracts.rs), or say it in the \
             description"
        }
        "parameters" => "give them to each operation",
        "properties" => "an object within another must be a named schema, to which `allOf` refers",
        "servers" | "variables" => "list every server with its whole URL in `servers` at the top",
        media if media.contains('/') => "use `application/json` or, for errors, `text/plain`; one of them",
        _ => "remove it, or teach the generator to generate it (xtask/src/codegen/walk)",
    };
    format!("is not supported; {hint}")
}

/// What is said of a member that must be there.
pub(super) fn missing(name: &str) -> String {
    let hint = match name {
        "application/json" => "requests and successes are JSON",
        "allOf" => "an object within another is a named schema, to which it refers",
        "content" => "it says what the body holds",
        "description" => "it documents what is generated",
        "operationId" => "the generated method is named after it",
        "parameters" => "give them to each operation",
        "properties" => "an object needs some",
        "required" => "say `required: true`",
        SAFE_TO_REPEAT => "say `true` if a call whose response was lost may be sent again, else `false`",
        "schema" => "it says what the value is",
        _ => "add it",
    };
    format!("is missing; {hint}")
}
