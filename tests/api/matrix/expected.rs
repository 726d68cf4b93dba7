//! Who gets what answer where.

use super::{Scope, Who, code, handoffs};

/// The status that a route answers with. A route without a row here fails the test.
pub fn expected(route: &str, who: Who, scope: Scope) -> u16 {
    match route {
        "get /api/activity"
        | "get /api/activity.csv"
        | "get /api/activity.jsonl"
        | "get /api/report"
        | "get /api/report.csv" => match who {
            Who::Nobody | Who::Guest => 401,
            Who::Everything | Who::Elsewhere => 200,
            Who::Stranger | Who::Reader | Who::Requester => 403,
        },
        route if route.contains("/api/compliance") => compliance(route, who, scope),
        _ => expected_of_others(route, who, scope),
    }
}

fn compliance(route: &str, who: Who, scope: Scope) -> u16 {
    use Who::{Elsewhere, Everything, Guest, Nobody, Reader, Requester, Stranger};
    match (route, who) {
        (_, Nobody | Guest) => 401,
        (
            "get /api/compliance"
            | "get /api/compliance.csv"
            | "get /api/compliance/assignments"
            | "get /api/compliance/history"
            | "get /api/compliance/scans"
            // Machines that they may not comply on are left out of it.
            | "post /api/compliance/remediation-requests",
            _,
        ) => match who {
            Everything | Elsewhere => 200,
            Stranger | Reader | Requester | Nobody | Guest => 403,
        },
        (
            // Nobody has made one yet.
            "delete /api/compliance/assignments"
            | "post /api/compliance/assignments"
            | "post /api/compliance/scans",
            _,
        ) => match who {
            Everything if scope == Scope::Own && route == "post /api/compliance/assignments" => 201,
            Everything if scope == Scope::Own && route == "post /api/compliance/scans" => 202,
            Reader | Requester if scope == Scope::Own => 403,
            _ => 404,
        },
        (unknown, _) => panic!("{unknown} has no row in the matrix; say who gets what answer from it"),
    }
}

fn expected_of_others(route: &str, who: Who, scope: Scope) -> u16 {
    use Who::{Elsewhere, Everything, Guest, Nobody, Reader, Requester, Stranger};
    let requests = matches!(who, Requester | Everything);
    let theirs = scope == Scope::Own;
    if route.contains("/api/handoffs") {
        return handoffs::expected(route, who, theirs);
    }
    match (route, who) {
        (_, Nobody | Guest) => 401,
        (
            "get /api/session"
            | "get /api/sessions"
            | "get /api/vms"
            | "get /api/jit"
            | "get /api/jit.csv"
            | "get /api/access-requests"
            | "get /api/access-requests.csv"
            // A plan says machine by machine what they may not.
            | "post /api/jit/policies"
            | "get /api/jit/changes",
            _,
        ) => 200,
        // Whoever may audit a machine may look back at what others requested on it.
        ("get /api/access-requests/{id}/timeline", _) => match who {
            Everything => 200,
            Requester if theirs => 200,
            _ => 404,
        },
        ("get /api/vms/{subscription}/{group}/{name}/outside-requests", _) => match who {
            Everything if theirs => 200,
            Requester | Reader if theirs => 403,
            _ => 404,
        },
        ("delete /api/sessions/{id}", _) => {
            if theirs {
                204
            } else {
                404
            }
        }
        (
            "get /api/access-requests/{id}"
            | "get /api/access-requests/{id}/events"
            | "get /api/access-requests/{id}/rdp",
            _,
        ) => {
            if theirs && requests {
                200
            } else {
                404
            }
        }
        (
            "get /api/vms/{subscription}/{group}/{name}"
            | "get /api/vms/{subscription}/{group}/{name}/preflight"
            | "get /api/vms/{subscription}/{group}/{name}/ways"
            | "get /api/vms/{subscription}/{group}/{name}/jit-policy"
            | "get /api/vms/{subscription}/{group}/{name}/access-explanation",
            _,
        ) => {
            if theirs && (requests || who == Reader) {
                200
            } else {
                404
            }
        }
        // Of nothing that anybody has read.
        (
            "put /api/vms/{subscription}/{group}/{name}/jit-policy"
            | "delete /api/vms/{subscription}/{group}/{name}/jit-policy"
            // Production has it.
            | "put /api/subscriptions/{subscription}/defender-plan",
            _,
        ) => match who {
            Everything if theirs && route.ends_with("/defender-plan") => 200,
            Everything if theirs => 412,
            Requester | Reader if theirs => 403,
            _ => 404,
        },
        ("post /api/access-requests/{id}/close", Requester | Everything) if theirs => 200,
        ("post /api/access-requests/code" | "post /api/jit/policies/code", _) => {
            code::expected(route, who, theirs)
        }
        ("post /api/vms/{subscription}/{group}/{name}/start", Reader) if theirs => 403,
        ("post /api/vms/{subscription}/{group}/{name}/start", Requester | Everything) if theirs => 202,
        ("post /api/access-requests", Reader) if theirs => 422,
        ("post /api/access-requests" | "post /api/access-requests/{id}/extend", Requester | Everything)
            if theirs =>
        {
            201
        }
        (
            "post /api/vms/{subscription}/{group}/{name}/start"
            | "post /api/access-requests"
            // Nobody asked for one.
            | "get /api/access-requests/{id}/shareable-link"
            | "post /api/access-requests/{id}/close"
            | "post /api/access-requests/{id}/extend"
            // Nobody asked for any.
            | "get /api/jit/changes/{id}"
            | "get /api/jit/changes/{id}/events"
            | "post /api/jit/changes/{id}/cancel"
            | "post /api/jit/changes/{id}/retry",
            Stranger | Reader | Elsewhere | Requester | Everything,
        ) => 404,
        (unknown, _) => panic!("{unknown} has no row in the matrix; say who gets what answer from it"),
    }
}
