//! Every route of the JSON API on one page.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use axum::http::Method;

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anybody, without saying who they are.
    Anybody,
    /// A person under a pseudonym.
    Client,
    /// A signed-in account, for its own listing.
    Provider,
    /// A signed-in account with the operator's role.
    Operator,
}

/// What a route understands besides its own parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Also {
    /// An idempotency key.
    Key,
    /// The version that a change replaces.
    Version,
    /// A partner's token in a header.
    Partner,
    /// Far longer bodies.
    Long,
}

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<Reply, Refusal>> + Send + 'a>>;

/// A route.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// The path after `/api/v1`, with `{names}`.
    pub(crate) template: &'static str,
    pub(crate) who: Who,
    pub(crate) also: &'static [Also],
    pub(crate) handler: for<'a> fn(&'a Call<'a>) -> Outcome<'a>,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.template)
    }
}

impl Route {
    /// Tells whether the route understands something.
    pub(crate) fn has(&self, also: Also) -> bool {
        self.also.contains(&also)
    }

    /// Reads the path's values if it is one of this route's.
    pub(crate) fn values(&self, path: &str) -> Option<Vec<String>> {
        let (mut ours, mut theirs) = (self.template.split('/'), path.split('/'));
        let mut values = Vec::new();
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return Some(values),
                (Some(our), Some(their)) if our.starts_with('{') => values.push(their.to_owned()),
                (Some(our), Some(their)) if our == their => {}
                _ => return None,
            }
        }
    }
}

/// What there is at a path.
#[derive(Debug)]
pub(crate) enum Found {
    /// A route, by its number, with the values of its path.
    Route(usize, Vec<String>),
    /// Nothing for this method; the methods that there are.
    OtherMethods(String),
    /// Nothing.
    Nothing,
}

/// Finds the route of a request.
pub(crate) fn find(method: &Method, path: &str) -> Found {
    let method = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let mut others = Vec::new();
    for (number, route) in ROUTES.iter().enumerate() {
        let Some(values) = route.values(path) else {
            continue;
        };
        if route.method == *method {
            return Found::Route(number, values);
        }
        others.push(route.method.as_str());
        if route.method == Method::GET {
            others.push("HEAD");
        }
    }
    if others.is_empty() {
        Found::Nothing
    } else {
        Found::OtherMethods(others.join(", "))
    }
}

macro_rules! routes {
    ($($method:ident $template:literal $who:ident [$($also:ident)*] $module:ident::$handler:ident;)*) => {
        /// Every route, in the order in which they are looked at.
        pub(crate) static ROUTES: &[Route] = &[$(Route {
            method: Method::$method,
            template: $template,
            who: Who::$who,
            also: &[$(Also::$also),*],
            handler: |call| Box::pin(super::$module::$handler(call)),
        }),*];

        /// What the handlers say about themselves.
        #[derive(utoipa::OpenApi)]
        #[openapi(
            info(
                title = "Troth: find and book",
                description = "Find a therapist and book a visit, without saying who you are.",
                version = "1",
                license(name = "MIT OR Apache-2.0")
            ),
            paths($(super::$module::$handler),*),
            components(schemas(troth_wire::network::Problem))
        )]
        pub(crate) struct Described;
    };
}

routes! {
    GET "/openapi.json" Anybody [] directory::openapi;
    GET "/vocabulary" Anybody [] directory::vocabulary;
    GET "/shards" Anybody [] directory::shards;
    GET "/providers" Anybody [] directory::providers;
    GET "/providers/{id}" Anybody [] directory::provider;
    GET "/providers/{id}/slots" Anybody [] directory::slots;
    POST "/match" Anybody [] find::find;
    POST "/reports" Anybody [Key] directory::report;
    GET "/ghosts" Anybody [] directory::ghosts;

    POST "/holds" Client [Key] hold::create;
    GET "/holds/{id}" Client [Partner] hold::view;
    DELETE "/holds/{id}" Client [Partner] hold::delete;
    POST "/holds/{id}/accept" Client [Key] hold::accept;
    GET "/bookings" Client [] booking::list;
    GET "/bookings/{id}" Client [] booking::view;
    POST "/bookings/{id}/cancel" Client [Key] booking::cancel;
    POST "/bookings/{id}/move" Client [Key] booking::relocate;
    GET "/waitlist" Client [] wait::list;
    POST "/waitlist" Client [Key] wait::join;
    DELETE "/waitlist/{id}" Client [] wait::leave;
    GET "/notices" Client [] notice::list;
    DELETE "/notices" Client [] notice::forget;
    POST "/feeds" Client [] feed::create;
    DELETE "/feeds" Client [] feed::end;

    GET "/practice" Provider [] practice::view;
    PUT "/practice" Provider [Version] practice::put_listing;
    PUT "/practice/licences" Provider [Version] practice::put_licences;
    PUT "/practice/plans" Provider [Version] practice::put_plans;
    PUT "/practice/quotes" Provider [Version] practice::put_quotes;
    PUT "/practice/hours" Provider [Version] hours::put;
    PUT "/practice/busy" Provider [Long] calendar::put;
    POST "/practice/submit" Provider [Key] practice::submit;
    POST "/practice/withdraw" Provider [Key] practice::withdraw;
    POST "/practice/confirm" Provider [Key] practice::confirm;
    GET "/practice/preview" Provider [] practice::preview;
    GET "/practice/requests" Provider [] booking::requests;
    POST "/practice/requests/{id}/accept" Provider [Key] booking::confirm;
    POST "/practice/requests/{id}/decline" Provider [Key] booking::decline;
    GET "/practice/bookings" Provider [] booking::bookings;
    POST "/practice/bookings/{id}/cancel" Provider [Key] booking::call_off;
    POST "/practice/bookings/{id}/kept" Provider [Key] booking::kept;
    POST "/practice/bookings/{id}/missed" Provider [Key] booking::missed;
    POST "/practice/overbook" Provider [Key] booking::overbook;
    GET "/practice/waitlist" Provider [] wait::of_practice;
    GET "/practice/audit" Provider [] steward::own_audit;
    POST "/practice/feeds" Provider [] feed::create_own;
    DELETE "/practice/feeds" Provider [] feed::end_own;

    GET "/steward/pending" Operator [] steward::pending;
    POST "/steward/providers/{id}/verify" Operator [Key Version] steward::verify;
    POST "/steward/providers/{id}/refuse" Operator [Key Version] steward::refuse;
    POST "/steward/plans" Operator [Long] plans::import;
    GET "/steward/ghosts" Operator [] steward::ghosts;
    GET "/steward/audit" Operator [] steward::audit;
}
