"""A contract against the specification, and its examples against its schemas.

Arguments: the contract; then, if wanted, a JSON file and its JSON Schema.
"""

import json
import sys

import yaml
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]


class Contract(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """Reads YAML as everyone does, but takes no key twice."""


def mapping(loader, node):
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise SystemExit(f"duplicate key: line {key.start_mark.line + 1}: `{key.value}` is given twice")
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


Contract.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
# As in JSON: a day and a `yes` are text.
Contract.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in Contract.yaml_implicit_resolvers.items()
}


class Guards:
    def __init__(self, document):
        self.document = document
        self.made = 0
        self.problems = []

    def that(self, holds, problem):
        self.made += 1
        if not holds:
            self.problems.append(problem)

    def resolve(self, value, around=()):
        """The value with every reference in it replaced by what it leads to; what repeats itself is let through."""
        if isinstance(value, list):
            return [self.resolve(item, around) for item in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {key: self.resolve(item, around) for key, item in value.items()}
        if reference in around:
            return {}
        target = self.document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return self.resolve(target, (*around, reference))

    def example(self, place, value, schema):
        for error in OAS30Validator(schema).iter_errors(value):
            self.that(False, f"example: {place}: {error.message}")
        self.made += 1

    def examples_of(self, place, carrier, wanted=True):
        """The examples of a parameter or a media type: at least one, and each fits."""
        examples = {name: example.get("value") for name, example in carrier.get("examples", {}).items()}
        if "example" in carrier:
            examples["example"] = carrier["example"]
        if wanted:
            self.that(examples, f"no example: {place}")
        for name, value in examples.items():
            self.example(f"{place}: {name}", value, carrier["schema"])

    def schema(self, place, schema):
        if not isinstance(schema, dict):
            return
        if "example" in schema:
            self.example(place, schema["example"], schema)
        for name, member in schema.get("properties", {}).items():
            self.schema(f"{place}.{name}", member)
        for member in schema.get("allOf", []):
            self.schema(place, member)
        self.schema(f"{place}[]", schema.get("items"))

    def operation(self, place, item, operation):
        for parameter in item.get("parameters", []) + operation.get("parameters", []):
            self.examples_of(f"{place}: parameter {parameter['name']}", parameter)
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            self.examples_of(f"{place}: body {media}", content)
        for status, response in operation["responses"].items():
            self.that(response.get("content"), f"no example: {place}: {status} has no content to show")
            for media, content in response.get("content", {}).items():
                self.examples_of(f"{place}: {status} {media}", content)

    def all(self):
        for error in OpenAPIV30SpecValidator(self.document).iter_errors():
            where = "/".join(map(str, error.absolute_path))
            self.that(False, f"specification: {where}: {error.message.splitlines()[0][:300]}")
        self.made += 1
        if self.problems:
            return
        whole = self.resolve(self.document)
        for path, item in whole["paths"].items():
            for method in METHODS:
                if method in item:
                    self.operation(f"{method.upper()} {path}", item, item[method])
        for call in whole.get("x-iampass-given-urls", []):
            self.operation(f"{call['method'].upper()} {{{call['url']}}}", {}, call)
        for name, schema in whole["components"]["schemas"].items():
            self.schema(f"schema {name}", schema)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        guards = Guards(yaml.load(file, Contract))
    guards.all()
    if len(sys.argv) > 2:
        instance, schema = (json.load(open(path, encoding="utf-8")) for path in sys.argv[2:])
        Draft202012Validator.check_schema(schema)
        for error in Draft202012Validator(schema).iter_errors(instance):
            guards.that(False, f"{sys.argv[2]}: {error.json_path}: {error.message[:300]}")
        guards.made += 1
    for problem in guards.problems:
        print(problem)
    print(f"{guards.made} checks, {len(guards.problems)} failed")
    sys.exit(1 if guards.problems else 0)


if __name__ == "__main__":
    main()
