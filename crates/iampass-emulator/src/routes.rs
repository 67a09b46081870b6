//! Which requests there are answers for.

use hyper::Method;
use iampass_management::Operation;
use iampass_management::generated::OPERATIONS;

use crate::admin::{self, AdminCall};
use crate::error::StartError;
use crate::http::answer::Answer;
use crate::http::path::Template;
use crate::link::LINK_PATH;
use crate::management::handlers::{self, Handler};
use crate::website::{self, View};

/// All routes. The Management API's are made from the contract's table of operations.
#[derive(Debug)]
pub(crate) struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    method: Method,
    template: Template,
    target: Target,
}

/// What a route leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// A signed call of the Management API.
    Management { operation_id: &'static str, handler: Handler },
    /// A call of the admin API.
    Admin(AdminCall),
    /// What the phone would show for a link.
    ShowLink,
    /// The phone uses a link.
    UseLink,
    /// A page, or a file that pages load.
    View(View),
}

impl Routes {
    /// # Errors
    /// [`StartError::Unserved`] for an operation that has no handler, or one whose handler takes
    /// other parameters than the contract's path has.
    pub(crate) fn new(with_admin: bool) -> Result<Self, StartError> {
        let mut routes = OPERATIONS.into_iter().map(management_route).collect::<Result<Vec<_>, _>>()?;
        for (method, target) in [(Method::GET, Target::ShowLink), (Method::POST, Target::UseLink)] {
            routes.push(Route { method, template: Template::new(LINK_PATH), target });
        }
        routes.extend(website::routes(with_admin).into_iter().map(|(path, view)| Route {
            method: Method::GET,
            template: Template::new(path),
            target: Target::View(view),
        }));
        if with_admin {
            routes.extend(admin::ROUTES.map(|(method, path, call)| Route {
                method,
                template: Template::new(path),
                target: Target::Admin(call),
            }));
        }
        Ok(Self(routes))
    }

    /// Finds the route of a request, and the values of the path's parameters as received. A `HEAD`
    /// is not a `GET` here: one of the GETs has a side effect.
    pub(crate) fn find<'a>(&self, method: &Method, path: &'a str) -> Result<(Target, Vec<&'a str>), Answer> {
        let mut allowed = Vec::new();
        for route in &self.0 {
            let Some(values) = route.template.matches(path) else { continue };
            if route.method == method {
                return Ok((route.target, values));
            }
            allowed.push(&route.method);
        }
        if allowed.is_empty() {
            return Err(Answer::unknown_path());
        }
        Err(Answer::wrong_method(allowed.into_iter()))
    }
}

fn management_route(operation: &'static Operation) -> Result<Route, StartError> {
    let template = Template::new(operation.path);
    let handler = handlers::handler(operation.id)
        .filter(|handler| template.parameters().eq(handler.parameters().iter().copied()))
        .ok_or(StartError::Unserved { operation_id: operation.id })?;
    let target = Target::Management { operation_id: operation.id, handler };
    Ok(Route { method: operation.method.clone(), template, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_contract_is_served() {
        for operation in OPERATIONS {
            assert!(management_route(operation).is_ok(), "{}", operation.id);
        }
    }
}
