//! Objects of a contract are read from JSON objects alone.
//!
//! What serde derives for a struct also takes an array of its members, in the order in which they are
//! declared: `[null,true]` would be a success, and another order would change its meaning.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A deserializer that reads structs from objects only.
#[derive(Debug)]
pub struct JsonObject<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for JsonObject<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    // Derived code for a struct with named fields calls `deserialize_struct` and nothing else.
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Implements serde's traits for generated structs, so that they are read from JSON objects alone.
///
/// The structs derive serde's traits with `#[serde(remote = "Self")]`, which makes the derived code inherent
/// functions of the struct; these implementations call them.
#[macro_export]
macro_rules! json_objects {
    ($($name:ident),* $(,)?) => {$(
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                Self::deserialize($crate::JsonObject(deserializer))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    )*};
}
