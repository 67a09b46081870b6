//! What a client can rely on in a contract, as a flat list of names and values.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::constraints::CONSTRAINTS;
use crate::codegen::GIVEN_URLS;
use crate::reference;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Which way a fact may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// What the service promises: must stay.
    Promise,
    /// What the service demands: nothing new, nothing other.
    Demand,
}

/// Which way a value travels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Sent,
    Received,
}

/// All facts of a contract, in the order of their names.
#[derive(Debug, Default)]
pub(crate) struct Facts(BTreeMap<(Kind, String), String>);

impl Facts {
    /// Reads a document whose references lead somewhere (`cargo xtask codegen` sees to that).
    pub(crate) fn of(document: &Value) -> Self {
        let mut facts = Self::default();
        let reader = Reader { document };
        for server in list(document.get("servers")) {
            facts.promise(format!("server {}", text(server.get("url"))), "there");
        }
        for (name, scheme) in members(document.pointer("/components/securitySchemes")) {
            for member in ["type", "in", "name", "scheme"] {
                if let Some(value) = scheme.get(member) {
                    facts.promise(format!("security scheme {name}: {member}"), text(Some(value)));
                }
            }
        }
        // Generators name types after these.
        for (name, _) in members(document.pointer("/components/schemas")) {
            facts.promise(format!("schema {name}"), "there");
        }
        for (path, item) in members(document.get("paths")) {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    reader.operation(&mut facts, path, method, item, operation);
                }
            }
        }
        for call in list(document.get(GIVEN_URLS)) {
            let url = format!("{{{}}}", text(call.get("url")));
            reader.operation(&mut facts, &url, &text(call.get("method")), &Value::Null, call);
        }
        facts
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&str, &str)> {
        let of_kind = self.0.iter().filter(move |((is, _), _)| *is == kind);
        of_kind.map(|((_, name), value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn get(&self, kind: Kind, name: &str) -> Option<&str> {
        self.0.get(&(kind, name.to_owned())).map(String::as_str)
    }

    /// Whether a demand is made by an operation, or on a value, that is not here: no client uses it yet. That the
    /// value itself is required breaks clients all the same.
    pub(crate) fn lacks_carrier_of(&self, demand: &str) -> bool {
        let operation = demand.split(':').next().unwrap_or_default();
        let carrier = demand.rsplit_once(": ").map_or(demand, |(carrier, _)| carrier);
        let is_new =
            |name: &str, member: &str| self.get(Kind::Promise, &format!("{name}: {member}")).is_none();
        is_new(operation, "request") || (!demand.ends_with(": required") && is_new(carrier, "type"))
    }

    /// What a fact is part of, from the outside to the inside: `operation a`, `operation a: response 200`…
    pub(crate) fn around(name: &str) -> impl Iterator<Item = &str> {
        name.char_indices().filter(|(_, at)| [' ', ':', '['].contains(at)).map(|(index, _)| &name[..index])
    }

    /// Whether there is such an operation, response or value at all.
    pub(crate) fn knows(&self, whole: &str) -> bool {
        let facts = [whole.to_owned(), format!("{whole}: type"), format!("{whole}: request")];
        facts.iter().any(|fact| self.get(Kind::Promise, fact).is_some())
    }

    fn promise(&mut self, name: String, value: impl Into<String>) {
        self.0.insert((Kind::Promise, name), value.into());
    }

    fn demand(&mut self, name: String, value: impl Into<String>) {
        self.0.insert((Kind::Demand, name), value.into());
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl<'a> Reader<'a> {
    fn operation(&self, facts: &mut Facts, path: &str, method: &str, item: &'a Value, operation: &'a Value) {
        let name = format!("operation {}", text(operation.get("operationId")));
        facts.promise(format!("{name}: request"), format!("{} {path}", method.to_uppercase()));
        let safe = text(operation.get("x-iampass-safe-to-repeat"));
        facts.promise(format!("{name}: safe to repeat"), safe);
        // Generators name modules and classes after these.
        facts.promise(format!("{name}: tags"), text(operation.get("tags")));
        let security = operation.get("security").or_else(|| self.document.get("security"));
        facts.promise(format!("{name}: security"), text(security));

        for parameter in list(item.get("parameters")).chain(list(operation.get("parameters"))) {
            let parameter = self.resolve(parameter);
            let place = text(parameter.get("in"));
            let name = format!("{name}: {place} parameter {}", text(parameter.get("name")));
            let required = parameter.get("required") == Some(&Value::Bool(true));
            facts.promise(format!("{name}: style"), style(parameter, &place));
            self.value(facts, &name, Way::Sent, required, parameter.get("schema"));
        }
        if let Some(body) = operation.get("requestBody").map(|body| self.resolve(body)) {
            let required = body.get("required") == Some(&Value::Bool(true));
            for (media, content) in members(body.get("content")) {
                self.value(
                    facts,
                    &format!("{name}: body {media}"),
                    Way::Sent,
                    required,
                    content.get("schema"),
                );
            }
        }
        for (status, response) in members(operation.get("responses")) {
            let response = self.resolve(response);
            facts.promise(format!("{name}: response {status}"), "there");
            for (header, content) in members(response.get("headers")) {
                let content = self.resolve(content);
                let required = content.get("required") == Some(&Value::Bool(true));
                let name = format!("{name}: response {status} header {header}");
                self.value(facts, &name, Way::Received, required, content.get("schema"));
            }
            for (media, content) in members(response.get("content")) {
                let name = format!("{name}: response {status} {media}");
                self.value(facts, &name, Way::Received, true, content.get("schema"));
            }
        }
    }

    fn value(&self, facts: &mut Facts, name: &str, way: Way, required: bool, schema: Option<&'a Value>) {
        if let Some(schema) = schema {
            self.within(facts, name, way, required, schema, &[]);
        }
    }

    /// `around` are the references that the value lies within: what leads back there has been read.
    fn within(
        &self,
        facts: &mut Facts,
        name: &str,
        way: Way,
        required: bool,
        schema: &'a Value,
        around: &[&'a str],
    ) {
        let mut followed = Vec::new();
        let schema = self.flat(schema, &mut followed);
        let repeats = followed.iter().any(|reference| around.contains(reference));
        followed.extend(around);
        let format =
            schema.get("format").map(|format| format!(" {}", text(Some(format)))).unwrap_or_default();
        facts.promise(format!("{name}: type"), text(schema.get("type")) + &format);
        let nullable = schema.get("nullable") == Some(&Value::Bool(true));
        match way {
            Way::Sent => {
                if required {
                    facts.demand(format!("{name}: required"), "true");
                }
                if nullable {
                    facts.promise(format!("{name}: nullable"), "true");
                }
                for constraint in CONSTRAINTS {
                    if let Some(value) = schema.get(constraint) {
                        facts.demand(format!("{name}: {constraint}"), text(Some(value)));
                    }
                }
            }
            Way::Received => {
                if required {
                    facts.promise(format!("{name}: required"), "true");
                }
                if nullable {
                    facts.demand(format!("{name}: nullable"), "true");
                }
                if let Some(values) = schema.get("enum") {
                    facts.promise(format!("{name}: one of a list"), "true");
                    facts.demand(format!("{name}: values"), text(Some(values)));
                }
            }
        }
        if repeats {
            return;
        }
        if let Some(items) = schema.get("items") {
            self.within(facts, &format!("{name}[]"), way, false, items, &followed);
        }
        let required: Vec<_> = list(schema.get("required")).filter_map(Value::as_str).collect();
        for (member, schema) in members(schema.get("properties")) {
            let required = required.contains(&member.as_str());
            self.within(facts, &format!("{name} .{member}"), way, required, schema, &followed);
        }
    }

    /// A schema's members, those of what it refers to included. The references that were followed are noted in `seen`,
    /// and none is followed twice.
    fn flat(&self, schema: &'a Value, seen: &mut Vec<&'a str>) -> Map<String, Value> {
        let mut all = Map::new();
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if !seen.contains(&reference) {
                seen.push(reference);
                all = self.flat(self.resolve(schema), seen);
            }
            return all;
        }
        for part in list(schema.get("allOf")) {
            for (name, value) in self.flat(part, seen) {
                add(&mut all, name, value);
            }
        }
        for (name, value) in members(Some(schema)) {
            add(&mut all, name.clone(), value.clone());
        }
        all
    }

    fn resolve(&self, value: &'a Value) -> &'a Value {
        reference::resolve(self.document, value).unwrap_or(value)
    }
}

/// Adds a member; to properties and required ones, when there are some, more of them.
fn add(all: &mut Map<String, Value>, name: String, value: Value) {
    match (all.get_mut(&name), value) {
        (Some(Value::Object(there)), Value::Object(more)) if name == "properties" => there.extend(more),
        (Some(Value::Array(there)), Value::Array(more)) if name == "required" => there.extend(more),
        (_, value) => {
            all.insert(name, value);
        }
    }
}

/// How a parameter's value is written; the defaults are those of the specification.
fn style(parameter: &Value, place: &str) -> String {
    let default = if ["query", "cookie"].contains(&place) { "form" } else { "simple" };
    let style = parameter.get("style").and_then(Value::as_str).unwrap_or(default);
    let exploded = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    if exploded { format!("{style}, exploded") } else { style.to_owned() }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn text(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
