//! Operations, and the rules that span several of their parts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::grammar::{self, GIVEN_URLS, Kind};
use super::rules;
use super::walker::{Walk, item_place, within};

impl<'a> Walk<'a> {
    pub(super) fn paths(&mut self) {
        for (path, item) in self.mapping("paths", &self.document["paths"]) {
            let place = within("paths", path);
            self.rule(&place, rules::path(path));
            self.object(&place, item, grammar::PATH);
            let methods = ["get", "post"].into_iter().filter_map(|method| Some((method, item.get(method)?)));
            for (method, operation) in methods.clone() {
                self.operation(method, path, operation);
            }
            if methods.count() == 0 {
                self.refuse(&place, "this path has no operation; add one or remove the path");
            }
        }
    }

    fn operation(&mut self, method: &str, path: &str, operation: &'a Value) {
        let id = operation.get("operationId").and_then(Value::as_str);
        let shown = id.map(|id| format!(" ({})", id.escape_debug())).unwrap_or_default();
        let name = format!("{} {}{shown}", method.to_uppercase(), path.escape_debug());
        let place = format!("operation `{name}`");
        self.value(&place, operation, &Kind::Object(|_| grammar::OPERATION));
        if method == "get" && operation.get("requestBody").is_some() {
            self.refuse(&within(&place, "requestBody"), "a GET has no body; use post");
        }
        self.id(&place, id, name);
        self.parameters(&within(&place, "parameters"), path, operation);
        self.responses(&within(&place, "responses"), operation);
    }

    /// The calls of which the service gives the URL. The grammar has checked their members.
    pub(super) fn given_urls(&mut self) {
        for call in self.document[GIVEN_URLS].as_array().into_iter().flatten() {
            let id = call.get("operationId").and_then(Value::as_str);
            let name = format!("{GIVEN_URLS} ({})", id.unwrap_or_default().escape_debug());
            let place = format!("operation `{name}`");
            self.id(&place, id, name);
            self.responses(&within(&place, "responses"), call);
        }
    }

    /// Ids differ, because methods and tables are named after them.
    fn id(&mut self, place: &str, id: Option<&str>, name: String) {
        if let Some(earlier) = id.and_then(|id| self.operations.insert(id.to_owned(), name)) {
            let problem = format!("the same id stands at {earlier}; ids must differ");
            self.refuse(&within(place, "operationId"), problem);
        }
    }

    /// Parameters have different names, and those in the path are the ones that the template names.
    fn parameters(&mut self, place: &str, path: &str, operation: &'a Value) {
        let items = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let parameters: Option<Vec<_>> =
            items.map(|item| Some((item, self.follow(item, "parameters")?))).collect();
        // A broken reference is reported already; what it should be is unknown.
        let Some(parameters) = parameters else { return };
        let (mut names, mut in_path) = (BTreeSet::new(), BTreeSet::new());
        for (index, (item, parameter)) in parameters.into_iter().enumerate() {
            let Some(name) = parameter["name"].as_str() else { continue };
            if !names.insert(name) {
                self.refuse(&item_place(place, index, item), format!("there is another parameter `{name}`"));
            }
            if parameter["in"] == "path" {
                in_path.insert(name);
            }
        }
        for segment in path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')) {
            if !in_path.remove(segment) {
                let problem = "stands in the path, but is not declared `in: path`, or stands there twice";
                self.refuse(&within(place, segment), problem);
            }
        }
        for name in in_path {
            let problem =
                "is declared `in: path`, but the path has no such place; write it as in `/users/{name}`";
            self.refuse(&within(place, name), problem);
        }
    }

    /// The generated method returns one type for all successes and text for all errors.
    fn responses(&mut self, place: &str, operation: &'a Value) {
        let Some(responses) = operation.get("responses").and_then(Value::as_object) else { return };
        let mut first = None;
        let mut has_success = false;
        for (status, response) in responses {
            let content = self.follow(response, "responses").and_then(|response| response.get("content"));
            let body = |media| content.and_then(|content| content.get(media));
            let place = within(place, status);
            match status.parse::<u16>().ok().filter(|_| status.len() == 3) {
                Some(200..=299) => {
                    has_success = true;
                    if body("text/plain").is_some() {
                        self.refuse(&place, "a success must be `application/json`");
                    } else if let Some(body) = body("application/json")
                        && let (earlier, expected) = *first.get_or_insert((status, body))
                        && expected["schema"] != body["schema"]
                    {
                        let problem = "use the same for both, because the method has one type";
                        self.refuse(&place, format!("has another body than `{earlier}`; {problem}"));
                    }
                }
                Some(400..=599) => {
                    if body("application/json").is_some() {
                        self.refuse(&place, "an error must be `text/plain`; its text goes to the caller");
                    }
                }
                _ => self.refuse(
                    &place,
                    "is no status of a success (2xx) or an error (4xx, 5xx); list the statuses, as in `'200'`",
                ),
            }
        }
        if !has_success {
            self.refuse(place, "has no success (2xx); describe what comes back when the call succeeds");
        }
    }
}
