//! The walk itself: each value is held against the grammar, and every problem is kept.

use std::collections::HashMap;
use std::fmt::Display;

use serde_json::{Map, Value};

use super::grammar::{self, Kind, Member};
use super::hints;
use crate::contracts::Contract;
use crate::reference;

pub(super) struct Walk<'a> {
    pub(super) document: &'a Value,
    pub(super) problems: Vec<String>,
    /// The operation that each operation id belongs to, to find duplicates.
    pub(super) operations: HashMap<String, String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document, problems: Vec::new(), operations: HashMap::new() }
    }

    pub(super) fn refuse(&mut self, place: &str, problem: impl Display) {
        self.problems.push(format!("{place}: {problem}"));
    }

    /// Checks a value against its kind.
    pub(super) fn value(&mut self, place: &str, value: &'a Value, kind: &Kind) {
        match kind {
            Kind::Any => {}
            Kind::Text(rule) => match value.as_str() {
                Some(text) => self.rule(place, rule(text)),
                None => self.refuse(place, "must be text"),
            },
            Kind::Flag if value.is_boolean() => {}
            Kind::Flag => self.refuse(place, "must be `true` or `false`"),
            Kind::Only(flag, _) if value.as_bool() == Some(*flag) => {}
            Kind::Only(flag, reason) => self.refuse(place, format!("must be `{flag}`; {reason}")),
            Kind::Exactly(number, _) if value.as_u64() == Some(*number) => {}
            Kind::Exactly(number, reason) => self.refuse(place, format!("must be {number}; {reason}")),
            Kind::Object(shape) => self.object(place, value, shape(value)),
            Kind::Map(rule, kind) => {
                for (name, member) in self.mapping(place, value) {
                    let place = within(place, name);
                    self.rule(&place, rule(name));
                    self.value(&place, member, kind);
                }
            }
            Kind::List(most, kind) => match value.as_array() {
                Some(items) if (1..=*most).contains(&items.len()) => {
                    for (index, item) in items.iter().enumerate() {
                        self.value(&item_place(place, index, item), item, kind);
                    }
                }
                _ if *most == 1 => self.refuse(place, "must be a list of one item"),
                _ => self.refuse(place, "must be a list of at least one item"),
            },
            Kind::Reference(components, expected, otherwise) => match value.get("$ref") {
                Some(reference) => self.reference(place, value, reference, components, expected),
                None => self.value(place, value, otherwise),
            },
            Kind::Never(problem) => self.refuse(place, problem),
        }
    }

    pub(super) fn reference(
        &mut self,
        place: &str,
        value: &'a Value,
        reference: &Value,
        components: &str,
        expected: &str,
    ) {
        self.object(place, value, grammar::REFERENCE);
        match self.follow(value, components) {
            None => {
                let problem = "leads to nothing; it must lead to";
                let place = within(place, "$ref");
                self.refuse(&place, format!("{reference} {problem} `#/components/{components}/…`"));
            }
            Some(target) if !grammar::is_a(target, expected) => {
                self.refuse(place, format!("must refer to a schema with `type: {expected}`"));
            }
            Some(_) => {}
        }
    }

    /// Checks a mapping: the required members are there, and no unknown ones.
    pub(super) fn object(&mut self, place: &str, value: &'a Value, shape: &[Member]) {
        let Some(members) = value.as_object() else {
            self.refuse(place, "must be a mapping");
            return;
        };
        for member in shape.iter().filter(|member| member.is_required && !members.contains_key(member.name)) {
            self.refuse(&within(place, member.name), hints::missing(member.name));
        }
        for (name, value) in members {
            let place = within(place, name);
            match shape.iter().find(|member| member.name == name) {
                Some(member) => self.value(&place, value, &member.kind),
                None => self.refuse(&place, hints::unsupported(name)),
            }
        }
    }

    pub(super) fn mapping(
        &mut self,
        place: &str,
        value: &'a Value,
    ) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        let members = value.as_object().filter(|members| !members.is_empty());
        if members.is_none() {
            self.refuse(place, "must be a mapping with at least one member");
        }
        members.into_iter().flatten()
    }

    pub(super) fn rule(&mut self, place: &str, problem: Option<String>) {
        if let Some(problem) = problem {
            self.refuse(place, problem);
        }
    }

    /// Resolves a reference to a component of one kind; a value without a reference stands for itself.
    pub(super) fn follow(&self, value: &'a Value, components: &str) -> Option<&'a Value> {
        if let Some(reference) = value.get("$ref") {
            let name = reference.as_str()?.strip_prefix(&format!("#/components/{components}/"))?;
            // No part of a component.
            (!name.contains('/')).then_some(())?;
        }
        reference::resolve(self.document, value)
    }

    /// Only named schemas become types, so that no generated name can clash with another.
    pub(super) fn schemas(&mut self, contract: &Contract) {
        let schemas = self.document["components"]["schemas"].as_object().into_iter().flatten();
        for (name, schema) in schemas {
            let place = format!("components.schemas.{name}");
            let is_replaced = contract.replacements.iter().any(|(replaced, _)| replaced == name);
            self.object(&place, schema, grammar::schema(schema, is_replaced));
            let none = Map::new();
            let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
            for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                if !required.as_str().is_some_and(|name| properties.contains_key(name)) {
                    self.refuse(&within(&place, "required"), format!("{required} is none of the properties"));
                }
            }
        }
    }
}

/// The place of a member. An operation's name ends with a backtick and is set apart from what is in it.
pub(super) fn within(place: &str, name: &str) -> String {
    let join = match place {
        "" => "",
        operation if operation.ends_with('`') => ": ",
        _ => ".",
    };
    format!("{place}{join}{}", name.escape_debug())
}

/// The place of an item of a list, by its name or else by its number.
pub(super) fn item_place(place: &str, index: usize, item: &Value) -> String {
    match item.get("name").and_then(Value::as_str) {
        Some(name) => within(place, name),
        None => within(place, &index.to_string()),
    }
}
