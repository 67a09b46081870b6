//! Lists in a query. `OpenAPI` writes them as an array with `explode: false`, which progenitor does not read: it sends one
//! pair for each item. It is given a text in the list's place, of the runtime's type that joins the items.

use openapiv3::{
    OpenAPI, Parameter, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaData, SchemaKind, StringType,
    Type,
};

/// The schema that stands for every list, and the Rust type that stands for the schema.
pub(super) const REPLACEMENT: (&str, &str) = ("CommaList", "iampass_client::CommaList");

/// Puts the text in the place of each list.
pub(super) fn join(document: &mut OpenAPI) {
    let mut found = false;
    let components = document.components.get_or_insert_default();
    let operations = document.paths.paths.values_mut().filter_map(|item| match item {
        ReferenceOr::Item(item) => Some([&mut item.get, &mut item.post]),
        ReferenceOr::Reference { .. } => None,
    });
    let operations = operations.flatten().flatten();
    let inline = operations.flat_map(|operation| &mut operation.parameters);
    for parameter in inline.chain(components.parameters.values_mut()) {
        if let ReferenceOr::Item(Parameter::Query { parameter_data, .. }) = parameter
            && let ParameterSchemaOrContent::Schema(schema) = &mut parameter_data.format
            && matches!(
                schema,
                ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Array(_)), .. })
            )
        {
            *schema = ReferenceOr::ref_(&format!("#/components/schemas/{}", REPLACEMENT.0));
            found = true;
        }
    }
    if found {
        let text = SchemaKind::Type(Type::String(StringType::default()));
        let schema = Schema { schema_data: SchemaData::default(), schema_kind: text };
        components.schemas.insert(REPLACEMENT.0.to_owned(), ReferenceOr::Item(schema));
    }
}
