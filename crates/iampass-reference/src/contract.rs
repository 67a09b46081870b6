//! A contract: as JSON, and taken apart for the reference.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use thiserror::Error;
use yaml_rust2::yaml::Hash;
use yaml_rust2::{ScanError, Yaml, YamlLoader};

/// Why a contract cannot be shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The text is not YAML; the source says where it stops being so. Mend the text.
    #[error("the contract is not YAML")]
    Yaml(#[from] ScanError),
    /// There is nothing in the text. Give the contract's file.
    #[error("the contract is empty")]
    Empty,
    /// The tree has what JSON cannot hold. Mend the text.
    #[error("the contract cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// An `OpenAPI` 3.0 document as a tree, its members in the order of the file. References lead into the document itself.
#[derive(Debug)]
pub struct Contract {
    // Members that are not there read as `BadValue`, which has no text and no members.
    root: Yaml,
}

impl Contract {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`ContractError::Yaml`] and [`ContractError::Empty`]. Whether it is `OpenAPI` is not looked at: what is missing
    /// is not shown.
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        let root = YamlLoader::load_from_str(text)?.into_iter().next().ok_or(ContractError::Empty)?;
        Ok(Self { root })
    }

    /// The same document in JSON, indented, without a line feed at the end.
    ///
    /// # Errors
    ///
    /// [`ContractError::Json`].
    pub fn to_json(&self) -> Result<String, ContractError> {
        Ok(serde_json::to_string_pretty(&Json(&self.root))?)
    }

    pub(crate) fn root(&self) -> &Yaml {
        &self.root
    }

    /// What a node stands for: itself or, if it is a `$ref` into this document, what that points at.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Yaml) -> &'a Yaml {
        let Some(pointer) = reference(node).and_then(|target| target.strip_prefix("#/")) else { return node };
        pointer.split('/').fold(&self.root, |node, member| &node[member])
    }
}

/// Where a `$ref` points to.
pub(crate) fn reference(node: &Yaml) -> Option<&str> {
    node["$ref"].as_str()
}

/// The name at the end of a `$ref`.
pub(crate) fn referred_name(node: &Yaml) -> Option<&str> {
    reference(node)?.rsplit('/').next()
}

/// A member's text, or nothing.
pub(crate) fn text<'a>(node: &'a Yaml, member: &str) -> &'a str {
    node[member].as_str().unwrap_or_default()
}

/// The members of a node in their order.
pub(crate) fn members(node: &Yaml) -> impl Iterator<Item = (&str, &Yaml)> {
    node.as_hash().into_iter().flat_map(Hash::iter).filter_map(|(name, value)| Some((name.as_str()?, value)))
}

/// The elements of a list in their order.
pub(crate) fn elements(node: &Yaml) -> &[Yaml] {
    node.as_vec().map_or(&[], Vec::as_slice)
}

/// A value as a reader of JSON wants it.
pub(crate) fn pretty(value: &Yaml) -> String {
    // Writing a tree of text and numbers into a string cannot fail.
    value
        .as_str()
        .map_or_else(|| serde_json::to_string_pretty(&Json(value)).unwrap_or_default(), str::to_owned)
}

/// Writes a node as JSON.
struct Json<'a>(&'a Yaml);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Yaml::String(text) => serializer.serialize_str(text),
            Yaml::Integer(number) => serializer.serialize_i64(*number),
            Yaml::Real(_) => match self.0.as_f64() {
                Some(number) => serializer.serialize_f64(number),
                None => serializer.serialize_unit(),
            },
            Yaml::Boolean(value) => serializer.serialize_bool(*value),
            Yaml::Array(elements) => {
                let mut sequence = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| sequence.serialize_element(&Json(element)))?;
                sequence.end()
            }
            node @ Yaml::Hash(_) => {
                let mut map = serializer.serialize_map(None)?;
                members(node).try_for_each(|(name, value)| map.serialize_entry(name, &Json(value)))?;
                map.end()
            }
            Yaml::Null | Yaml::Alias(_) | Yaml::BadValue => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const TEXTS: [&str; 2] = [
        include_str!("../../../openapi/iampass-management.yaml"),
        include_str!("../../../openapi/iampass-authentication.yaml"),
    ];

    #[test]
    fn the_json_has_all_that_the_file_has() {
        for text in TEXTS {
            let json = Contract::parse(text).unwrap().to_json().unwrap();
            let expected: Value = serde_saphyr::from_str(text).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
            let at = |member: &str| json.find(member).unwrap();
            assert!(at("\"openapi\"") < at("\"info\"") && at("\"info\"") < at("\"paths\""), "another order");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(contract: &Contract, node: &Yaml) -> usize {
            let mut found = 0;
            if reference(node).is_some() {
                assert!(!contract.resolve(node).is_badvalue(), "{node:?}");
                found += 1;
            }
            found += members(node).map(|(_, value)| check(contract, value)).sum::<usize>();
            found + elements(node).iter().map(|value| check(contract, value)).sum::<usize>()
        }
        for text in TEXTS {
            let contract = Contract::parse(text).unwrap();
            assert!(check(&contract, contract.root()) > 10);
        }
    }
}
